"""Subscriptions to other systems: where each stands, what it moved, and when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from accord.model.errors import AbsentError
from accord.store.subscription_tables import subscription as table
from accord.store.suspensions import not_shut_out
from accord.store.tables import member
from accord.store.texts import storable

_receiver = member.alias("receiver")
_WITH_MEMBERS = (
    select(
        table,
        member.c.slug.label("member_slug"),
        member.c.name.label("member_name"),
        member.c.kind.label("member_kind"),
        member.c.country.label("member_country"),
        member.c.tlp.label("member_tlp"),
        _receiver.c.name.label("receiver_name"),
    )
    .join_from(table, member, member.c.id == table.c.member_id)
    .outerjoin(_receiver, _receiver.c.id == table.c.receiver_id)
)
_STANDS = table.c.removed_at.is_(None)


def add(connection: Connection, **values: Any) -> None:
    """Adds one; `values` by column. It is due at once."""
    begun = {"message": "", "failures": 0, "objects": 0, "place": ""}
    connection.execute(insert(table).values(**begun, **values))


def get(connection: Connection, number: UUID, *, member_id: UUID | None = None, removed: bool = False) -> Row[Any]:
    """One with its member's slug, name, country, TLP and kind. Raises `AbsentError`.

    `member_id`: only if it is this member's. `removed`: one that was removed and may be put back.
    """
    query = _WITH_MEMBERS.where(table.c.id == number, ~_STANDS if removed else _STANDS)
    if member_id is not None:
        query = query.where(table.c.member_id == member_id)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise AbsentError("There is no such subscription.", action="Look at the list of them.")
    return found


def every(connection: Connection) -> list[Row[Any]]:
    """All that this transaction sees, the oldest first, as `get` gives them."""
    query = _WITH_MEMBERS.where(_STANDS).order_by(table.c.made_at, table.c.id)
    return list(connection.execute(query))


def of_member(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """A member's, also those that were removed lately, the oldest first, as `get` gives them."""
    query = _WITH_MEMBERS.where(table.c.member_id == member_id).order_by(table.c.made_at, table.c.id)
    return list(connection.execute(query))


def due(connection: Connection, now: datetime) -> list[UUID]:
    """Those whose time has come, the longest waiting first; none of a member that is shut out."""
    runs = (table.c.due_at <= now, table.c.paused_at.is_(None), _STANDS, not_shut_out(table.c.member_id))
    return list(connection.scalars(select(table.c.id).where(*runs).order_by(table.c.due_at)))


def in_clear(connection: Connection) -> list[tuple[UUID, str]]:
    """Those whose secret an earlier version kept as it was given, and that."""
    rows = connection.execute(select(table.c.id, table.c.secret).where(table.c.secret.is_not(None)).with_for_update())
    return [(row.id, row.secret) for row in rows]


def change(connection: Connection, number: UUID, **values: Any) -> None:
    """Sets columns of one."""
    kept = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    connection.execute(update(table).where(table.c.id == number).values(**kept))


def moved(connection: Connection, number: UUID, count: int, **values: Any) -> None:
    """As `change`, and counts objects."""
    change(connection, number, objects=table.c.objects + count, came=table.c.came + count, **values)


def came(connection: Connection, number: UUID) -> int:
    """What the run under way, or the last one, has moved; 0 for one that is gone."""
    return int(connection.scalar(select(table.c.came).where(table.c.id == number)) or 0)


def forget_removed(connection: Connection, before: datetime) -> None:
    """Lets go of those that were removed before, their secrets with them; what they brought stays."""
    connection.execute(delete(table).where(table.c.removed_at < before))
