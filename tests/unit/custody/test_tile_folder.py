"""The log on the disk: what was acknowledged is there after any crash, and what was not is not half there."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from accord.adapters import tile_folder
from accord.adapters.tile_folder import TileFolder
from accord.custody.audit import audit_hashes
from accord.custody.errors import MalformedError
from accord.custody.log import Log, Write, head_path, keep, timestamp_path
from accord.custody.note import SigningKey
from accord.model.errors import AbsentError, NodeError, RefusedError

KEY = SigningKey.from_seed("log.example", b"k" * 32)
STEPS = [
    "journal written",
    "journal durable",
    "file written",
    "head placed",
    "files durable",
    "folders durable",
    "journal emptied",
]


class Stopped(BaseException):
    """The world ends here."""


class Stopper:
    """Stops at the n-th time that a step is reached."""

    def __init__(self, step, times=1):
        self.step, self.times = step, times

    def __call__(self, step):
        if step == self.step:
            self.times -= 1
            if self.times == 0:
                raise Stopped


def content(*numbers):
    return [b"entry %d " % n * 20 for n in numbers]


def check(root, acknowledged, offered=None):
    """Opens the folder anew: all that was acknowledged is there, and beyond it at most what was offered."""
    storage = TileFolder(root)
    log = Log(storage, KEY)
    size = log.checkpoint.size
    assert acknowledged <= size <= (acknowledged if offered is None else offered)
    assert [log.entry(n) for n in range(size)] == content(*range(size))
    audit_hashes(storage, log.checkpoint)
    (receipt,) = log.append(content(size))
    assert receipt.position == size
    audit_hashes(storage, log.checkpoint)
    storage.close()


@pytest.fixture
def small_journal(monkeypatch):
    monkeypatch.setattr(tile_folder, "MAX_JOURNAL_BYTES", 100_000)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_world_may_stop_at_any_step(tmp_path, small_journal, step, times):
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    acknowledged = 0
    for _ in range(3):
        log.append(content(*range(acknowledged, acknowledged + 100)))
        acknowledged += 100
    storage._at = Stopper(step, times)
    try:
        for _ in range(60):
            log.append(content(*range(acknowledged, acknowledged + 40)))
            acknowledged += 40
    except Stopped:
        pass
    else:
        pytest.fail(f"{step} was never reached {times} times")
    storage.close()
    check(root, acknowledged, acknowledged + 40)


@pytest.mark.parametrize("step", [s for s in STEPS if s not in ("files durable", "folders durable", "journal emptied")])
def test_the_world_may_stop_before_anything_was_kept(tmp_path, step):
    storage = TileFolder(tmp_path / "log", at=Stopper(step))
    with pytest.raises(Stopped):
        Log(storage, KEY).append(content(0))
    storage.close()
    check(tmp_path / "log", 0, 1)


def test_files_that_were_not_forced_to_the_disk_are_written_again(tmp_path):
    """Power loss: everything written since the last settling is gone but the journal."""
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    log.append(content(*range(300)))
    with storage.exclusive():
        storage._settle()
    storage.close()
    kept = tmp_path / "kept"
    shutil.copytree(root, kept)
    storage = TileFolder(root)
    Log(storage, KEY).append(content(*range(300, 700)))
    storage.close()
    shutil.copy(root / "journal", kept / "journal")
    check(kept, 700)


@pytest.mark.parametrize("what", ["tile/0/000", "tile/entries/001", "head"])
@pytest.mark.parametrize("how", ["gone", "empty", "half", "zeros"])
def test_any_file_may_be_lost_before_settling(tmp_path, what, how):
    root = tmp_path / "log"
    storage = TileFolder(root)
    Log(storage, KEY).append(content(*range(300)))
    storage.close()
    path = root / what
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "half": data[: len(data) // 2], "zeros": bytes(len(data))}[how])
    check(root, 300)


def test_a_journal_cut_anywhere_loses_only_what_was_not_acknowledged(tmp_path):
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    sizes = {(root / "journal").stat().st_size: 0}
    for n in range(6):
        log.append(content(n))
        sizes[(root / "journal").stat().st_size] = n + 1
    storage.close()
    journal = (root / "journal").read_bytes()
    for cut in range(min(sizes), len(journal), 61):
        copy = tmp_path / f"cut{cut}"
        (copy).mkdir(mode=0o700)
        (copy / "journal").write_bytes(journal[:cut])
        whole = max(kept for size, kept in sizes.items() if size <= cut)
        check(copy, whole)


def test_a_journal_damaged_in_its_middle_is_an_error_and_stays_as_it_is(tmp_path):
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    for n in range(4):
        log.append(content(n))
    storage.close()
    journal = bytearray((root / "journal").read_bytes())
    journal[len(journal) // 2] ^= 1
    (root / "journal").write_bytes(journal)
    with pytest.raises(NodeError, match="damaged before its end"):
        TileFolder(root)
    assert (root / "journal").read_bytes() == journal


def test_a_full_disk_keeps_nothing_of_the_batch_and_the_log_goes_on(tmp_path, monkeypatch):
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    log.append(content(0, 1))
    true = os.pwrite

    def full(handle, data, offset):
        if handle == storage._journal:
            true(handle, data[: len(data) // 2], offset)
            raise OSError(errno.ENOSPC, "No space left on device")
        return true(handle, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(NodeError, match=r"No space left.*Nothing was acknowledged"):
        log.append(content(2, 3))
    monkeypatch.setattr(os, "pwrite", true)
    assert log.append(content(2))[0].position == 2
    storage.close()
    check(root, 3)


def test_a_full_disk_after_the_journal_keeps_what_is_acknowledged(tmp_path, monkeypatch):
    root = tmp_path / "log"
    storage = TileFolder(root)
    log = Log(storage, KEY)
    true = os.pwrite

    def full(handle, data, offset):
        if handle != storage._journal:
            raise OSError(errno.ENOSPC, "No space left on device")
        return true(handle, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    assert log.append(content(0))[0].position == 0
    with pytest.raises(NodeError, match="could not be repaired"):
        log.append(content(1))
    monkeypatch.setattr(os, "pwrite", true)
    assert log.append(content(1))[0].position == 1  # it mends itself when there is space again
    storage.close()
    check(root, 2)


def test_a_disk_that_does_not_confirm_stops_the_log(tmp_path, monkeypatch):
    storage = TileFolder(tmp_path / "log")
    log = Log(storage, KEY)

    def lost(_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", lost)
        with pytest.raises(NodeError, match="did not confirm"):
            log.append(content(0))
    with pytest.raises(NodeError, match="start Accord again"):
        log.append(content(0))
    storage.close()
    check(tmp_path / "log", 0, 1)


WRITER = """
import sys
from pathlib import Path
from accord.adapters.tile_folder import TileFolder
from accord.custody.log import Log
from accord.custody.note import SigningKey
log = Log(TileFolder(Path(sys.argv[1])), SigningKey.from_seed("log.example", b"k" * 32))
n = log.checkpoint.size
while True:
    log.append([b"entry %d " % m * 20 for m in range(n, n + 7)])
    n += 7
    print(n, flush=True)
"""


@pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path, rounds):
    root = tmp_path / "log"
    acknowledged = 0
    for number in range(rounds):
        process = subprocess.Popen([sys.executable, "-c", WRITER, root], stdout=subprocess.PIPE, text=True)
        lines = [process.stdout.readline()]
        time.sleep(0.01 + 0.013 * (number % 11))
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        acknowledged = max([acknowledged, *(int(line) for line in lines if line.endswith("\n"))])
    assert acknowledged > 7 * rounds
    storage = TileFolder(root)
    log = Log(storage, KEY)
    assert log.checkpoint.size >= acknowledged
    assert all(log.entry(n) == content(n)[0] for n in range(0, log.checkpoint.size, 5))
    audit_hashes(storage, log.checkpoint)
    storage.close()


def test_only_files_of_a_log_can_be_read_or_written(tmp_path):
    storage = TileFolder(tmp_path / "log")
    log = Log(storage, KEY)
    for path in (
        "../secret",
        "/etc/passwd",
        "tile/0/../../x",
        "heads/../x",
        "journal",
        "tile/0/000.p/3",
        "heads/1.a/b.tsr",
    ):
        with pytest.raises(RefusedError):
            storage.read(path)
        with storage.exclusive(), pytest.raises(RefusedError):
            storage.commit([Write(path, 0, b"x")], b"")
    with pytest.raises(AbsentError):
        storage.read("tile/0/000")
    assert log.append(content(0))
    keep(storage, timestamp_path(1, "tsa-1"), b"stamp")
    keep(storage, head_path(1), b"head")
    assert storage.read("heads/1.tsa-1.tsr") == b"stamp"
    with pytest.raises(MalformedError):
        timestamp_path(1, "../x")
    with pytest.raises(NodeError, match="outside of"):
        storage.commit([], b"")
    storage.close()


def test_what_lies_before_an_offset_is_never_touched(tmp_path):
    """Append-only: the files of a shorter log are beginnings of those of a longer one."""
    storage = TileFolder(root := tmp_path / "log")
    log = Log(storage, KEY)
    log.append(content(*range(300)))
    before = {p: p.read_bytes() for p in (root / "tile").rglob("*") if p.is_file()}
    log.append(content(*range(300, 900)))
    assert all(p.read_bytes().startswith(data) for p, data in before.items())
    storage.close()


def test_a_damaged_head_is_an_error_and_stays_as_it_is(tmp_path):
    storage = TileFolder(root := tmp_path / "log")
    log = Log(storage, KEY)
    log.append(content(0))
    with storage.exclusive():
        storage._settle()
    (root / "head").write_bytes(b"something else")
    with pytest.raises(NodeError, match="head of the log"):
        Log(storage, KEY)
    assert (root / "head").read_bytes() == b"something else"
    storage.close()
