"""Declarations and measurements, and what the node itself can count of targets. All under the transaction's view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text

from accord.store.effect_tables import declaration, measurement
from accord.store.tables import member
from accord.store.texts import storable


class Frozen(NamedTuple):
    """A declaration as it is kept. `text`: TOML. `targets`: `kind|value` of what the node counts itself."""

    id: UUID
    member_id: UUID
    person_id: UUID | None
    frozen_at: datetime
    digest: str
    text: str
    watches_return: bool
    targets: list[str]


class Measured(NamedTuple):
    """A measurement as it is kept. `kind`: series or spells. `data_digest`: of the CSV file among the blobs."""

    id: UUID
    declaration_id: UUID
    member_id: UUID
    person_id: UUID | None
    measured_at: datetime
    kind: str
    source: str
    data_digest: bytes
    query: str
    document: dict[str, Any]


_DECLARED = (declaration, member.c.slug.label("member_slug"), member.c.name.label("member_name"))


def freeze(connection: Connection, given: Frozen, audience: int) -> None:
    values = {**given._asdict(), "text": storable(given.text)}
    connection.execute(insert(declaration).values(**values, audience=audience))


def keep(connection: Connection, given: Measured, audience: int) -> None:
    values = {**given._asdict(), "source": storable(given.source), "query": storable(given.query)}
    connection.execute(insert(measurement).values(**values, audience=audience))


def declared(connection: Connection, limit: int) -> list[Row[Any]]:
    """Declarations, the newest first."""
    query = (
        select(*_DECLARED)
        .join(member, member.c.id == declaration.c.member_id)
        .order_by(declaration.c.frozen_at.desc(), declaration.c.id)
        .limit(limit)
    )
    return list(connection.execute(query))


def one(connection: Connection, number: UUID) -> Row[Any] | None:
    query = select(*_DECLARED).join(member, member.c.id == declaration.c.member_id).where(declaration.c.id == number)
    return connection.execute(query).first()


def measured(connection: Connection, declarations: Sequence[UUID]) -> list[Row[Any]]:
    """Everything measured by these declarations, the newest first; none is ever left out."""
    query = (
        select(measurement, member.c.name.label("member_name"))
        .join(member, member.c.id == measurement.c.member_id)
        .where(measurement.c.declaration_id.in_(list(declarations)))
        .order_by(measurement.c.measured_at.desc(), measurement.c.id)
    )
    return list(connection.execute(query))


def one_measured(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(select(measurement).where(measurement.c.id == number)).first()


_DAYS = text("""
with wanted as (
    select s.id from selector s join unnest(cast(:kinds as text[]), cast(:values as text[])) as w (kind, value)
    on w.kind = s.kind and w.value = s.value
)
select (c.seen_to at time zone 'UTC')::date as day, count(*)
from mention n join wanted on wanted.id = n.selector_id join contribution c on c.id = n.contribution_id
where c.withdrawn_at is null and c.seen_to <= :now group by 1 order by 1
""")

_WATCHED = text("""
select min((seen_to at time zone 'UTC')::date), max((seen_to at time zone 'UTC')::date) from contribution
where withdrawn_at is null and seen_to <= :now and seen_to >= :since
""")

_RETURNS = text("""
select w.kind, w.value,
       bool_or((c.seen_to at time zone 'UTC')::date < :day) as before,
       min((c.seen_to at time zone 'UTC')::date) filter (where (c.seen_from at time zone 'UTC')::date >= :day) as back
from unnest(cast(:kinds as text[]), cast(:values as text[])) as w (kind, value)
join selector s on s.kind = w.kind and s.value = w.value
join mention n on n.selector_id = s.id join contribution c on c.id = n.contribution_id
where c.withdrawn_at is null and c.seen_to <= :now group by 1, 2 order by 1, 2
""")


def mentions_by_day(connection: Connection, keys: Sequence[str], now: datetime) -> list[tuple[date, int]]:
    """How often contributions mention these selectors (`kind|value`), by the day that each tells of last."""
    return [(day, times) for day, times in connection.execute(_DAYS, {**_split(keys), "now": now})]


def watched(connection: Connection, since: datetime, now: datetime) -> tuple[date, date] | None:
    """The first and the last day, from `since` on, that any contribution tells of; None when none does."""
    first, last = connection.execute(_WATCHED, {"now": now, "since": since}).one()
    return None if first is None else (first, last)


def returns(
    connection: Connection, keys: Sequence[str], day: date, now: datetime
) -> list[tuple[str, str, date | None]]:
    """(kind, value, day on which it was first seen again) of those of these that were seen before `day`."""
    found = connection.execute(_RETURNS, {**_split(keys), "day": day, "now": now})
    return [(kind, value, back) for kind, value, before, back in found if before]


def _split(keys: Sequence[str]) -> dict[str, list[str]]:
    parts = [key.partition("|") for key in keys]
    return {"kinds": [kind for kind, _, _ in parts], "values": [value for _, _, value in parts]}
