"""Reading members, their capabilities and their contributions' places in the alliance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from accord.store.tables import capability, member, person


def members(connection: Connection) -> list[Row[Any]]:
    """All members in order of name; there are hundreds, not millions."""
    return list(connection.execute(select(member).order_by(member.c.name, member.c.id).limit(2_000)))


def by_slug(connection: Connection, slug: str) -> Row[Any] | None:
    return connection.execute(select(member).where(member.c.slug == slug)).first()


def capabilities(connection: Connection, member_id: UUID | None = None, action: str = "") -> list[Row[Any]]:
    """Capabilities with their member's slug and name, fastest first."""
    query = (
        select(capability, member.c.slug, member.c.name, member.c.country)
        .join_from(capability, member, member.c.id == capability.c.member_id)
        .order_by(capability.c.lead_time_hours, member.c.name, capability.c.id)
        .limit(2_000)
    )
    if member_id:
        query = query.where(capability.c.member_id == member_id)
    if action:
        query = query.where(capability.c.action == action)
    return list(connection.execute(query))


def people(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    query = select(person.c.name, person.c.title, person.c.role).where(person.c.member_id == member_id)
    return list(connection.execute(query.order_by(person.c.name, person.c.id).limit(200)))
