"""People who act for members."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.people_tables import passkey, suspension
from accord.store.sessions import PERSON, PersonRow, not_suspended
from accord.store.tables import member, person, session
from accord.store.texts import storable


class Listed(NamedTuple):
    id: UUID
    name: str
    title: str
    member_name: str


def every(connection: Connection) -> list[Listed]:
    """Everybody, by member and name."""
    query = select(person.c.id, person.c.name, person.c.title, member.c.name).join_from(person, member)
    return [Listed(*row) for row in connection.execute(query.order_by(member.c.slug, person.c.name))]


def put(
    connection: Connection, id_: UUID, member_id: UUID, name: str, *, role: str, title: str, created_at: datetime
) -> bool:
    """Enters a person, or brings role and title up to date. True when that changed anything."""
    values = {"name": storable(name), "role": role, "title": storable(title)}
    before = connection.execute(select(person).where(person.c.id == id_)).one_or_none()
    if before is not None and all(getattr(before, key) == value for key, value in values.items()):
        return False
    row = insert(person).values(id=id_, member_id=member_id, created_at=created_at, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[person.c.id], set_=values))
    return True


class Colleague(NamedTuple):
    """A person as the page of people shows them. `passkeys`: how many; `shut`: why they are shut out, None if not."""

    id: UUID
    name: str
    role: str
    title: str
    member_id: UUID
    member_name: str
    passkeys: int
    last_seen: datetime | None
    shut: str | None


def find_by_name(connection: Connection, member_slug: str, name: str) -> PersonRow | None:
    """The person of that name at that member whom nobody shut out."""
    query = select(*PERSON).join_from(person, member)
    query = query.where(member.c.slug == storable(member_slug), func.lower(person.c.name) == storable(name).lower())
    found = connection.execute(query.where(not_suspended()).limit(2)).all()
    return PersonRow._make(found[0]) if len(found) == 1 else None


def colleagues(connection: Connection, member_id: UUID | None, most: int) -> list[Colleague]:
    """A member's people, or (None) everybody; by member and name."""
    keys = select(func.count()).where(passkey.c.person_id == person.c.id).correlate(person).scalar_subquery()
    seen = select(func.max(session.c.seen_at)).where(session.c.person_id == person.c.id).correlate(person)
    whom = or_(suspension.c.person_id == person.c.id, suspension.c.person_id.is_(None))
    shut = select(suspension.c.reason).where(
        suspension.c.member_id == person.c.member_id, whom, suspension.c.lifted_at.is_(None)
    )
    columns = (person.c.id, person.c.name, person.c.role, person.c.title, member.c.id, member.c.name)
    last = (keys, seen.scalar_subquery(), shut.limit(1).correlate(person).scalar_subquery())
    query = select(*columns, *last).join_from(person, member).order_by(member.c.slug, person.c.name, person.c.id)
    if member_id is not None:
        query = query.where(person.c.member_id == member_id)
    return [Colleague(*row) for row in connection.execute(query.limit(most))]
