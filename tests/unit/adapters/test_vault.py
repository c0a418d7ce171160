"""The vault: whole or absent, in constant memory, through kills, full disks and second tries."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from uuid import uuid4

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.adapters.vault import Vault
from accord.model.errors import AbsentError, ConflictError, LimitError, NodeError


@pytest.fixture
def vault(tmp_path):
    made = Vault(tmp_path / "evidence", reserve_bytes=0)
    made.prepare()
    return made


def files(tmp_path):
    root = tmp_path / "evidence"
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and p.name != "lock")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(parts=st.lists(st.binary(max_size=300), max_size=8), forget=st.booleans())
def test_both_digests_are_those_of_the_whole(vault, tmp_path, parts, forget):
    upload, sent = uuid4(), 0
    for part in parts:
        sent = vault.append(upload, sent, part)
    whole = b"".join(parts)
    if not parts:
        with pytest.raises(AbsentError):
            vault.seal(upload)
        return
    teller = Vault(tmp_path / "evidence", reserve_bytes=0) if forget else vault  # another process finishes it
    sealed = teller.seal(upload)
    assert sealed == (hashlib.sha256(whole).digest(), blake3(whole).digest(), len(whole))
    assert vault.measure(sealed.sha256) == sealed
    vault.release(upload)
    with vault.open(sealed.sha256) as stream:
        assert stream.read() == whole


def test_a_file_in_place_is_read_only_and_its_own(vault, tmp_path):
    upload = uuid4()
    vault.append(upload, 0, b"disk image")
    sealed = vault.seal(upload)
    vault.release(upload)
    name = sealed.sha256.hex()
    assert files(tmp_path) == [f"{name[:2]}/{name[2:]}"]
    found = (tmp_path / "evidence" / name[:2] / name[2:]).stat()
    assert stat.S_IMODE(found.st_mode) == 0o400
    with pytest.raises(ConflictError):
        vault.append(upload, 3, b"more")


def test_a_second_try_and_a_second_upload_of_the_same_change_nothing(vault, tmp_path):
    one, two = uuid4(), uuid4()
    vault.append(one, 0, b"same")
    vault.append(two, 0, b"same")
    assert vault.seal(one) == vault.seal(one) == vault.seal(two)
    vault.release(one)
    vault.release(two)
    assert len(files(tmp_path)) == 1


def test_bytes_that_come_twice_or_with_a_gap_are_refused(vault):
    upload = uuid4()
    vault.append(upload, 0, b"abc")
    for offset in (0, 2, 4):
        with pytest.raises(ConflictError, match="3 bytes"):
            vault.append(upload, offset, b"x")
    assert vault.size(upload) == 3
    vault.append(upload, 3, b"def")
    assert vault.seal(upload).sha256 == hashlib.sha256(b"abcdef").digest()


def test_a_complete_upload_is_not_added_to(vault):
    upload = uuid4()
    vault.append(upload, 0, b"abc")
    vault.seal(upload)
    with pytest.raises(ConflictError, match="complete"):
        vault.append(upload, 3, b"d")


def test_the_sweep_takes_what_is_nobodys_and_nothing_else(vault, tmp_path):
    kept, orphan, going, gone = uuid4(), uuid4(), uuid4(), uuid4()
    for upload, data in ((kept, b"kept"), (orphan, b"orphan"), (going, b"going"), (gone, b"gone")):
        vault.append(upload, 0, data)
    wanted = vault.seal(kept)
    vault.seal(orphan)
    vault.release(kept)
    vault.release(orphan)
    in_flight = uuid4()
    vault.append(in_flight, 0, b"in flight")
    placed = vault.seal(in_flight)  # its transaction has not committed yet
    swept = vault.sweep(needed=lambda: [wanted.sha256], uploads=lambda: [going, in_flight])
    assert swept == 2  # the orphan, and the upload that nobody knows
    assert vault.measure(wanted.sha256) == wanted
    assert vault.measure(placed.sha256) == placed
    assert vault.size(going) == 5
    assert vault.size(gone) == 0


def test_bytes_that_are_just_registered_again_are_not_erased(vault):
    first, again = uuid4(), uuid4()
    for upload in (first, again):
        vault.append(upload, 0, b"the same")
    digest = vault.seal(first).sha256
    vault.release(first)
    vault.seal(again)  # its row does not stand yet, so that nobody seems to need the bytes
    vault.remove(digest)
    with vault.open(digest) as stream:
        assert stream.read() == b"the same"
    vault.release(again)
    vault.remove(digest)
    with pytest.raises(AbsentError), vault.open(digest):
        pass


def test_no_room_is_said_before_anything_is_sent(vault):
    with pytest.raises(LimitError, match="room for"):
        vault.check_room(2**62)


def test_a_full_disk_keeps_what_arrived_and_the_upload_goes_on(vault):
    """A file size limit stands in for the full disk: the kernel refuses in the middle of a write."""
    upload = uuid4()
    vault.append(upload, 0, b"x" * 60_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignoring = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(NodeError, match="Free some space"):
            vault.append(upload, 60_000, b"y" * 90_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignoring)
    assert vault.size(upload) == 60_000
    vault.append(upload, 60_000, b"y" * 90_000)
    assert vault.seal(upload).sha256 == hashlib.sha256(b"x" * 60_000 + b"y" * 90_000).digest()


KILLED = """
import os, sys
from pathlib import Path
from uuid import UUID
from accord.adapters.vault import Vault
vault = Vault(Path(sys.argv[1]), reserve_bytes=0)
upload, point = UUID(sys.argv[2]), sys.argv[3]
real = {"chmod": Path.chmod, "link": os.link, "replace": Path.replace}
def fault(name):
    def call(*a, **k):
        if name == point:
            os.kill(os.getpid(), 9)
        return real[name](*a, **k)
    return call
Path.chmod, os.link, Path.replace = fault("chmod"), fault("link"), fault("replace")
vault.seal(upload)
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("point", ["chmod", "link", "replace", "after"])
def test_kill_at_any_point_of_sealing_leaves_an_upload_that_goes_on(vault, tmp_path, point):
    upload = uuid4()
    vault.append(upload, 0, b"evidence " * 1000)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "evidence"), str(upload), point], check=False)
    assert done.returncode == -signal.SIGKILL
    again = Vault(tmp_path / "evidence", reserve_bytes=0)
    again.prepare()
    again.sweep(needed=list, uploads=lambda: [upload])
    sealed = again.seal(upload)
    again.release(upload)
    assert again.measure(sealed.sha256).size == 9_000
    assert len(files(tmp_path)) == 1
    assert again.sweep(needed=list, uploads=list) == 1  # no item came of it
    assert files(tmp_path) == []


SENDING = """
import sys
from pathlib import Path
from uuid import UUID
from accord.adapters.vault import Vault
vault, upload, at = Vault(Path(sys.argv[1]), reserve_bytes=0), UUID(sys.argv[2]), 0
while True:
    at = vault.append(upload, at, bytes([at // 4096 % 251]) * 4096)
    print(at, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_there(vault, tmp_path):
    upload = uuid4()
    sender = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SENDING), str(tmp_path / "evidence"), str(upload)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    acknowledged = [int(sender.stdout.readline()) for _ in range(20)]
    os.kill(sender.pid, signal.SIGKILL)
    rest = sender.stdout.read().split("\n")
    sender.stdout.close()
    sender.wait()
    acknowledged += [int(line) for line in rest[:-1] if line]
    there = vault.size(upload)
    assert there >= acknowledged[-1]
    vault.append(upload, there, b"end")
    sealed = vault.seal(upload)
    with vault.open(sealed.sha256) as stream:
        content = stream.read()
    assert content[: acknowledged[-1]] == b"".join(
        bytes([n // 4096 % 251]) * 4096 for n in range(0, acknowledged[-1], 4096)
    )


def test_two_threads_never_interleave(vault):
    upload, sent = uuid4(), []

    def send(letter):
        deadline = time.monotonic() + 20
        mine = 0
        while mine < 20 and time.monotonic() < deadline:
            try:
                vault.append(upload, vault.size(upload), letter * 1000)
            except ConflictError:
                continue
            mine += 1
        sent.append(mine)

    threads = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sent == [20, 20]
    sealed = vault.seal(upload)
    with vault.open(sealed.sha256) as stream:
        content = stream.read()
    assert len(content) == 40_000
    assert {content[n : n + 1000] for n in range(0, 40_000, 1000)} == {b"a" * 1000, b"b" * 1000}
