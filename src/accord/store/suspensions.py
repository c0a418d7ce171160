"""Who is shut out: a person, or everybody of a member. Reasons are kept for the member's own people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, insert, select, update

from accord.store.people_tables import suspension
from accord.store.tables import person
from accord.store.texts import storable


def begin(
    connection: Connection,
    number: UUID,
    member_id: UUID,
    person_id: UUID | None,
    *,
    reason: str,
    by: UUID | None,
    now: datetime,
) -> None:
    """`person_id` None: everybody of the member. `by` None: the command line."""
    values = {"id": number, "member_id": member_id, "person_id": person_id, "reason": storable(reason)}
    connection.execute(insert(suspension).values(**values, began_at=now, began_by=by))


def lift(connection: Connection, member_id: UUID, person_id: UUID | None, now: datetime) -> bool:
    """Ends what `begin` began for exactly this person, or for the member as a whole; False when there was nothing."""
    whom = suspension.c.person_id.is_(None) if person_id is None else suspension.c.person_id == person_id
    standing = (suspension.c.member_id == member_id, whom, suspension.c.lifted_at.is_(None))
    return connection.execute(update(suspension).where(*standing).values(lifted_at=now)).rowcount > 0


def not_shut_out(member_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """For queries on what is done for members: that this one is not shut out as a whole."""
    shut = select(1).where(
        suspension.c.member_id == member_id, suspension.c.person_id.is_(None), suspension.c.lifted_at.is_(None)
    )
    return ~shut.exists()


def people_of(connection: Connection, member_id: UUID) -> list[UUID]:
    return list(connection.scalars(select(person.c.id).where(person.c.member_id == member_id)))
