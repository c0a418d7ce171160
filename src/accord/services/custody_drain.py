"""Moves entries from the outbox into the log, each exactly once, whatever stops in between.

1. One at a time, over all processes (an advisory lock; the log has its own lock besides).
2. What the log has and the database does not know is read from the log first: an append whose transaction was lost.
3. What waits is appended in one batch, durable and under a signed head, then its places are noted.
A crash before 3 leaves it waiting; a crash in the middle of 3 is what 2 finds the next time.
"""

from __future__ import annotations

from functools import partial

from accord.custody.audit import compare_heads
from accord.custody.checkpoint import Checkpoint, open_checkpoint
from accord.custody.entry import parse_entry
from accord.custody.errors import ReplacedKeyError, RollbackError
from accord.custody.merkle import leaf_hash
from accord.custody.tiles import Tiles
from accord.model.errors import NodeError
from accord.services import keys
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.store import audiences, custody, custody_keys
from accord.store.custody import Kept
from accord.store.engine import Connection, node_transaction

BATCH = 4096
"""Entries an append at most: some 6 MB, 40 ms."""


def drain(node: Node) -> None:
    """Returns when all that waited before the call is in the log.

    Raises `NodeError` when the log cannot take it now: the change that it tells of stands, and the entry waits.
    """
    room = node.custody
    if room is None:
        return
    try:
        room.turns.take(partial(_drain, node, room))
    except NodeError as error:
        raise NodeError(
            f"What you did is kept, but the custody log cannot take its entry yet. {error.message}",
            action="The entry waits in the database and is logged as soon as the log can be written to again. "
            + error.action,
        ) from error


def begin_log(node: Node) -> None:
    """At the start: checks log and database against each other, begins the log if it is new, takes up what waits.

    Raises `MisconductError` when the log is older than, or another than, the one this database knows.
    """
    room = node.custody
    if room is None:
        return
    with node_transaction(node.engine) as connection:
        custody.one_drains(connection)
        _compare(connection, room)
        _catch_up(connection, room)
        if custody_keys.get(connection, room.registrar_key.key_id) is None:
            _enrol_registrar(node, room, connection)
    drain(node)


def _drain(node: Node, room: CustodyRoom) -> None:
    while _move(node, room) == BATCH:
        pass


def _move(node: Node, room: CustodyRoom) -> int:
    with node_transaction(node.engine) as connection:
        custody.one_drains(connection)
        _catch_up(connection, room)
        waiting = custody.waiting(connection, BATCH)
        if not waiting:
            return 0
        receipts = room.log.append([raw for _, raw in waiting])
        custody.place(connection, {receipt.leaf: receipt.position for receipt in receipts})
        head = room.log.checkpoint
        custody.keep_head(connection, head.origin, head.size, head.encode(), node.clock.now())
    return len(waiting)


def _catch_up(connection: Connection, room: CustodyRoom) -> None:
    known, head = custody.known_size(connection), room.log.checkpoint
    if head.size < known:
        raise RollbackError(
            f"The log on the disk has {head.size} entries; the database knows {known}.",
            proves="The log's folder was replaced by an older copy, or cut back, after they were acknowledged.",
            action="Keep both as they are, restore the newest copy of the folder custody/log, and ask the witnesses.",
        )
    tiles = Tiles(room.storage, head.size)
    while known < head.size:
        upto = min(head.size, known + BATCH)
        raws = {position: tiles.entry(position) for position in range(known, upto)}
        leaves = {leaf_hash(raw): position for position, raw in raws.items()}
        if custody.place(connection, leaves) < len(leaves):
            _adopt(connection, raws)
        known = upto


def _adopt(connection: Connection, raws: dict[int, bytes]) -> None:
    """Entries that only the log has: the database was restored from an older copy. Their secrets are gone."""
    audience = audiences.intern(connection, keys.NODE_ALONE)
    for position, raw in raws.items():
        found = parse_entry(raw)
        kept = Kept(found.id, found.type.value, found.subject, found.leaf, b"", b"", {}, audience)
        custody.adopt(connection, kept, position)


def _compare(connection: Connection, room: CustodyRoom) -> None:
    """The log must contain the last head that this database knows of it."""
    note = custody.head(connection, room.keys.origin)
    if note is None:
        return
    seen, shown = open_checkpoint(note, room.keys.log_key.verifier), room.log.checkpoint
    compare_heads(seen, shown, _growth(room, seen, shown))


def _growth(room: CustodyRoom, seen: Checkpoint, shown: Checkpoint) -> list[bytes]:
    return room.log.consistency(seen.size, shown.size) if seen.size <= shown.size else []


def _enrol_registrar(node: Node, room: CustodyRoom, connection: Connection) -> None:
    key, now = room.registrar_key, node.clock.now()
    if room.log.checkpoint.size == 0:
        keys.put_key_entry(room, connection, key, number=node.ids.new(), now=now)
    else:
        first = parse_entry(room.log.entry(0)).key
        if first is None or first.key_id != key.key_id:
            raise ReplacedKeyError(
                "The log on the disk was begun with another node's key than the one in custody/node.key.",
                action="Restore the file that belongs to this log; never sign over another's.",
            )
    custody_keys.put_key(connection, keys.key_row(key, now, sealed=None))
