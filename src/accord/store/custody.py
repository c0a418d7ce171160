"""Entries of the custody log, as the database knows them: the outbox before, place and openings after.

All of it in the node's view (`engine.as_node`, `engine.node_transaction`) but `shown`, which policy guards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.custody_tables import custody_entry, custody_head
from accord.store.engine import driver_of
from accord.store.texts import storable_json

LOCK = text("select pg_advisory_xact_lock(hashtextextended(:subject, 4))")
_DRAIN = text("select pg_advisory_xact_lock(:key)")
_OF_ITEMS = ("acquire", "receive", "derive")
"""Kinds that an item's chain begins with (custody.events.BEGINS_CHAIN)."""
DRAIN_KEY = 0x6163636F72640002
"""Advisory lock of whoever moves entries from the outbox into the log: `accord` in ASCII, 2."""
_PUT = """
insert into custody_entry (id, kind, subject, leaf, raw, secret, details, audience)
select id, kind, subject, leaf, raw, secret, details::jsonb, audience
from unnest(%s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[], %s::text[], %s::integer[])
with ordinality as given (id, kind, subject, leaf, raw, secret, details, audience, nth) order by nth
"""
_PLACE = """
update custody_entry e set position = p.position, raw = null
from unnest(%s::bytea[], %s::bigint[]) as p (leaf, position) where e.leaf = p.leaf and e.position is null
"""


class Kept(NamedTuple):
    """An entry on its way. `raw`: the DSSE envelope; `details`: JSON values that `secret` (32 bytes) opens."""

    id: UUID
    kind: str
    subject: str
    leaf: bytes
    raw: bytes
    secret: bytes
    details: Mapping[str, Any]
    audience: int


class EntryRow(NamedTuple):
    """An entry as kept; `raw` until it is in the log, `position` from then on; `secret` and `details` until erased."""

    id: UUID
    seq: int
    kind: str
    subject: str
    leaf: bytes
    raw: bytes | None
    position: int | None
    secret: bytes | None
    details: dict[str, Any] | None
    audience: int


def last_leaf(connection: Connection, subject: str) -> bytes | None:
    """The leaf of a chain's last entry. Nobody else adds to the chain until this transaction ends."""
    connection.execute(LOCK, {"subject": subject})
    query = select(custody_entry.c.leaf).where(custody_entry.c.subject == subject)
    return connection.scalar(query.order_by(custody_entry.c.seq.desc()).limit(1))


def put(connection: Connection, entries: Sequence[Kept]) -> None:
    """Puts entries into the outbox, in their order."""
    if not entries:
        return
    columns = [list(column) for column in zip(*entries, strict=True)]
    columns[6] = [storable_json(details) for details in columns[6]]
    with driver_of(connection).cursor(binary=True) as cursor:
        cursor.execute(_PUT, columns)


def one_drains(connection: Connection) -> None:
    """Nobody else moves entries into the log until this transaction ends."""
    connection.execute(_DRAIN, {"key": DRAIN_KEY})


def waiting(connection: Connection, limit: int) -> list[tuple[bytes, bytes]]:
    """(leaf, raw) of entries that are not in the log yet, in its order."""
    query = select(custody_entry.c.leaf, custody_entry.c.raw).where(custody_entry.c.position.is_(None))
    return [(leaf, raw) for leaf, raw in connection.execute(query.order_by(custody_entry.c.seq).limit(limit))]


def place(connection: Connection, places: Mapping[bytes, int]) -> int:
    """Notes where entries (by leaf) stand in the log; how many of them were waiting here."""
    with driver_of(connection).cursor(binary=True) as cursor:
        cursor.execute(_PLACE, [list(places), list(places.values())])
        return cursor.rowcount


def adopt(connection: Connection, found: Kept, position: int) -> None:
    """Takes over an entry that is in the log and not in this database (restored from an older copy)."""
    values = {"id": found.id, "kind": found.kind, "subject": found.subject, "leaf": found.leaf, "position": position}
    connection.execute(insert(custody_entry).values(**values, audience=found.audience).on_conflict_do_nothing())


def known_size(connection: Connection) -> int:
    """How many entries of the log this database knows."""
    last = connection.scalar(select(func.max(custody_entry.c.position)))
    return 0 if last is None else int(last) + 1


def head(connection: Connection, origin: str, *, lock: bool = False) -> bytes | None:
    """The newest signed head known of a log; with `lock`, nobody else changes it until this transaction ends."""
    query = select(custody_head.c.note).where(custody_head.c.origin == origin)
    if lock:
        connection.execute(LOCK, {"subject": f"head of {origin}"})
    return connection.scalar(query)


def keep_head(connection: Connection, origin: str, size: int, note: bytes, now: datetime) -> None:
    values = {"size": size, "note": note, "kept_at": now}
    row = insert(custody_head).values(origin=origin, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[custody_head.c.origin], set_=values))


def positions(connection: Connection, subject: str) -> list[int]:
    """Where the entries of a chain stand in the log, in order."""
    query = select(custody_entry.c.position).where(custody_entry.c.subject == subject)
    found = connection.scalars(query.where(custody_entry.c.position.is_not(None)).order_by(custody_entry.c.position))
    return [int(position) for position in found]


def of_events(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, EntryRow]:
    """Entries (id, kind, subject, leaf, raw, position, secret, details) by event, those that this viewer may see."""
    rows = connection.execute(select(custody_entry).where(custody_entry.c.id.in_(ids)))
    return {row.id: EntryRow(*row) for row in rows}


def chain(connection: Connection, subject: str) -> list[EntryRow]:
    """The entries about a subject, in the order of the log, those that this viewer may see."""
    query = select(custody_entry).where(custody_entry.c.subject == subject).order_by(custody_entry.c.seq)
    return [EntryRow(*row) for row in connection.execute(query)]


def erase(connection: Connection, entry_id: UUID) -> bool:
    """Deletes what opens an entry's commitments; every proof stays valid. False when there was nothing (left)."""
    query = update(custody_entry).where(custody_entry.c.id == entry_id, custody_entry.c.secret.is_not(None))
    return connection.execute(query.values(secret=None, details=None)).rowcount > 0


def about(connection: Connection, wanted: UUID) -> list[EntryRow]:
    """All entries of the chains that concern an item, a case or whatever events are about, in the order of the log."""
    told = custody_entry.c.details
    concerns = or_(
        custody_entry.c.subject == f"urn:uuid:{wanted}",
        told["about"].astext == str(wanted),
        told["case"].astext == str(wanted),
    )
    subjects = select(custody_entry.c.subject).where(concerns)
    query = select(custody_entry).where(custody_entry.c.subject.in_(subjects))
    return [EntryRow(*row) for row in connection.execute(query.order_by(custody_entry.c.seq))]


def is_item(connection: Connection, subject: str) -> bool:
    """Whether a chain is an item's: one of its entries says so by its kind."""
    query = select(custody_entry.c.id).where(custody_entry.c.subject == subject, custody_entry.c.kind.in_(_OF_ITEMS))
    return connection.scalar(query.limit(1)) is not None
