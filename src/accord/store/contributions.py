"""Contributions: added once, never edited; their state, and a tombstone, are all that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, text, tuple_, update

from accord.model.errors import AbsentError
from accord.model.ids import derived_id
from accord.model.reading import Reading
from accord.store import moments
from accord.store.engine import driver_of
from accord.store.tables import claim, contribution, dropped
from accord.store.texts import storable, storable_json

MAX_PAGE = 1_000
"""Rows a page at most, inclusive."""


class After(NamedTuple):
    """Where the last page ended: its last row's time and id."""

    received_at: datetime
    id: UUID


class Arrival(NamedTuple):
    """What was read of a file that came in. `size` in bytes, `digest` the SHA-256 of the bytes as received."""

    reading: Reading
    member_id: UUID
    digest: bytes
    size: int
    audience: int
    received_at: datetime
    received_by: UUID | None = None
    came_from: str = ""
    """The system that an exchange brought it from; empty: its member handed it in."""


# As one JSON text, since a statement for each length of list would have to be planned each time.
_ADD = """
insert into contribution (
    id, member_id, path, title, format, digest, size, state, state_reason, claims, mentions, kinds, notes,
    seen_from, seen_to, received_at, received_by, came_from, audience
)
select
    id, member_id, path, title, format, decode(digest, 'hex'), size, 'received', '', claims, mentions, kinds, notes,
    seen_from, seen_to, received_at, received_by, came_from, audience
from json_to_recordset(%s::json) as arrived (
    id uuid, member_id uuid, path text, title text, format text, digest text, size bigint, claims integer,
    mentions integer, kinds jsonb, notes text[], seen_from timestamptz, seen_to timestamptz, received_at timestamptz,
    received_by uuid, came_from text, audience integer
)
on conflict do nothing returning id
"""


_DIGEST_OF_ALL = text("""
select encode(
    sha256(convert_to(coalesce(string_agg(concat(id, '|', audience), E'\\n' order by id), ''), 'UTF8')), 'hex'
)
from contribution where withdrawn_at is null
""")

_ADDED_NOW = text("update claim set added_at = clock_timestamp() where contribution_id = :number")


def contribution_id(member_id: UUID, path: str, digest: bytes) -> UUID:
    """The id of a member's file: the same file under the same path is the same contribution."""
    return derived_id("contribution", str(member_id), path, digest.hex())


def add(
    connection: Connection,
    reading: Reading,
    *,
    member_id: UUID,
    digest: bytes,
    size: int,
    audience: int,
    received_at: datetime,
    received_by: UUID | None = None,
) -> tuple[UUID, bool]:
    """Adds the contribution itself, in state `received`; its id, and whether it is new. Its rows: `bulk.write`.

    `size` in bytes, `digest` the SHA-256 of the bytes as received.
    """
    arrival = Arrival(reading, member_id, digest, size, audience, received_at, received_by)
    return add_all(connection, [arrival])[0]


def add_all(connection: Connection, arrivals: Sequence[Arrival]) -> list[tuple[UUID, bool]]:
    """As `add`, of many at once; of the same one given twice only the first is new. The node's transactions only."""
    values = [_values(arrival) for arrival in arrivals]
    with driver_of(connection).cursor() as cursor:
        made = {number for (number,) in cursor.execute(_ADD, [storable_json(values)])}
    added = []
    for value in values:
        added.append((value["id"], value["id"] in made))
        made.discard(value["id"])
    return added


def _values(arrival: Arrival) -> dict[str, Any]:
    reading = arrival.reading
    kinds = Counter(str(kind) for kind, _ in {(mention.kind, mention.value) for mention in reading.mentions})
    return {
        "id": contribution_id(arrival.member_id, reading.path, arrival.digest),
        "member_id": arrival.member_id,
        "path": storable(reading.path),
        "title": storable(reading.title),
        "format": reading.format,
        "digest": arrival.digest.hex(),
        "size": arrival.size,
        "claims": len(reading.claims),
        "mentions": sum(kinds.values()),
        "kinds": dict(sorted(kinds.items())),
        "notes": [storable(note) for note in reading.notes],
        "seen_from": reading.seen_from,
        "seen_to": reading.seen_to,
        "received_at": arrival.received_at,
        "received_by": arrival.received_by,
        "came_from": storable(arrival.came_from),
        "audience": arrival.audience,
    }


class Standing(NamedTuple):
    """A contribution as it stands. `received_by` None: it came from a folder."""

    id: UUID
    path: str
    audience: int
    received_by: UUID | None
    withdrawn_at: datetime | None


class Gone(NamedTuple):
    """A contribution that was withdrawn just now."""

    id: UUID
    member_id: UUID
    path: str
    title: str
    received_at: datetime
    audience: int


def of_member(connection: Connection, member_id: UUID) -> list[Standing]:
    """Every contribution of a member, withdrawn ones too, by path."""
    columns = (contribution.c[name] for name in Standing._fields)
    query = select(*columns).where(contribution.c.member_id == member_id)
    return [Standing(*row) for row in connection.execute(query.order_by(contribution.c.path, contribution.c.id))]


def relabel(connection: Connection, number: UUID, audience: int) -> None:
    """Gives a contribution, with all its parts, another audience. Raises `AbsentError`.

    Its claims count as added now, so that whoever may see them from now on gets them with what is new.
    """
    _change(connection, number, audience=audience)
    moments.lock(connection)
    connection.execute(_ADDED_NOW, {"number": number})


def restore(connection: Connection, number: UUID) -> None:
    """Takes a tombstone away: its member shared the same again. Raises `AbsentError`."""
    _change(connection, number, withdrawn_at=None)


def digest_of_all(connection: Connection) -> str:
    """SHA-256 in hex over what stands and under which handling: equal when nothing that matters has changed."""
    return str(connection.scalar(_DIGEST_OF_ALL))


def get(connection: Connection, number: UUID) -> Row[Any]:
    """One contribution, withdrawn or not. Raises `AbsentError`, also for one this viewer may not know of."""
    found = connection.execute(select(contribution).where(contribution.c.id == number)).one_or_none()
    if found is None:
        raise AbsentError("There is no such contribution.")
    return found


def page(
    connection: Connection, *, member_id: UUID | None = None, after: After | None = None, limit: int = 50
) -> list[Row[Any]]:
    """The latest first, tombstones left out; the next page begins after the last row's `After`."""
    latest = select(contribution).where(contribution.c.withdrawn_at.is_(None))
    if member_id is not None:
        latest = latest.where(contribution.c.member_id == member_id)
    if after is not None:
        latest = latest.where(tuple_(contribution.c.received_at, contribution.c.id) < tuple_(*after))
    latest = latest.order_by(contribution.c.received_at.desc(), contribution.c.id.desc())
    return _rows(connection, latest, limit)


def set_state(connection: Connection, number: UUID, state: str, reason: str) -> None:
    """Says how far it has come (received, vetted, used, action, outcome, unused) and why. Raises `AbsentError`."""
    _change(connection, number, state=state, state_reason=storable(reason))


def withdraw(connection: Connection, ids: Collection[UUID], at: datetime) -> list[Gone]:
    """Puts tombstones on those of them that stand, and gives these; the rows stay until retention removes them."""
    columns = (contribution.c[name] for name in Gone._fields)
    change = update(contribution).where(contribution.c.id.in_(ids), contribution.c.withdrawn_at.is_(None))
    found = connection.execute(change.values(withdrawn_at=at).returning(*columns))
    return sorted((Gone(*row) for row in found), key=lambda one: (one.path, one.id))


def claims_of(connection: Connection, number: UUID, *, after: int = -1, limit: int = MAX_PAGE) -> list[Row[Any]]:
    """Its claims in the order in which they were read, those with a greater number than `after`."""
    rows = select(claim).where(claim.c.contribution_id == number, claim.c.number > after).order_by(claim.c.number)
    return _rows(connection, rows, limit)


def claims_left(connection: Connection, number: UUID, limit: int) -> list[Row[Any]]:
    """Its claims that nobody deleted, as text, at most `limit`."""
    rows = select(claim.c.raw).where(claim.c.contribution_id == number, ~claim.c.deleted).order_by(claim.c.number)
    return list(connection.execute(rows.limit(limit)))


def dropped_of(connection: Connection, number: UUID, *, limit: int = MAX_PAGE) -> list[Row[Any]]:
    """What was not taken of it and why, by line; the whole file's first."""
    rows = select(dropped).where(dropped.c.contribution_id == number)
    return _rows(connection, rows.order_by(dropped.c.line.nulls_first(), dropped.c.reason, dropped.c.excerpt), limit)


def _change(connection: Connection, number: UUID, **values: Any) -> None:
    done = connection.execute(update(contribution).where(contribution.c.id == number).values(values))
    if done.rowcount == 0:
        raise AbsentError("There is no such contribution.")


def _rows(connection: Connection, query: Select[Any], limit: int) -> list[Row[Any]]:
    return list(connection.execute(query.limit(max(1, min(limit, MAX_PAGE)))))
