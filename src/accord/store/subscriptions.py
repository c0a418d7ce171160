"""Subscriptions to other TAXII servers: where each stands, what it moved, and when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from accord.model.errors import AbsentError
from accord.store.tables import member
from accord.store.taxii_tables import taxii_subscription as table
from accord.store.texts import storable


def add(connection: Connection, **values: Any) -> None:
    """Adds one; `values` by column. It is due at once."""
    begun = {"message": "", "failures": 0, "objects": 0, "place": ""}
    connection.execute(insert(table).values(**begun, **values))


def get(connection: Connection, number: UUID) -> Row[Any]:
    """One with its member's slug, name, country, TLP and kind. Raises `AbsentError`."""
    query = select(table, *_MEMBER).join_from(table, member).where(table.c.id == number)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise AbsentError("There is no such subscription.", action="List them: accord taxii list")
    return found


def every(connection: Connection) -> list[Row[Any]]:
    """All that this transaction sees, the oldest first, as `get` gives them."""
    query = select(table, *_MEMBER).join_from(table, member)
    return list(connection.execute(query.order_by(table.c.made_at, table.c.id)))


def due(connection: Connection, now: datetime) -> list[UUID]:
    """Those whose time has come, the longest waiting first."""
    return list(connection.scalars(select(table.c.id).where(table.c.due_at <= now).order_by(table.c.due_at)))


def change(connection: Connection, number: UUID, **values: Any) -> None:
    """Sets columns of one."""
    kept = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    connection.execute(update(table).where(table.c.id == number).values(**kept))


def moved(connection: Connection, number: UUID, count: int, **values: Any) -> None:
    """As `change`, and counts objects."""
    change(connection, number, objects=table.c.objects + count, **values)


def remove(connection: Connection, number: UUID) -> None:
    """Ends one; what it brought stays."""
    connection.execute(delete(table).where(table.c.id == number))


_MEMBER = (
    member.c.slug.label("member_slug"),
    member.c.name.label("member_name"),
    member.c.kind.label("member_kind"),
    member.c.country.label("member_country"),
    member.c.tlp.label("member_tlp"),
)
