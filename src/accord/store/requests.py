"""Requests to the originator of a contribution for more than its handling allows; answered once, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from accord.store.handling_tables import widening_request as asked
from accord.store.tables import contribution, member, person
from accord.store.texts import storable

SHOWN = 200
"""Requests on one page at most."""


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
    values = {**given._asdict(), "title": storable(given.title), "reason": storable(given.reason)}
    connection.execute(insert(asked).values(**values, answer="", answer_reason="", audience=audience))


def one(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(_all().where(asked.c.id == number)).first()


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """Those about one contribution that this transaction sees, newest first."""
    query = _all().where(asked.c.contribution_id == contribution_id)
    return list(connection.execute(query.order_by(asked.c.asked_at.desc(), asked.c.id).limit(SHOWN)))


def of_member(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """Asked by a member or of it: open ones first, the earliest due first; then the newest answers."""
    query = _all().where(or_(asked.c.member_id == member_id, asked.c.originator_id == member_id))
    order = (asked.c.answer != "", asked.c.answered_at.desc(), asked.c.due_at, asked.c.id)
    return list(connection.execute(query.order_by(*order).limit(SHOWN)))


def open_of(connection: Connection, contribution_id: UUID, member_id: UUID, wish: str) -> bool:
    """Whether this member's request for this still waits."""
    query = select(asked.c.id).where(
        asked.c.contribution_id == contribution_id,
        asked.c.member_id == member_id,
        asked.c.wish == wish,
        asked.c.answer == "",
    )
    return connection.execute(query.limit(1)).first() is not None


def count_open(connection: Connection, originator_id: UUID) -> int:
    """Requests that wait for this member's answer."""
    query = select(func.count()).where(asked.c.originator_id == originator_id, asked.c.answer == "")
    return int(connection.scalar(query) or 0)


def answer(connection: Connection, number: UUID, given: str, reason: str, *, person_id: UUID, now: datetime) -> bool:
    """Answers a request that is open; False when it was answered already."""
    change = (
        update(asked)
        .where(asked.c.id == number, asked.c.answer == "")
        .values(answer=given, answer_reason=storable(reason), answered_at=now, answered_by=person_id)
    )
    return connection.execute(change).rowcount == 1


def _all() -> Select[Any]:
    """With the names of both members; `there`: whether this viewer still sees the contribution."""
    originator = member.alias("originator")
    return (
        select(
            asked,
            member.c.name.label("member_name"),
            originator.c.name.label("originator_name"),
            person.c.name.label("person_name"),
            contribution.c.id.is_not(None).label("there"),
        )
        .select_from(asked)
        .join(member, member.c.id == asked.c.member_id)
        .join(originator, originator.c.id == asked.c.originator_id)
        .join(person, person.c.id == asked.c.person_id)
        .outerjoin(contribution, contribution.c.id == asked.c.contribution_id)
    )
