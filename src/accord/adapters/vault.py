"""The vault: bytes of evidence, of any size, written once, outside the database, in constant memory.

    ab/cdef…     an item under its SHA-256 in hex, mode 0400
    new/<uuid>   what is still arriving, by the id of its upload; mode 0600 until it is complete
    lock         who places or sweeps holds it

An upload survives its process: it goes on where the disk says that it is. A complete one is linked to its place while
its name under `new/` stays until the database has it too (`release`); so whatever a crash leaves is either an upload
that can go on, or a file that the sweep finds to be nobody's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from blake3 import blake3

from accord.adapters import folders
from accord.model.errors import AbsentError, ConflictError, LimitError, NodeError
from accord.model.evidence import Sealed

CHUNK_BYTES = 1 << 20
RESERVE_BYTES = 256 * 2**20
"""Left free on the disk, so that the database can still write what happens next."""
MAX_HASHING = 64
"""Uploads whose running hashes are kept in memory (some hundred bytes each); others are hashed anew from the disk."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Hashing:
    """Both hashes of the first `size` bytes of an upload."""

    def __init__(self) -> None:
        self.sha256, self.blake3, self.size = hashlib.sha256(), blake3(), 0

    def update(self, data: bytes) -> None:
        self.sha256.update(data)
        self.blake3.update(data)
        self.size += len(data)


class Vault:
    """The vault under one folder. Safe for many threads and processes; one upload is written by one at a time."""

    def __init__(self, root: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._root = root
        self._reserve = reserve_bytes
        self._hashing: OrderedDict[UUID, _Hashing] = OrderedDict()
        self._guard = threading.Lock()

    def prepare(self) -> None:
        """Makes the folders, or checks that they are closed to others. Raises `NodeError`."""
        folders.make_private(self._root)
        folders.make_private(self._root / "new")

    def check_room(self, size: int) -> None:
        """Raises `LimitError` when so many bytes more do not fit on the disk beside the reserve."""
        free = shutil.disk_usage(self._root).free - self._reserve
        if size > free:
            raise LimitError(
                f"The file has {_size(size)}, and the node's disk has room for {_size(max(0, free))}.",
                action="Free some space on that disk, or ask whoever runs this node for a larger one.",
            )

    def size(self, upload: UUID) -> int:
        """How many bytes of an upload are kept; 0 before the first."""
        try:
            return self._fresh(upload).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, upload: UUID, offset: int, data: bytes) -> int:
        """Adds bytes at the end, durable on return; gives the new size.

        Raises `ConflictError` when `offset` is not the end (ask `size` and go on from there), and `NodeError` when the
        disk refuses; what was kept before stays.
        """
        with self._writing(upload) as file:
            end = os.fstat(file).st_size
            if offset != end:
                raise ConflictError(f"The upload has {end} bytes, not {offset}.", action="Go on from there.")
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(file, rest) :]
                os.fdatasync(file)
            except OSError as error:
                with suppress(OSError):
                    os.ftruncate(file, end)
                raise self._refusing(error) from error
        with self._guard:
            hashing = self._hashing.pop(upload, None) or (_Hashing() if offset == 0 else None)
            if hashing is not None and hashing.size == offset:
                hashing.update(data)
                self._hashing[upload] = hashing
                while len(self._hashing) > MAX_HASHING:
                    self._hashing.popitem(last=False)
        return end + len(data)

    def seal(self, upload: UUID) -> Sealed:
        """Puts a complete upload in its place, read-only and durable; call `release` when the database has it.

        Raises `AbsentError` for an upload that has no bytes here, and `NodeError` when the disk refuses.
        """
        fresh = self._fresh(upload)
        try:
            hashing = self._hashed(upload, fresh)
            sealed = Sealed(hashing.sha256.digest(), hashing.blake3.digest(), hashing.size)
            with self._locked():
                self._place(fresh, self._path(sealed.sha256))
        except FileNotFoundError:
            raise AbsentError("No bytes of this upload are kept.", action="Choose the file again.") from None
        except OSError as error:
            raise self._refusing(error) from error
        return sealed

    def release(self, upload: UUID) -> None:
        """Forgets an upload: the item is in the database, or it is given up."""
        with self._guard:
            self._hashing.pop(upload, None)
        self._fresh(upload).unlink(missing_ok=True)

    @contextmanager
    def open(self, digest: bytes) -> Iterator[BinaryIO]:
        """An item's bytes as a stream. Raises `AbsentError`."""
        try:
            with self._path(digest).open("rb") as stream:
                yield stream
        except FileNotFoundError:
            raise AbsentError(
                f"The bytes of the item ({digest.hex()[:16]}…) are not in the vault.",
                action="If they should be, restore them from a backup; the record shows when they were last there.",
            ) from None

    def measure(self, digest: bytes) -> Sealed:
        """Hashes what lies there, anew. Raises `AbsentError`."""
        hashing = _Hashing()
        with self.open(digest) as stream:
            while data := stream.read(CHUNK_BYTES):
                hashing.update(data)
        return Sealed(hashing.sha256.digest(), hashing.blake3.digest(), hashing.size)

    def remove(self, digest: bytes) -> None:
        """Erases the bytes of an item that nobody needs any more; call after the database says so.

        Bytes that are just being registered again have a second name until their row stands: they are left, and to
        the sweep if nothing comes of it.
        """
        with self._locked():
            path = self._path(digest)
            if path.exists() and path.stat().st_nlink > 1:
                return
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync_folder(path.parent)

    def sweep(self, *, needed: Callable[[], Collection[bytes]], uploads: Callable[[], Collection[UUID]]) -> int:
        """Removes uploads that nobody can go on with and bytes that belong to no item; how many files that were.

        Both are asked while nobody places anything, so that what is just being registered is not taken for a leftover.
        """
        with self._locked():
            going = {str(upload) for upload in uploads()}
            left = [path for path in (self._root / "new").iterdir() if path.name not in going]
            for path in left:
                path.unlink(missing_ok=True)
            single = [
                path
                for folder in self._root.iterdir()
                if len(folder.name) == 2 and folder.is_dir()
                for path in folder.iterdir()
                if path.stat().st_nlink == 1
            ]
            # Asked after the look at the links: what loses its second name from now on is in the database already.
            names = {digest.hex() for digest in needed()}
            nobodys = [path for path in single if path.parent.name + path.name not in names]
            for path in nobodys:
                path.unlink(missing_ok=True)
        return len(left) + len(nobodys)

    def _fresh(self, upload: UUID) -> Path:
        return self._root / "new" / str(upload)

    def _path(self, digest: bytes) -> Path:
        if len(digest) != hashlib.sha256().digest_size:
            raise AbsentError("An item's bytes are addressed by their SHA-256, 32 bytes.")
        return self._root / digest.hex()[:2] / digest.hex()[2:]

    @contextmanager
    def _writing(self, upload: UUID) -> Iterator[int]:
        path = self._fresh(upload)
        if path.exists() and not path.stat().st_mode & 0o200:
            raise ConflictError("The upload is complete.", action="Register it, or begin anew.")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._refusing(error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)

    def _hashed(self, upload: UUID, fresh: Path) -> _Hashing:
        """The running hashes where they cover the file, else hashed anew: another process may have written it."""
        with self._guard:
            known = self._hashing.pop(upload, None)
        if known is not None and known.size == fresh.stat().st_size:
            return known
        hashing = _Hashing()
        with fresh.open("rb") as stream:
            while data := stream.read(CHUNK_BYTES):
                hashing.update(data)
        return hashing

    def _place(self, fresh: Path, path: Path) -> None:
        fresh.chmod(0o400)
        handle = os.open(fresh, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if path.exists() and path.samefile(fresh):
            return  # a second try
        with suppress(FileExistsError):
            path.parent.mkdir(mode=0o700)
            _sync_folder(self._root)
        beside = self._root / "new" / f"{fresh.name}.place"
        beside.unlink(missing_ok=True)
        os.link(fresh, beside)
        beside.replace(path)  # the same bytes, if any lay there: with a second name now, no sweep takes them
        _sync_folder(path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._root / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _refusing(self, error: OSError) -> NodeError:
        return NodeError(
            f"The vault {self._root} could not be written ({error.strerror}).",
            action="Free some space on that disk; what arrived is kept, and the upload can go on.",
        )


def _size(count: int) -> str:
    return f"{count / 10**9:.1f} GB" if count >= 10**9 else f"{count / 10**6:.1f} MB"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
