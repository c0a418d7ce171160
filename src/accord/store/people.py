"""People who act for members."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.tables import member, person
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
