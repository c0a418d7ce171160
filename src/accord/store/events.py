"""What happened: appended, never changed (the application's role may not). `services.record` also logs each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, tuple_

from accord.store.engine import driver_of
from accord.store.tables import event
from accord.store.texts import storable_json

MAX_PAGE = 1_000
"""Rows a page at most, inclusive."""


def append(
    connection: Connection,
    *,
    id: UUID,  # noqa: A002  the column's name
    happened_at: datetime,
    verb: str,
    subject: str,
    audience: int,
    detail: Mapping[str, Any] | None = None,
    person_id: UUID | None = None,
    member_id: UUID | None = None,
) -> None:
    """Records one event in the transaction of what it tells; `person_id` None: the node itself, or the command line.

    `verb` is the service's (`submit_contribution`), `subject` what it was done to (`contribution:<uuid>`).
    """
    values = {"id": id, "happened_at": happened_at, "person_id": person_id, "member_id": member_id}
    what = {"verb": verb, "subject": subject, "detail": dict(detail or {}), "audience": audience}
    connection.execute(insert(event).values({**values, **what}))


class Happening(NamedTuple):
    """One event that is to be recorded, as `append` takes it."""

    id: UUID
    happened_at: datetime
    verb: str
    subject: str
    audience: int
    detail: Mapping[str, Any]
    person_id: UUID | None = None
    member_id: UUID | None = None


_APPEND = """
insert into event (id, happened_at, verb, subject, audience, detail, person_id, member_id)
select * from json_to_recordset(%s::json) as happened (
    id uuid, happened_at timestamptz, verb text, subject text, audience integer, detail jsonb, person_id uuid,
    member_id uuid
)
"""


def append_all(connection: Connection, happenings: Sequence[Happening]) -> None:
    """As `append`, for many events at once."""
    if happenings:
        with driver_of(connection).cursor() as cursor:
            cursor.execute(_APPEND, [storable_json([happening._asdict() for happening in happenings])])


def page(connection: Connection, *, after: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[Row[Any]]:
    """The latest first; the next page begins after the last row's `(happened_at, id)`."""
    rows = select(event).order_by(event.c.happened_at.desc(), event.c.id.desc())
    if after is not None:
        rows = rows.where(tuple_(event.c.happened_at, event.c.id) < tuple_(*after))
    return list(connection.execute(rows.limit(max(1, min(limit, MAX_PAGE)))))
