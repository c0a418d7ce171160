"""Requests to the originator of a contribution for more than its handling allows; answered once, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from accord.store import between
from accord.store.handling_tables import widening_request as asked


class Request(NamedTuple):
    """What a member asks of the originator; `wish`: a purpose, or `change` for a change of the handling in words."""

    id: UUID
    contribution_id: UUID
    title: str
    member_id: UUID
    person_id: UUID
    originator_id: UUID
    wish: str
    reason: str
    asked_at: datetime
    due_at: datetime


def put(connection: Connection, given: Request, audience: int) -> None:
    between.put(connection, asked, audience, **given._asdict())


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """Those about one contribution that this transaction sees, newest first."""
    query = between.every(asked).where(asked.c.contribution_id == contribution_id)
    return list(connection.execute(query.order_by(asked.c.asked_at.desc(), asked.c.id).limit(between.SHOWN)))


def of_member(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """Asked by a member or of it: open ones first, the earliest due first; then the newest answers."""
    query = between.every(asked).where(or_(asked.c.member_id == member_id, asked.c.originator_id == member_id))
    order = (asked.c.answer != "", asked.c.answered_at.desc(), asked.c.due_at, asked.c.id)
    return list(connection.execute(query.order_by(*order).limit(between.SHOWN)))


def open_of(connection: Connection, contribution_id: UUID, member_id: UUID, wish: str) -> bool:
    """Whether this member's request for this still waits."""
    query = select(asked.c.id).where(
        asked.c.contribution_id == contribution_id,
        asked.c.member_id == member_id,
        asked.c.wish == wish,
        asked.c.answer == "",
    )
    return connection.execute(query.limit(1)).first() is not None
