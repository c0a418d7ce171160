"""A custody log on the disk: durable appends, one fsync each, by any number of processes.

    journal       a random number, then each commit since the last settling: length, SHA-256, head and writes
    head          the newest signed head, after a line with its SHA-256
    tile/…        tiles and entry bundles, each growing under the path of the full one
    heads/…       cosigned heads and time stamps
    lock          held (flock) by whoever commits

A commit is one record at the end of the journal, forced to the disk; only then are the files themselves written, not
forced. When the journal is large the files are forced and the journal is emptied. Whoever opens the folder after a
crash writes the journal's records again, which changes nothing where they had been written. A record that is not
complete at the journal's end was never acknowledged, and is dropped.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from accord.adapters import folders
from accord.custody.log import Write
from accord.custody.tiles import parse_path
from accord.model.errors import AbsentError, ConflictError, NodeError, RefusedError

MAX_JOURNAL_BYTES = 16 << 20
"""Beyond this the files are settled: some ten seconds of writing at most are repeated after a crash."""
LOCK_WAIT_S = 10.0
_SIDE_FILE = re.compile(r"heads/(0|[1-9][0-9]{0,18})(\.[A-Za-z0-9-]{1,64}\.tsr)?")
_HEADER_BYTES = 4 + 32
_HEAD_TRIES = 100
_NUMBER_BYTES = 16


class _Record(NamedTuple):
    writes: list[Write]
    head: bytes


class TileFolder:
    """`custody.log.LogStorage` on a folder. `at` is called with the name of each step; tests stop the world there."""

    def __init__(self, root: Path, *, at: Callable[[str], None] | None = None, wait_s: float = LOCK_WAIT_S) -> None:
        """Opens or makes the folder and repairs what a crash left. Raises `NodeError` or `ConflictError`."""
        self._root = folders.make_private(root)
        self._at = at or (lambda _: None)
        self._wait_s = wait_s
        self._failed = ""
        self._locked = False
        self._lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._journal = os.open(root / "journal", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._seen = b"", -1  # which journal (its number), and where it ended, when this process last looked
        _sync_folder(root)
        with self.exclusive():
            pass

    def close(self) -> None:
        """Gives back the two open files; nothing is lost without it."""
        for handle in (self._lock, self._journal):
            with contextlib.suppress(OSError):
                os.close(handle)

    def read(self, path: str) -> bytes:
        try:
            return self._file(path).read_bytes()
        except FileNotFoundError:
            raise AbsentError(f"The log has no {path}.") from None
        except OSError as error:
            raise _disk(f"{path} of the log cannot be read", error) from error

    def head(self) -> bytes | None:
        try:
            for _ in range(_HEAD_TRIES):
                digest, _, head = (self._root / "head").read_bytes().partition(b"\n")
                if hashlib.sha256(head).hexdigest().encode() == digest:
                    return head
                time.sleep(0.001)  # another process is just writing it
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _disk("The head of the log cannot be read", error) from error
        raise NodeError(
            f"The file head of the log in {self._root} is damaged.",
            action="Leave the folder as it is, restore it from a backup or a mirror, and check the disk.",
        )

    def side_files(self) -> list[str]:
        """Paths of the cosigned heads and time stamps beside the log, sorted by name."""
        folder = self._root / "heads"
        names = [f"heads/{path.name}" for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(name for name in names if _SIDE_FILE.fullmatch(name))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Waits up to `wait_s` seconds for other processes. May be nested within one process."""
        if self._locked:
            yield
            return
        self._take_lock()
        self._locked = True
        try:
            self._catch_up()
            yield
        finally:
            self._locked = False
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def commit(self, writes: Sequence[Write], head: bytes) -> None:
        """Durable on return. Raises `NodeError`, and then nothing was kept, or it is not known: open the log anew."""
        if not self._locked:
            raise NodeError("A commit outside of `exclusive`.", action="This is a fault in Accord; please report it.")
        for write in writes:
            self._file(write.path)  # refuses a wrong path before anything is written
        before = self._seen
        self._append(_encode(writes, head))
        self._at("journal durable")
        try:
            self._apply(_Record(list(writes), head))
            if self._seen[1] > MAX_JOURNAL_BYTES:
                self._settle()
        except OSError:  # the commit stands: it is in the journal, and whoever comes next writes the files from there
            self._seen = before

    def _append(self, record: bytes) -> None:
        if self._failed:
            raise NodeError(
                f"The log cannot be written to: {self._failed}.",
                action="Free space on the disk or repair it, then start Accord again; what was acknowledged is kept.",
            )
        number, end = self._seen
        try:
            _write_at(self._journal, record, end)
            self._at("journal written")
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._journal, end)
            raise _disk("The entries could not be written", error) from error
        try:
            os.fdatasync(self._journal)
        except OSError as error:  # what is on the disk is unknown now, and a second fsync would not tell
            self._failed = f"the disk did not confirm ({error.strerror})"
            raise _disk("The disk did not confirm the entries", error) from error
        self._seen = number, end + len(record)

    def _apply(self, record: _Record) -> None:
        for write in record.writes:
            self._put(self._file(write.path), write.data, write.offset)
            self._at("file written")
        # In its place, not renamed: a rename over a file makes every later fdatasync wait for it (half the rate).
        self._put(
            self._root / "head", hashlib.sha256(record.head).hexdigest().encode() + b"\n" + record.head, 0, cut=True
        )
        self._at("head placed")

    def _put(self, path: Path, data: bytes, offset: int, *, cut: bool = False) -> None:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write_at(handle, data, offset)
            if cut:
                os.ftruncate(handle, offset + len(data))
        finally:
            os.close(handle)

    def _settle(self) -> None:
        """Forces every file that the journal names, with its folders, to the disk; then empties the journal."""
        paths = {write.path for record in self._records(_NUMBER_BYTES) for write in record.writes}
        places = [self._root / "head", *(self._file(path) for path in sorted(paths))]
        for place in places:
            _sync(place)
        self._at("files durable")
        for folder in {parent for place in places for parent in place.parents if parent.is_relative_to(self._root)}:
            _sync_folder(folder)
        self._at("folders durable")
        self._begin_journal()
        self._at("journal emptied")

    def _begin_journal(self) -> None:
        os.ftruncate(self._journal, 0)
        number = os.urandom(_NUMBER_BYTES)
        _write_at(self._journal, number, 0)
        os.fdatasync(self._journal)
        self._seen = number, _NUMBER_BYTES

    def _catch_up(self) -> None:
        """Writes again what is in the journal, when this process has not done so or another one was at work."""
        try:
            number = os.pread(self._journal, _NUMBER_BYTES, 0)
            size = os.fstat(self._journal).st_size
            if (number, size) == self._seen:
                return
            if size < _NUMBER_BYTES:  # new, or the world stopped while it was being emptied: the files are settled
                self._begin_journal()
                return
            at = self._seen[1] if number == self._seen[0] and self._seen[1] <= size else _NUMBER_BYTES
            for record in self._records(at):
                self._apply(record)
                at += len(_encode(record.writes, record.head))
            if at != size:  # a record that was never acknowledged
                os.ftruncate(self._journal, at)
                os.fdatasync(self._journal)
            self._seen = number, at
        except OSError as error:
            raise _disk("The log could not be repaired after a crash", error) from error

    def _records(self, at: int) -> Iterator[_Record]:
        """The complete records of the journal from an offset on, in order. Raises `NodeError` when one is damaged."""
        size = os.fstat(self._journal).st_size
        while at + _HEADER_BYTES <= size:
            header = os.pread(self._journal, _HEADER_BYTES, at)
            length = int.from_bytes(header[:4], "big")
            body = os.pread(self._journal, length, at + _HEADER_BYTES) if length <= size - at else b""
            at += _HEADER_BYTES + length
            if hashlib.sha256(header[:4] + body).digest() == header[4:]:
                yield _decode(body)
            elif at < size and length:  # only the last one can have been cut off
                raise NodeError(
                    f"The journal of the log in {self._root} is damaged before its end.",
                    action="Leave the folder as it is, restore it from a backup or a mirror, and check the disk.",
                )
            else:
                return

    def _take_lock(self) -> None:
        until = time.monotonic() + self._wait_s
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise ConflictError(
                        f"Another process has been writing to the log in {self._root} for {self._wait_s:g} seconds.",
                        action="Try again; if it stays so, see which process hangs (`fuser` on the file `lock`).",
                    ) from None
                time.sleep(0.002)
            else:
                return

    def _file(self, path: str) -> Path:
        if not _SIDE_FILE.fullmatch(path) and parse_path(path).full != path:
            raise RefusedError(f"{path[:80]!r} is no file of a log: a growing tile has the path of the full one.")
        return self._root / path


def _encode(writes: Sequence[Write], head: bytes) -> bytes:
    parts = [len(head).to_bytes(4, "big"), head]
    for write in writes:
        path = write.path.encode()
        parts += [bytes([len(path)]), path, write.offset.to_bytes(8, "big"), len(write.data).to_bytes(4, "big")]
        parts.append(write.data)
    body = b"".join(parts)
    length = len(body).to_bytes(4, "big")
    return length + hashlib.sha256(length + body).digest() + body


def _decode(body: bytes) -> _Record:
    at = 4 + int.from_bytes(body[:4], "big")
    head = body[4:at]
    writes = []
    while at < len(body):
        path_end = at + 1 + body[at]
        path = body[at + 1 : path_end].decode()
        offset = int.from_bytes(body[path_end : path_end + 8], "big")
        data_at = path_end + 12
        at = data_at + int.from_bytes(body[path_end + 8 : data_at], "big")
        writes.append(Write(path, offset, body[data_at:at]))
    return _Record(writes, head)


def _write_at(handle: int, data: bytes, offset: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(handle, data[done:], offset + done)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk once its folder is (POSIX leaves it open, ext4 and XFS ask for it)."""
    _sync(folder)


def _disk(what: str, error: OSError) -> NodeError:
    return NodeError(
        f"{what} ({error.strerror}). Nothing was acknowledged.",
        action="Free space on the disk or repair it, and hand in the same again.",
    )
