"""Circles and who belongs to them. A circle shows to its members, a membership to the member alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.circle_tables import circle, circle_member
from accord.store.texts import storable
from accord.store.together import Asked, ask_together


class Belonging(NamedTuple):
    """A circle of a member, and what the member may do in it."""

    id: UUID
    title: str
    description: str
    reads: bool
    writes: bool


_OF_MEMBER = b"""
select id, title, description, reads, writes from circle join circle_member on circle_id = id
where member_id = $1 order by title, id
"""


def put(
    connection: Connection,
    number: UUID,
    title: str,
    description: str,
    *,
    made_at: datetime,
    audience: int,
) -> bool:
    """Adds a circle, or changes its words; false when it stood there so already."""
    words = {"title": storable(title), "description": storable(description)}
    row = insert(circle).values(id=number, made_at=made_at, audience=audience, **words)
    same = (circle.c.title == words["title"]) & (circle.c.description == words["description"])
    changed = row.on_conflict_do_update(index_elements=[circle.c.id], set_=words, where=~same)
    return connection.execute(changed).rowcount > 0


def admit(
    connection: Connection,
    number: UUID,
    member_id: UUID,
    *,
    reads: bool,
    writes: bool,
    joined_at: datetime,
    audience: int,
) -> None:
    """Lets a member into a circle, or changes what it may do there."""
    may = {"reads": reads, "writes": writes}
    row = insert(circle_member).values(
        circle_id=number, member_id=member_id, joined_at=joined_at, audience=audience, **may
    )
    key = [circle_member.c.circle_id, circle_member.c.member_id]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=may))


def dismiss(connection: Connection, number: UUID, member_id: UUID) -> bool:
    """Puts a member out of a circle; false when it was not in it."""
    this = (circle_member.c.circle_id == number) & (circle_member.c.member_id == member_id)
    return connection.execute(delete(circle_member).where(this)).rowcount > 0


def asking_of_member(member_id: UUID | None) -> Asked:
    """Asks for the circles of a member by title, rows for `Belonging._make`; for nobody's, there are none.

    In a node transaction: a circle shows to those who are in it already.
    """
    return Asked(_OF_MEMBER, (str(member_id).encode() if member_id else None,))


def of_member(connection: Connection, member_id: UUID | None) -> list[Belonging]:
    """Those that `asking_of_member` asks for."""
    return list(map(Belonging._make, ask_together(connection, [asking_of_member(member_id)])[0]))


def every(connection: Connection) -> list[Row[Any]]:
    """All circles that this transaction sees, by title."""
    return list(connection.execute(select(circle).order_by(circle.c.title, circle.c.id)))
