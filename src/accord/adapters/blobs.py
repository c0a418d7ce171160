"""Bytes as received, kept once under their SHA-256: written, never changed, checked when read.

A blob is complete or absent: it is written beside its place, forced to the disk, and renamed.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from accord.adapters import folders
from accord.model.errors import AbsentError, LimitError, NodeError

CHUNK_BYTES = 1 << 20
MAX_BLOB_BYTES = 4 * 2**30
"""Unless the settings say otherwise; inclusive."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Blobs:
    """The blobs under one folder, `ab/cdef…` by the digest in hex. Safe for many threads and processes at once."""

    def __init__(self, root: Path, *, max_bytes: int = MAX_BLOB_BYTES) -> None:
        self._root = root
        self._max_bytes = max_bytes

    def prepare(self) -> None:
        """Makes the folder, or checks that it is closed; removes what a killed process left half written."""
        folders.make_private(self._root)
        for left in folders.make_private(self._root / "new").iterdir():
            pid = left.name.partition("-")[0]
            if not (pid.isdigit() and _runs(int(pid))):
                left.unlink(missing_ok=True)

    def put(self, content: bytes | Readable) -> bytes:
        """Keeps the content and gives its SHA-256 (32 bytes); what is there already is left alone.

        Raises `LimitError` beyond `max_bytes` and `NodeError` when the disk refuses; nothing is kept then.
        """
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        fresh = self._root / "new" / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            digest = self._write(fresh, stream)
            self._place(fresh, self._path(digest))
        except OSError as error:
            raise NodeError(
                f"A file could not be kept in {self._root} ({error.strerror}).",
                action="Free some space on that disk, or choose another with ACCORD_DATA, and hand the file in again.",
            ) from error
        finally:
            fresh.unlink(missing_ok=True)
        return digest

    @contextmanager
    def open(self, digest: bytes) -> Iterator[BinaryIO]:
        """The content as a stream from its beginning. Raises `AbsentError`."""
        try:
            with self._path(digest).open("rb") as stream:
                yield stream
        except FileNotFoundError:
            raise AbsentError(
                f"The file {digest.hex()} is not kept here.", action="If it should be, restore it from a backup."
            ) from None

    def read(self, digest: bytes) -> bytes:
        """The whole content, verified. Raises `AbsentError`, and `NodeError` when it was changed."""
        with self.open(digest) as stream:
            content = stream.read(self._max_bytes + 1)
        if hashlib.sha256(content).digest() != digest:
            raise NodeError(
                f"The file {digest.hex()} was changed on the disk.", action="Restore it from a backup; check the disk."
            )
        return content

    def has(self, digest: bytes) -> bool:
        return self._path(digest).exists()

    def _path(self, digest: bytes) -> Path:
        if len(digest) != hashlib.sha256().digest_size:
            raise AbsentError("A file is addressed by its SHA-256, 32 bytes.")
        name = digest.hex()
        return self._root / name[:2] / name[2:]

    def _write(self, path: Path, stream: Readable) -> bytes:
        hasher, size = hashlib.sha256(), 0
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400), "wb") as file:
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if size > self._max_bytes:
                    raise LimitError(
                        f"The file is larger than {self._max_bytes} bytes.",
                        action="Hand it in in parts, or raise ACCORD_MAX_BLOB_BYTES.",
                    )
                hasher.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return hasher.digest()

    def _place(self, fresh: Path, path: Path) -> None:
        if path.exists():
            return
        with suppress(FileExistsError):
            path.parent.mkdir(mode=0o700)
            _sync_folder(self._root)
        fresh.replace(path)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk once its folder is (POSIX leaves it open, ext4 and XFS ask for it)."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
