"""The append-only log: takes entries in batches, integrates them into the tree, signs the new head.

Order of an append: hash, write, sign, and only then acknowledge: when `append` returns, the entries are durable and
under a signed head. Storage comes through one port whose `commit` is all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from accord.custody.checkpoint import Checkpoint, open_checkpoint, verify_log_signature
from accord.custody.errors import ChangedTileError, MalformedError, ReplacedKeyError, RollbackError, SignatureError
from accord.custody.merkle import HASH_BYTES, Edge, leaf_hash
from accord.custody.note import Signature, SigningKey
from accord.custody.proof import Proof
from accord.custody.tiles import MAX_ENTRY_BYTES, TILE_HEIGHT, TILE_WIDTH, TilePath, Tiles, pack, unpack
from accord.model.errors import AbsentError, ConflictError, LimitError

MAX_BATCH = 65_536  # entries; some 64 MB of typical ones


class Write(NamedTuple):
    """Bytes to be put at an offset of a growing file; what lies before the offset is never touched."""

    path: str
    offset: int
    data: bytes


class LogStorage(Protocol):
    """Where a log lives. `tiles.Reader` is part of it."""

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `AbsentError`."""
        ...

    def head(self) -> bytes | None:
        """The head of the last commit, by whichever process; None before the first."""
        ...

    def commit(self, writes: Sequence[Write], head: bytes) -> None:
        """Keeps writes and head, all or nothing, durable on return. Only within `exclusive`. Raises `NodeError`."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Nobody else commits meanwhile, in this process or another. Raises `ConflictError` after a while."""
        ...


class Receipt(NamedTuple):
    """An acknowledged entry: `position` in the log, `leaf` its hash (32 bytes), `size` of the head that covers it."""

    origin: str
    position: int
    leaf: bytes
    size: int


class Log:
    """One log; `key` signs its heads, and the key's name is the log's origin. Not for two threads at once."""

    def __init__(self, storage: LogStorage, key: SigningKey) -> None:
        """Opens the log, or begins it. Raises `MisconductError` when what lies there is not what was signed."""
        self._storage = storage
        self._key = key
        self._head: bytes | None = None
        self._edge = Edge()
        self._bundle_bytes = 0
        with storage.exclusive():
            self._refresh()
            if self._head is None:
                self._commit([], self._edge, 0)

    @property
    def origin(self) -> str:
        return self._key.name

    @property
    def checkpoint(self) -> Checkpoint:
        """The newest head, with whatever cosignatures it has; of other processes' appends too."""
        return open_checkpoint(self._storage.head() or b"", self._key.verifier)

    def append(self, entries: Sequence[bytes]) -> list[Receipt]:
        """Adds entries in their order; when it returns, they are durable and covered by a signed head.

        Raises `LimitError` for an entry over 65,535 bytes or a batch over 65,536, `NodeError` and `ConflictError` from
        the storage; nothing of the batch is in the log then.
        """
        if len(entries) > MAX_BATCH or any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
            raise LimitError(
                f"A batch holds at most {MAX_BATCH} entries of at most {MAX_ENTRY_BYTES} bytes.",
                action="Put large content beside the log and its digest into the entry.",
            )
        if not entries:
            return []
        with self._storage.exclusive():
            self._refresh()
            first = self._edge.size
            leaves = [leaf_hash(entry) for entry in entries]
            edge = self._edge.copy()
            bundles, bundle_bytes = self._bundles(entries)
            self._commit([*bundles, *_hash_writes(edge, leaves)], edge, bundle_bytes)
        size = first + len(entries)
        return [Receipt(self.origin, first + i, leaf, size) for i, leaf in enumerate(leaves)]

    def cosigned(self, head: Checkpoint, lines: Iterable[Signature]) -> Checkpoint:
        """Keeps witnesses' lines under a head of this log, beside the log and, if it is still the newest, in it.

        The log may have grown since the witnesses were asked. The caller MUST have verified the lines
        (`witness.accept_answer`). Raises `SignatureError` when the head is not by this log.
        """
        verify_log_signature(head, [self._key.verifier])
        with self._storage.exclusive():
            self._refresh()
            path, newest = head_path(head.size), self.checkpoint
            for known in (self._kept(path), newest):
                if known is not None and (known.size, known.root) == (head.size, head.root) and known.note:
                    head = head.with_signatures(known.note.signatures)
            head = head.with_signatures(lines)
            current = head if newest.size == head.size else newest
            self._storage.commit([Write(path, 0, head.encode())], current.encode())
            self._head = current.encode()
        return head

    def _kept(self, path: str) -> Checkpoint | None:
        try:
            return open_checkpoint(self._storage.read(path), self._key.verifier)
        except AbsentError:
            return None

    def prove(self, position: int, head: Checkpoint | None = None) -> Proof:
        """A proof that the entry at a position is under a head (the newest when None). Raises `ProofError`."""
        head = head or self.checkpoint
        return Proof(position, tuple(Tiles(self._storage, head.size).inclusion(position)), head)

    def entry(self, position: int) -> bytes:
        """The bytes of an entry, checked against its hash. Raises `TruncatedLogError`, `ChangedTileError`."""
        return Tiles(self._storage, self.checkpoint.size).entry(position)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the log at `size` begins with the log at `old`."""
        return Tiles(self._storage, self.checkpoint.size).consistency(old, size)

    def _refresh(self) -> None:
        """Takes over what another process appended meanwhile."""
        head = self._storage.head()
        if head == self._head or head is None:
            return
        try:
            found = open_checkpoint(head, self._key.verifier)
        except SignatureError as error:
            raise ReplacedKeyError(
                f"The head that is stored is not signed by this node's key for {self.origin}. {error.found}",
                action="Use the key that the log was begun with, or begin a new log; never sign over another's head.",
            ) from None
        if found.size < self._edge.size:
            raise RollbackError(
                f"The log on the disk has {found.size} entries, and had {self._edge.size}.",
                proves="It was replaced by an older copy while this process was running.",
            )
        edge = Tiles(self._storage, found.size).edge()
        if edge.root() != found.root:
            raise ChangedTileError(f"The tiles on the disk do not lead to the signed root at size {found.size}.")
        number, within = divmod(found.size, TILE_WIDTH)
        bundle = self._storage.read(TilePath(None, number).full) if within else b""
        self._bundle_bytes = len(pack(unpack(bundle, within)))
        self._edge, self._head = edge, head

    def _bundles(self, entries: Sequence[bytes]) -> tuple[list[Write], int]:
        """Writes of entries, and how many bytes the last bundle has then."""
        writes: list[Write] = []
        number, within = divmod(self._edge.size, TILE_WIDTH)
        offset, at = self._bundle_bytes, 0
        while at < len(entries):
            data = pack(entries[at : at + TILE_WIDTH - within])
            writes.append(Write(TilePath(None, number).full, offset, data))
            at += TILE_WIDTH - within
            offset, within = (offset + len(data) if at > len(entries) else 0), 0
            number += 1
        return writes, offset

    def _commit(self, writes: Sequence[Write], edge: Edge, bundle_bytes: int) -> None:
        head = Checkpoint(self.origin, edge.size, edge.root()).signed(self._key).encode()
        self._storage.commit(writes, head)
        self._edge, self._head, self._bundle_bytes = edge, head, bundle_bytes


def head_path(size: int) -> str:
    """Where a cosigned head of that size is kept."""
    return f"heads/{size}"


def timestamp_path(size: int, authority: str) -> str:
    """Where the time stamp of an authority (letters, digits, hyphens) over the cosigned head of that size is kept."""
    if not authority.replace("-", "").isalnum() or not authority.isascii():
        raise MalformedError(f"{authority!r} is no name of a time-stamp authority: letters, digits, hyphens.")
    return f"heads/{size}.{authority}.tsr"


def keep(storage: LogStorage, path: str, data: bytes) -> None:
    """Keeps something beside the log (a time stamp, a head) without changing the log; once written, it stays.

    Raises `ConflictError` when something else is kept there, `AbsentError` before the log's first entry.
    """
    with storage.exclusive():
        head = storage.head()
        if head is None:
            raise AbsentError("The log has not been begun.", action="Append its first entry, the registrar's key.")
        try:
            if storage.read(path) != data:
                raise ConflictError(f"{path} is kept already, with other content.", action="Choose another name.")
        except AbsentError:
            storage.commit([Write(path, 0, data)], head)


def _hash_writes(edge: Edge, leaves: Sequence[bytes]) -> list[Write]:
    """Adds leaves to the edge; gives what that adds to the tiles of each level."""
    levels: dict[int, tuple[int, list[bytes]]] = {0: (edge.size, list(leaves))}
    for leaf in leaves:
        made = edge.add(leaf)
        for height in range(TILE_HEIGHT, len(made), TILE_HEIGHT):
            first = (edge.size >> height) - 1
            levels.setdefault(height // TILE_HEIGHT, (first, []))[1].append(made[height])
    return [write for level, (first, hashes) in levels.items() for write in _tile_writes(level, first, hashes)]


def _tile_writes(level: int, first: int, hashes: Sequence[bytes]) -> list[Write]:
    writes = []
    at = 0
    while at < len(hashes):
        number, within = divmod(first + at, TILE_WIDTH)
        part = hashes[at : at + TILE_WIDTH - within]
        writes.append(Write(TilePath(level, number).full, within * HASH_BYTES, b"".join(part)))
        at += len(part)
    return writes
