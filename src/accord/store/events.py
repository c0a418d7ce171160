"""What happened: appended, never changed (the application's role may not). The custody log will go behind `append`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, tuple_

from accord.store.tables import event

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


def page(connection: Connection, *, after: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[Row[Any]]:
    """The latest first; the next page begins after the last row's `(happened_at, id)`."""
    rows = select(event).order_by(event.c.happened_at.desc(), event.c.id.desc())
    if after is not None:
        rows = rows.where(tuple_(event.c.happened_at, event.c.id) < tuple_(*after))
    return list(connection.execute(rows.limit(max(1, min(limit, MAX_PAGE)))))
