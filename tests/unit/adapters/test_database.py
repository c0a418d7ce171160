"""The embedded server: closed to others, shared, repaired after a crash, stopped by the last."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from accord.adapters import cluster, folders
from accord.adapters.database import EmbeddedServer, _state
from accord.model.errors import ConflictError, NodeError
from accord.store import provision, schema

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user: NOT RUN, run it as root too")


@pytest.fixture
def data_dir(tmp_path_factory):
    """A short path of its own, removed with its cluster."""
    path = Path(f"/tmp/accord-t{os.getpid()}-{time.monotonic_ns() % 10**9}")
    yield path
    if path.exists():
        EmbeddedServer.discard(path)


def ask(url, query="select 1"):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


@contextlib.contextmanager
def python(code, *arguments, **options):
    """Another Accord, killed at the end if it still lives."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def test_starts_answers_and_stops(data_dir):
    with EmbeddedServer(data_dir, durable=False) as urls:
        assert ask(urls.superuser, "select version()").startswith("PostgreSQL 18")
        place = cluster.find_place(data_dir)
        assert _state(place) == "ready"
    assert _state(place) == "absent"
    assert not (place.socket / folders.SOCKET_NAME).exists()


def test_listens_on_no_network_and_lets_in_by_the_kernels_word_only(data_dir):
    with EmbeddedServer(data_dir, durable=False) as urls, psycopg.connect(urls.superuser) as connection:
        provision.check_closed(connection)
        place = cluster.find_place(data_dir)
        server = psutil.Process(int((place.cluster / "postmaster.pid").read_text().split()[0]))
        assert [c for c in server.net_connections() if c.family.name.startswith("AF_INET")] == []
        for folder in (place.cluster, place.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_wider_access_file_is_put_right_at_the_next_start(data_dir):
    with EmbeddedServer(data_dir, durable=False):
        place = cluster.find_place(data_dir)
    (place.cluster / "pg_hba.conf").write_text("local all all trust\n")
    with EmbeddedServer(data_dir, durable=False) as urls, psycopg.connect(urls.superuser) as connection:
        provision.check_closed(connection)


def test_a_server_opened_wider_while_it_runs_is_refused(data_dir):
    with EmbeddedServer(data_dir, durable=False) as urls, psycopg.connect(urls.superuser) as connection:
        place = cluster.find_place(data_dir)
        (place.cluster / "pg_hba.conf").write_text("local all all trust\n")
        with pytest.raises(NodeError, match="open wider"):
            provision.check_closed(connection)


@as_root
def test_another_user_cannot_come_in(data_dir):
    """Tried three ways: through the folders, and, these opened by force, as superuser and as application."""
    nobody = pwd.getpwnam("nobody")
    other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    code = """
        import sys, socket
        try:
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            user = sys.argv[2].encode()
            body = b"\\x00\\x03\\x00\\x00user\\x00" + user + b"\\x00database\\x00postgres\\x00\\x00"
            s.sendall((len(body) + 4).to_bytes(4, "big") + body)
            print(s.recv(1000))
        except OSError as error:
            print(type(error).__name__)
    """
    with EmbeddedServer(data_dir, durable=False) as urls:
        provision.provision(urls.superuser)
        socket = urls.socket / folders.SOCKET_NAME

        def attempt(role):
            command = ["/usr/bin/env", "python3", "-c", textwrap.dedent(code), str(socket), role]
            return subprocess.run(command, capture_output=True, text=True, cwd="/", check=True, **other).stdout

        if subprocess.run(["/usr/bin/env", "python3", "-c", ""], cwd="/", check=False, **other).returncode:
            pytest.skip("no Python that nobody can run: NOT RUN")
        assert attempt("postgres") == "PermissionError\n"
        urls.socket.parent.chmod(0o755)
        urls.socket.chmod(0o755)
        socket.chmod(0o777)
        try:
            for role in ("postgres", "accord_owner", "accord_app"):
                assert "Peer authentication failed" in attempt(role)
        finally:
            urls.socket.chmod(0o700)
            urls.socket.parent.chmod(0o700)


@as_root
def test_no_folder_above_is_opened(data_dir):
    parents = {path: path.stat().st_mode for path in (*data_dir.parents, *cluster.SYSTEM_ROOT.parents)}
    data_dir.mkdir(mode=0o700)
    with EmbeddedServer(data_dir, durable=False):
        assert {path: path.stat().st_mode for path in parents} == parents
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


@as_root
def test_a_copied_data_folder_does_not_share_the_database(data_dir):
    with EmbeddedServer(data_dir, durable=False):
        pass
    copy = data_dir.with_name(data_dir.name + "c")
    shutil.copytree(data_dir, copy)
    with pytest.raises(NodeError, match="is a copy of"):
        EmbeddedServer(copy, durable=False).join()
    shutil.rmtree(copy)


@as_root
def test_programs_that_the_system_user_cannot_reach_are_copied_and_nothing_is_opened(monkeypatch, data_dir):
    data_dir.mkdir(mode=0o700)
    package = cluster._wheel_programs().parents[1]
    for folder in package.parent.glob(f"{package.name}*"):
        if not folder.name.endswith(".dist-info"):
            shutil.copytree(folder, data_dir / folder.name, symlinks=True)
    monkeypatch.setattr(cluster, "_wheel_programs", lambda: data_dir / package.name / "pginstall" / "bin")
    monkeypatch.setattr(cluster, "SYSTEM_ROOT", data_dir.with_name(data_dir.name + "s"))
    node = data_dir / "node"
    with EmbeddedServer(node, durable=False) as urls:
        assert ask(urls.superuser) == 1
        assert cluster.find_place(node).programs.is_relative_to(cluster.SYSTEM_ROOT)
    EmbeddedServer.discard(node)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    shutil.rmtree(cluster.SYSTEM_ROOT)
    shutil.rmtree(data_dir)


def test_a_moved_data_folder_keeps_its_database(data_dir):
    with EmbeddedServer(data_dir, durable=False) as urls:
        provision.provision(urls.superuser)
        ask(urls.superuser, "select 1")
    moved = data_dir.with_name(data_dir.name + "m")
    data_dir.rename(moved)
    with EmbeddedServer(moved, durable=False) as urls:
        assert ask(urls.superuser, "select count(*) from pg_database where datname = 'accord'") == 1
    moved.rename(data_dir)


def test_a_long_path_gets_a_short_private_socket_folder(data_dir):
    long = data_dir / ("x" * 100)
    data_dir.mkdir(mode=0o700)
    with EmbeddedServer(long, durable=False) as urls:
        assert ask(urls.superuser) == 1
        assert len(os.fsencode(urls.socket / folders.SOCKET_NAME)) <= folders.MAX_SOCKET_PATH_BYTES
        assert stat.S_IMODE(urls.socket.stat().st_mode) == 0o700
    EmbeddedServer.discard(long)
    assert not urls.socket.exists()
    shutil.rmtree(data_dir)


def test_two_processes_share_one_server_and_the_last_stops_it(data_dir):
    code = """
        import sys
        from pathlib import Path
        from accord.adapters.database import EmbeddedServer
        with EmbeddedServer(Path(sys.argv[1]), durable=False) as urls:
            print(urls.superuser, flush=True)
            sys.stdin.readline()
    """
    share = EmbeddedServer(data_dir, durable=False)
    with share as urls:
        place = cluster.find_place(data_dir)
        pid = (place.cluster / "postmaster.pid").read_text().split()[0]
        with python(code, data_dir, stdin=subprocess.PIPE) as other:
            assert other.stdout.readline().strip() == urls.superuser
            with pytest.raises(ConflictError):
                EmbeddedServer.discard(data_dir)
            share.leave()
            assert _state(place) == "ready"
            assert (place.cluster / "postmaster.pid").read_text().split()[0] == pid
            other.communicate("\n", timeout=30)
    assert _state(place) == "absent"


def test_many_starts_at_once_give_one_server(data_dir):
    code = """
        import sys, time
        from pathlib import Path
        from accord.adapters.database import EmbeddedServer
        with EmbeddedServer(Path(sys.argv[1]), durable=False) as urls:
            print(urls.socket, flush=True)
            time.sleep(1)
    """
    with contextlib.ExitStack() as stack:
        sharers = [stack.enter_context(python(code, data_dir)) for _ in range(4)]
        said = {sharer.communicate(timeout=60)[0] for sharer in sharers}
    assert len(said) == 1
    assert all(sharer.returncode == 0 for sharer in sharers)
    assert _state(cluster.find_place(data_dir)) == "absent"


def test_a_killed_user_leaves_a_server_that_the_next_joins_and_stops(data_dir):
    code = """
        import sys, time
        from pathlib import Path
        from accord.adapters.database import EmbeddedServer
        EmbeddedServer(Path(sys.argv[1]), durable=False).join()
        print("in", flush=True)
        time.sleep(60)
    """
    with python(code, data_dir) as killed:
        assert killed.stdout.readline() == "in\n"
    place = cluster.find_place(data_dir)
    assert _state(place) == "ready"
    with EmbeddedServer(data_dir, durable=False) as urls:
        assert ask(urls.superuser) == 1
    assert _state(place) == "absent"


def test_a_killed_server_recovers_what_was_committed(data_dir):
    with EmbeddedServer(data_dir, durable=False) as urls:
        place = cluster.find_place(data_dir)
        with psycopg.connect(urls.superuser) as connection:
            connection.execute("create table kept as select 7 as n")
        os.kill(int((place.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        while _state(place) != "absent":  # the kernel takes a moment
            time.sleep(0.01)
        with EmbeddedServer(data_dir, durable=False) as again:
            assert ask(again.superuser, "select n from kept") == 7


def test_a_pid_that_another_program_got_is_no_server(data_dir):
    with EmbeddedServer(data_dir, durable=False):
        place = cluster.find_place(data_dir)
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
    sleeper = subprocess.Popen(["sleep", "60"], cwd="/", **place.identity)
    try:
        lines[0] = str(sleeper.pid)
        (place.cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with EmbeddedServer(data_dir, durable=False) as urls:
            assert ask(urls.superuser) == 1
    finally:
        sleeper.kill()
        sleeper.wait()


def test_an_unfinished_cluster_is_made_anew(data_dir):
    folders.make_data_dir(data_dir)
    place = cluster.find_place(data_dir)
    unfinished = place.cluster.with_name("cluster.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedServer(data_dir, durable=False) as urls:
        assert ask(urls.superuser) == 1


def test_a_server_that_cannot_start_says_why(data_dir):
    with EmbeddedServer(data_dir, durable=False):
        place = cluster.find_place(data_dir)
    with (place.cluster / "postgresql.conf").open("a") as conf:
        conf.write("\nmax_connections = 'many'\n")
    with pytest.raises(NodeError, match="max_connections"):
        EmbeddedServer(data_dir, durable=False).join()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_node_that_is_asked_to_end_stops_its_server(data_dir, end):
    code = """
        import sys, time
        from accord.bootstrap import open_node
        from accord.settings import read_settings
        with open_node(read_settings(data_dir=sys.argv[1])):
            print("open", flush=True)
            time.sleep(60)
    """
    with EmbeddedServer(data_dir, durable=False) as urls:  # made here, since it is made without waiting for the disk
        provision.provision(urls.superuser)
        schema.migrate(urls.owner)
    with python(code, data_dir, stderr=subprocess.DEVNULL) as node:
        assert node.stdout.readline() == "open\n"
        node.send_signal(end)
        node.wait(timeout=30)
    assert node.returncode in {-signal.SIGINT, 130, 143}
    assert _state(cluster.find_place(data_dir)) == "absent"
