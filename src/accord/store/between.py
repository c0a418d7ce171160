"""What one member puts before the originator of another contribution, and that one answers once: asked or said.

Two tables are of this shape, with columns in common; a row is between the two members and outlives the sight of the
contribution.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Table, func, insert, select, update

from accord.store.tables import contribution, member, person
from accord.store.texts import storable

OPEN, TAKEN_BACK = "", "taken-back"
SHOWN = 200
"""Rows in one list at most."""


def put(connection: Connection, table: Table, audience: int, **values: Any) -> None:
    """Puts one before its originator."""
    kept = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    connection.execute(insert(table).values(**kept, answer=OPEN, answer_reason="", audience=audience))


def every(table: Table) -> Select[Any]:
    """With the names of both members; `there`: whether this viewer still sees the contribution."""
    originator = member.alias("originator")
    return (
        select(
            table,
            member.c.name.label("member_name"),
            originator.c.name.label("originator_name"),
            person.c.name.label("person_name"),
            contribution.c.id.is_not(None).label("there"),
        )
        .select_from(table)
        .join(member, member.c.id == table.c.member_id)
        .join(originator, originator.c.id == table.c.originator_id)
        .join(person, person.c.id == table.c.person_id)
        .outerjoin(contribution, contribution.c.id == table.c.contribution_id)
    )


def one(connection: Connection, table: Table, number: UUID) -> Row[Any] | None:
    return connection.execute(every(table).where(table.c.id == number)).first()


def count_open(connection: Connection, table: Table, originator_id: UUID) -> int:
    """What waits for this member's answer."""
    query = select(func.count()).where(table.c.originator_id == originator_id, table.c.answer == OPEN)
    return int(connection.scalar(query) or 0)


def answer(
    connection: Connection, table: Table, number: UUID, given: str, reason: str, *, person_id: UUID, now: datetime
) -> bool:
    """Answers what is open; False when it was answered already."""
    change = (
        update(table)
        .where(table.c.id == number, table.c.answer == OPEN)
        .values(answer=given, answer_reason=storable(reason), answered_at=now, answered_by=person_id)
    )
    return connection.execute(change).rowcount == 1
