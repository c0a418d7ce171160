"""C2SP tlog-tiles: paths of tiles and entry bundles, what is in them, and proofs from them.

A tile holds up to 256 hashes of 32 bytes; at level 0 leaf hashes, above it the roots of the full tiles below. An
entry bundle holds up to 256 entries, each after its length as a big-endian uint16.
Accord keeps a growing tile under the path of the full one: a partial tile (`.p/W`) is its first W hashes, so that
nothing on the disk is ever written twice, and every partial tile that was ever true can still be served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from accord.custody import merkle
from accord.custody.errors import ChangedTileError, MalformedError, TruncatedLogError

TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_ENTRY_BYTES = 65_535  # inclusive; the length field is a uint16
_CACHED_TILES = 64  # 511 hashes each, some 4 MB: the right edge and the tiles just asked for
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Reader(Protocol):
    def read(self, path: str) -> bytes:
        """The bytes under a full tile's path, growing ones included. Raises `AbsentError`."""
        ...


class TilePath(NamedTuple):
    """`level` None means an entry bundle; `number` counts from 0 in its level; `width` 256 means full."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    @property
    def full(self) -> str:
        """The path without `.p/W`: where Accord keeps it."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        folder = "entries" if self.level is None else str(self.level)
        return f"tile/{folder}/" + "/".join([*("x" + part for part in parts[:-1]), parts[-1]])

    def __str__(self) -> str:
        return self.full if self.width == TILE_WIDTH else f"{self.full}.p/{self.width}"


def parse_path(path: str) -> TilePath:
    """Reads a tlog-tiles path. Raises `MalformedError` for anything that is not written exactly so."""
    match = _PATH.fullmatch(path)
    if match is None or len(path) > 64:
        raise MalformedError(f"{path[:80]!r} is no path of a tile.")
    folder, digits, width = match.groups()
    index = int(digits.replace("x", "").replace("/", ""))
    found = TilePath(None if folder == "entries" else int(folder), index, int(width) if width else TILE_WIDTH)
    if str(found) != path or (width and found.width >= TILE_WIDTH) or (found.level or 0) > 63:
        raise MalformedError(f"{path[:80]!r} is no path of a tile.")
    return found


def paths(size: int) -> Iterator[TilePath]:
    """Every tile and entry bundle that a log of `size` entries consists of, partial ones last in their level."""
    level: int | None = None
    count = size
    while count:
        full, width = divmod(count, TILE_WIDTH)
        yield from (TilePath(level, index) for index in range(full))
        if width:
            yield TilePath(level, full, width)
        if level is not None:
            count = full
        level = 0 if level is None else level + 1


def pack(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle, or as the continuation of one."""
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def unpack(bundle: bytes, width: int | None = None) -> list[bytes]:
    """The first `width` entries of a bundle (all when None). Raises `TruncatedLogError` when it holds fewer."""
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    while at < end and len(entries) != width:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if at > end or start > end:
            break
        entries.append(bundle[start:at])
    if width is None:
        if at != end or len(entries) > TILE_WIDTH:
            raise MalformedError("An entry bundle does not end with its last entry, or has more than 256.")
    elif len(entries) < width:
        raise TruncatedLogError(f"An entry bundle holds {len(entries)} entries where {width} are promised.")
    return entries


def published(reader: Reader, path: str) -> bytes:
    """What a tlog-tiles server gives for a path, partial ones included. Raises `AbsentError`, `MalformedError`."""
    tile = parse_path(path)
    content = reader.read(tile.full)
    if tile.level is None:
        return pack(unpack(content, tile.width))
    return read_hashes(content, tile)


def read_hashes(content: bytes, tile: TilePath) -> bytes:
    """The hashes of a tile as one string of 32·width bytes. Raises `TruncatedLogError`."""
    wanted = tile.width * merkle.HASH_BYTES
    if len(content) < wanted:
        raise TruncatedLogError(f"{tile.full} holds {len(content) // 32} hashes where {tile.width} are promised.")
    return content[:wanted]


class Tiles:
    """The hashes of a log of at least `size` entries, read from its tiles; full tiles are hashed once and kept."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._size = size
        self._full: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(self, height: int, index: int) -> bytes:
        """`merkle.Node` over the tiles. Raises `TruncatedLogError` when a tile is too short."""
        level, within = divmod(height, TILE_HEIGHT)
        per_tile = TILE_WIDTH >> within
        tile, position = divmod(index, per_tile)
        return self._rows(level, tile)[within][position]

    def _rows(self, level: int, index: int) -> list[list[bytes]]:
        """All complete subtrees of a tile by height 0…8."""
        key = (level, index)
        rows = self._full.get(key)
        if rows is None:
            count = self._size >> (TILE_HEIGHT * level)
            tile = TilePath(level, index, min(TILE_WIDTH, count - index * TILE_WIDTH))
            content = read_hashes(self._reader.read(tile.full), tile)
            row = [content[i : i + 32] for i in range(0, len(content), 32)]
            rows = [row]
            while len(row) > 1:
                row = [merkle.node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
                rows.append(row)
            if len(self._full) >= _CACHED_TILES:
                self._full.pop(next(iter(self._full)))
            self._full[key] = rows
        return rows

    def edge(self) -> merkle.Edge:
        parts = merkle.complete_parts(0, self._size)
        return merkle.Edge(self._size, [self.node(height, index) for height, index in parts])

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        return merkle.inclusion_proof(self.node, index, self._size if size is None else size)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        return merkle.consistency_proof(self.node, old, self._size if size is None else size)

    def entry(self, index: int) -> bytes:
        """The bytes of one entry, checked against its leaf hash. Raises `ChangedTileError`, `TruncatedLogError`."""
        bundle, position = divmod(index, TILE_WIDTH)
        if not 0 <= index < self._size:
            raise TruncatedLogError(f"Entry {index} is not in a log of {self._size} entries.")
        entry = unpack(self._reader.read(TilePath(None, bundle).full), position + 1)[position]
        if merkle.leaf_hash(entry) != self.node(0, index):
            raise ChangedTileError(f"Entry {index} is not the one that was hashed into the log.")
        return entry
