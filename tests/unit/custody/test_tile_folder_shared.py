"""One log on the disk shared by processes and by threads."""

import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from accord.adapters import tile_folder
from accord.adapters.group_commit import GroupCommit
from accord.adapters.tile_folder import TileFolder
from accord.custody.audit import audit_hashes
from accord.custody.log import Log
from accord.custody.note import SigningKey
from accord.model.errors import ConflictError, LimitError

KEY = SigningKey.from_seed("log.example", b"k" * 32)


def append_many(root, name, count):
    log = Log(TileFolder(Path(root)), KEY)
    for n in range(count):
        log.append([b"%s %d" % (name, n)])


@pytest.mark.parametrize("settle", [False, True])
def test_two_processes_append_to_one_log(tmp_path, settle):
    root = tmp_path / "log"
    TileFolder(root).close()
    context = multiprocessing.get_context("fork")
    if settle:
        tile_folder.MAX_JOURNAL_BYTES, before = 20_000, tile_folder.MAX_JOURNAL_BYTES
    workers = [context.Process(target=append_many, args=(root, name, 60)) for name in (b"a", b"b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    if settle:
        tile_folder.MAX_JOURNAL_BYTES = before
    log = Log(storage := TileFolder(root), KEY)
    entries = [log.entry(n) for n in range(log.checkpoint.size)]
    for name in (b"a", b"b"):
        assert [e for e in entries if e.startswith(name)] == [b"%s %d" % (name, n) for n in range(60)]
    audit_hashes(storage, log.checkpoint)
    storage.close()


def test_a_process_that_holds_the_log_is_waited_for_and_then_named(tmp_path):
    first, second = TileFolder(tmp_path / "log"), TileFolder(tmp_path / "log", wait_s=0.05)
    with first.exclusive(), pytest.raises(ConflictError, match=r"0.05 seconds"), second.exclusive():
        pass
    with second.exclusive():
        pass
    first.close()
    second.close()


def test_many_threads_share_commits_and_each_gets_its_own_receipts(tmp_path):
    storage = TileFolder(tmp_path / "log")
    log = Log(storage, KEY)
    commits = []
    storage._at = lambda step: commits.append(step) if step == "journal durable" else None
    group, found = GroupCommit(log), {}

    def work(number):
        for n in range(10):
            mine = [b"%d.%d.%d" % (number, n, k) for k in range(1 + n % 3)]
            for entry, receipt in zip(mine, group.append(mine), strict=True):
                found[entry] = receipt.position

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found.values()) == list(range(16 * 19))
    assert all(log.entry(position) == entry for entry, position in found.items())
    assert len(commits) < 16 * 10
    storage.close()


def test_one_callers_oversized_entry_fails_alone(tmp_path):
    group = GroupCommit(Log(storage := TileFolder(tmp_path / "log"), KEY))
    results = {}

    def work(name, entries):
        try:
            results[name] = group.append(entries)
        except LimitError as error:
            results[name] = error

    group._writing.acquire()  # so that all of them wait for one commit
    threads = [threading.Thread(target=work, args=a) for a in (("a", [b"a"]), ("big", [b"x" * 70_000]), ("b", [b"b"]))]
    for thread in threads:
        thread.start()
    while len(group._waiting) < 3:
        time.sleep(0.001)
    group._writing.release()
    for thread in threads:
        thread.join()
    assert isinstance(results["big"], LimitError)
    assert {results["a"][0].position, results["b"][0].position} == {0, 1}
    storage.close()


def test_reading_the_head_while_another_process_writes_it(tmp_path):
    TileFolder(root := tmp_path / "log").close()
    worker = multiprocessing.get_context("fork").Process(target=append_many, args=(root, b"a", 200))
    worker.start()
    storage = TileFolder(root)
    sizes = []
    while worker.is_alive():
        if head := storage.head():
            sizes.append(int(head.split(b"\n")[1]))
    worker.join()
    assert sizes == sorted(sizes)
    assert Log(storage, KEY).checkpoint.size == 200
    storage.close()
