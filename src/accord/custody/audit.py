"""Audits a whole log against its signed head and everything else that is known about it.

1. The head is signed by the log's own key.                              ReplacedKeyError, SignatureError
2. It is not older than any head seen before, and contains it.           SplitView-, Rollback-, ForkedHistoryError
3. Every entry promised is there and hashes to its place in the tiles.   TruncatedLogError, ChangedTileError
4. The tiles lead to the signed root.                                    ChangedTileError, ForkedHistoryError
5. Every entry is signed by a key enrolled in the log itself.            SignatureError, ConsentError, ReplacedKeyError
6. No entry claims a time at which it provably was not, or already was.  BackdatedEntryError, PostdatedEntryError
7. The events of each item follow one another.                           ProofError
1 to 4 concern the log as a whole and are raised; 5 to 7 concern single entries and are all reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from accord.custody.checkpoint import Checkpoint, parse_checkpoint, verify_log_signature
from accord.custody.entry import Entry, parse_entry
from accord.custody.errors import (
    BackdatedEntryError,
    ChangedTileError,
    CustodyError,
    ForkedHistoryError,
    PostdatedEntryError,
    ProofError,
    ReplacedKeyError,
    RollbackError,
    SignatureError,
    SplitViewError,
    TruncatedLogError,
)
from accord.custody.events import BEGINS_CHAIN
from accord.custody.keyring import Keyring
from accord.custody.merkle import HASH_BYTES, Edge, complete_root, verify_consistency
from accord.custody.note import VerifierKey
from accord.custody.tiles import TILE_HEIGHT, TILE_WIDTH, Reader, TilePath, read_hashes, unpack
from accord.model.errors import AbsentError

CLOCK_SLACK = timedelta(minutes=10)
"""By how much honest clocks differ, and how long an entry may wait for the next cosigned head."""


class Seen(NamedTuple):
    """A head at a time. `newest`: whoever says so says too that it was the newest then (a witness, no authority)."""

    size: int
    at: datetime
    newest: bool


class Doubt(NamedTuple):
    """What is wrong with one entry."""

    position: int
    error: CustodyError


@dataclass(frozen=True, slots=True)
class Audited:
    """What a log was found to be. `doubts` in the order of the log."""

    head: Checkpoint
    doubts: tuple[Doubt, ...]


def open_head(data: bytes, key: VerifierKey) -> Checkpoint:
    """Check 1. Raises `ReplacedKeyError` when the head is signed in the log's name by another key."""
    head = parse_checkpoint(data)
    try:
        verify_log_signature(head, [key])
    except SignatureError:
        names = {line.name for line in head.note.signatures} if head.note else set()
        if key.name in names:
            raise ReplacedKeyError(
                f"The head of {head.origin} at size {head.size} is signed in its name, but not by its key "
                f"{key.key_id.hex()}.",
                action="Ask the operator for a log entry, signed by the old key, that enrols the new one.",
            ) from None
        raise
    if head.origin != key.name:
        raise SignatureError(f"This is a head of {head.origin}, not of {key.name}.")
    return head


def compare_heads(seen: Checkpoint, shown: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check 2 for two heads whose signatures were checked. Raises `SplitViewError` and its kin."""
    if seen.size == shown.size and seen.root != shown.root:
        raise SplitViewError(
            f"Two heads of {seen.origin}, both signed and both of {seen.size} entries, have different roots: "
            f"{seen.root.hex()[:16]}… and {shown.root.hex()[:16]}…."
        )
    if seen.size > shown.size:
        raise RollbackError(f"The log shown has {shown.size} entries; a signed head of {seen.size} was seen before.")
    if seen.size == 0:
        return
    try:
        verify_consistency(seen.size, shown.size, proof, seen.root, shown.root)
    except ProofError:
        raise ForkedHistoryError(
            f"The head at size {shown.size} does not contain the signed head at size {seen.size} seen before."
        ) from None


def audit(
    reader: Reader,
    data: bytes,
    key: VerifierKey,
    *,
    seen: Sequence[Checkpoint] = (),
    times: Sequence[Seen] = (),
) -> Audited:
    """All seven checks. `data`: the head as shown; `seen`: heads known before (signatures checked by the caller).

    Raises `MisconductError` for what concerns the whole log; entries in doubt are in the result.
    """
    head = open_head(data, key)
    audit_hashes(reader, head, seen)
    return Audited(head, tuple(examine(_entries(reader, head.size), times)))


def audit_hashes(reader: Reader, head: Checkpoint, seen: Sequence[Checkpoint] = ()) -> None:
    """Checks 2 to 4: hashes every entry and every tile. About 2 µs an entry of 100 bytes."""
    for earlier in seen:
        if earlier.size >= head.size:
            compare_heads(earlier, head, ())
    wanted = {earlier.size: earlier for earlier in seen if 0 < earlier.size < head.size}
    edge = Edge()
    roots: list[bytes] = []  # of the full tiles of level 0; 1.3 MB at 10⁷ entries
    for number in range(-(-head.size // TILE_WIDTH)):
        width = min(TILE_WIDTH, head.size - number * TILE_WIDTH)
        hashes = _leaves(reader, number, width)
        for size in sorted(size for size in wanted if edge.size < size <= edge.size + width):
            part = edge.copy()
            for leaf in hashes[: size - edge.size]:
                part.add(leaf)
            _same(part.root(), wanted[size], head)
        if width == TILE_WIDTH:
            roots.append(complete_root(hashes))
            edge.add_complete(roots[-1], TILE_HEIGHT)
        else:
            for leaf in hashes:
                edge.add(leaf)
    _upper_tiles(reader, roots)
    if edge.root() != head.root:
        raise ForkedHistoryError(
            f"Entries and tiles agree with one another, but not with the signed root at size {head.size}."
        )


def examine(entries: Iterable[bytes], times: Sequence[Seen] = ()) -> Iterator[Doubt]:
    """Checks 5 to 7 over the entries from the first one on."""
    ring = Keyring()
    last: dict[str, Entry] = {}
    for position, raw in enumerate(entries):
        try:
            entry = parse_entry(raw)
        except CustodyError as error:
            yield Doubt(position, error)
            continue
        for check in (ring.accept, partial(_follows, last=last), partial(check_time, position, times=times)):
            try:
                check(entry)
            except CustodyError as error:
                yield Doubt(position, error)
        last[entry.subject] = entry


def check_time(position: int, entry: Entry, *, times: Sequence[Seen]) -> None:
    """Check 6. Raises `BackdatedEntryError` or `PostdatedEntryError`."""
    absent = max((t.at for t in times if t.newest and t.size <= position), default=None)
    if absent is not None and entry.claimed_at < absent - CLOCK_SLACK:
        raise BackdatedEntryError(
            f"Entry {position} claims {entry.claimed_at.isoformat()}; at {absent.isoformat()} a witness saw the log, "
            "and it was not there."
        )
    present = min((t.at for t in times if t.size > position), default=None)
    if present is not None and entry.claimed_at > present + CLOCK_SLACK:
        raise PostdatedEntryError(
            f"Entry {position} claims {entry.claimed_at.isoformat()} and was in the log at {present.isoformat()}."
        )


def _follows(entry: Entry, *, last: dict[str, Entry]) -> None:
    before = last.get(entry.subject)
    if entry.previous is None and (before is None or entry.type not in BEGINS_CHAIN):
        return  # what is no item need not be chained; an item's first event begins its chain
    if before is None and entry.quotes:
        return  # the item came from another log; the quote says where its chain goes on
    if before is None or entry.previous != before.leaf:
        raise ProofError(
            f"Event {entry.id} does not follow the last event of {entry.subject} that is in the log.",
            proves="An event of this item was left out, or two people recorded at once without seeing each other.",
        )
    if entry.claimed_at < before.claimed_at - CLOCK_SLACK:
        raise BackdatedEntryError(
            f"Event {entry.id} claims {entry.claimed_at.isoformat()}, a time before that of the event it follows: "
            f"{before.claimed_at.isoformat()}.",
            proves="It names that event by its hash, so it was made after it: one of the two times is wrong. A clock "
            "that was put back does the same.",
            action="Ask who recorded it; look at what the node's clock did.",
        )


def _leaves(reader: Reader, number: int, width: int) -> list[bytes]:
    """The leaf hashes of a tile, after comparing them with the entries."""
    entries = unpack(_there(reader, TilePath(None, number, width)), width)
    hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
    tile = TilePath(0, number, width)
    content = read_hashes(_there(reader, tile), tile)
    if b"".join(hashes) != content:
        first = next(i for i in range(width) if content[i * HASH_BYTES : (i + 1) * HASH_BYTES] != hashes[i])
        raise ChangedTileError(f"Entry {number * TILE_WIDTH + first} is not what its place in {tile.full} was made of.")
    return hashes


def _upper_tiles(reader: Reader, roots: Sequence[bytes]) -> None:
    """That each tile above level 0 holds the roots of the full tiles below it."""
    level = 1
    while roots:
        above = []
        for at in range(0, len(roots), TILE_WIDTH):
            part = roots[at : at + TILE_WIDTH]
            tile = TilePath(level, at // TILE_WIDTH, len(part))
            if read_hashes(_there(reader, tile), tile) != b"".join(part):
                raise ChangedTileError(f"{tile.full} does not hold the roots of the tiles below it.")
            if len(part) == TILE_WIDTH:
                above.append(complete_root(part))
        roots, level = above, level + 1


def _there(reader: Reader, tile: TilePath) -> bytes:
    try:
        return reader.read(tile.full)
    except AbsentError:
        raise TruncatedLogError(f"{tile.full} is missing, which the signed head promises.") from None


def _same(root: bytes, earlier: Checkpoint, head: Checkpoint) -> None:
    if root != earlier.root:
        raise ForkedHistoryError(
            f"The log at size {head.size} does not contain the signed head at size {earlier.size} seen before."
        )


def _entries(reader: Reader, size: int) -> Iterator[bytes]:
    for number in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        yield from unpack(_there(reader, TilePath(None, number, width)), width)
