"""Reading the record: events with the entries that the custody log has of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from accord.store.custody_tables import custody_entry, custody_head
from accord.store.tables import event, member, person


class RecordFilter(NamedTuple):
    """`query`: words of the verb; `kind`: of the entry; `before`: the last row's (happened_at, id)."""

    query: str = ""
    kind: str = ""
    member_id: UUID | None = None
    person_id: UUID | None = None
    before: tuple[datetime, UUID] | None = None


def page(connection: Connection, wanted: RecordFilter, limit: int) -> list[Row[Any]]:
    """Events that this viewer may see, newest first, with kind and subject of their entries."""
    query = _events().order_by(event.c.happened_at.desc(), event.c.id.desc()).limit(limit)
    if wanted.query:
        query = query.where(func.strpos(func.lower(event.c.verb), wanted.query.lower()) > 0)
    if wanted.kind:
        query = query.where(custody_entry.c.kind == wanted.kind)
    if wanted.member_id:
        query = query.where(event.c.member_id == wanted.member_id)
    if wanted.person_id:
        query = query.where(event.c.person_id == wanted.person_id)
    if wanted.before:
        query = query.where(tuple_(event.c.happened_at, event.c.id) < tuple_(*wanted.before))
    return list(connection.execute(query))


def one(connection: Connection, event_id: UUID) -> Row[Any] | None:
    """One event; None when there is none that this viewer may see."""
    return connection.execute(_events().where(event.c.id == event_id)).first()


def of_chain(connection: Connection, subject: str, limit: int) -> list[Row[Any]]:
    """Events of the same item, oldest first, those that this viewer may see."""
    return list(
        connection.execute(
            _events().where(custody_entry.c.subject == subject).order_by(custody_entry.c.seq).limit(limit)
        )
    )


def waiting(connection: Connection) -> int:
    """How many entries wait for the log; in the node's view."""
    query = select(func.count()).select_from(custody_entry).where(custody_entry.c.position.is_(None))
    return int(connection.scalar(query) or 0)


def witnessed(connection: Connection) -> list[Row[Any]]:
    """Other logs' heads that this node has cosigned: (origin, size, kept_at)."""
    query = select(custody_head.c.origin, custody_head.c.size, custody_head.c.kept_at)
    return list(
        connection.execute(query.where(custody_head.c.origin.startswith("witnessed ")).order_by(custody_head.c.origin))
    )


def _events() -> Select[Any]:
    return (
        select(
            event.c.id,
            event.c.happened_at,
            event.c.person_id,
            event.c.member_id,
            event.c.verb,
            event.c.subject,
            event.c.detail,
            member.c.name.label("member_name"),
            member.c.slug.label("member_slug"),
            person.c.name.label("person_name"),
            custody_entry.c.kind,
            custody_entry.c.subject.label("chain"),
        )
        .select_from(event)
        .outerjoin(member, member.c.id == event.c.member_id)
        .outerjoin(person, person.c.id == event.c.person_id)
        .outerjoin(custody_entry, custody_entry.c.id == event.c.id)
    )
