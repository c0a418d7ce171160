"""Requests of people who lost their passkeys. Codes are never here: only their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from accord.store.people_tables import recovery
from accord.store.tables import member, person


class RecoveryRow(NamedTuple):
    id: UUID
    person_id: UUID
    code_hash: bytes
    check: str
    agent: str
    asked_at: datetime
    expires_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    ready_at: datetime | None


class Listed(NamedTuple):
    """A request with whose it is and who vouched."""

    row: RecoveryRow
    name: str
    member_id: UUID
    member_name: str
    approver: str | None


_ALL = tuple(recovery.c[name] for name in RecoveryRow._fields)


def open_now(now: datetime) -> ColumnElement[bool]:
    """Requests that may still come to something."""
    return (recovery.c.expires_at > now) & recovery.c.used_at.is_(None) & recovery.c.stopped_at.is_(None)


def put(connection: Connection, row: RecoveryRow) -> None:
    connection.execute(insert(recovery).values(**row._asdict()))


def count_open(connection: Connection, person_id: UUID, now: datetime) -> int:
    wanted = select(func.count()).select_from(recovery).where(recovery.c.person_id == person_id, open_now(now))
    return connection.scalar(wanted) or 0


def list_open(connection: Connection, now: datetime, *, member_id: UUID | None, most: int) -> list[Listed]:
    """Open requests of a member's people, or (None) of everybody's; the newest first."""
    approver = person.alias("approver")
    query = (
        select(*_ALL, person.c.name, member.c.id, member.c.name, approver.c.name)
        .select_from(recovery)
        .join(person, person.c.id == recovery.c.person_id)
        .join(member, member.c.id == person.c.member_id)
        .outerjoin(approver, approver.c.id == recovery.c.approved_by)
        .where(open_now(now))
    )
    if member_id is not None:
        query = query.where(member.c.id == member_id)
    rows = connection.execute(query.order_by(recovery.c.asked_at.desc(), recovery.c.id).limit(most))
    return [Listed(RecoveryRow._make(row[: len(_ALL)]), *row[len(_ALL) :]) for row in rows]


def find(connection: Connection, recovery_id: UUID, now: datetime) -> RecoveryRow | None:
    """An open request, locked until the transaction ends."""
    query = select(*_ALL).where(recovery.c.id == recovery_id, open_now(now)).with_for_update()
    found = connection.execute(query).first()
    return RecoveryRow._make(found) if found else None


def by_code(connection: Connection, code_hash: bytes, now: datetime) -> RecoveryRow | None:
    """The open request of that code, locked until the transaction ends."""
    query = select(*_ALL).where(recovery.c.code_hash == code_hash, open_now(now)).with_for_update()
    found = connection.execute(query).first()
    return RecoveryRow._make(found) if found else None


def approve(
    connection: Connection, recovery_id: UUID, by: UUID, *, now: datetime, ready: datetime, end: datetime
) -> None:
    values = {"approved_by": by, "approved_at": now, "ready_at": ready, "expires_at": end}
    connection.execute(update(recovery).where(recovery.c.id == recovery_id).values(**values))


def stop(connection: Connection, recovery_id: UUID, by: UUID, now: datetime) -> None:
    change = update(recovery).where(recovery.c.id == recovery_id)
    connection.execute(change.values(stopped_at=now, stopped_by=by))


def use(connection: Connection, recovery_id: UUID, now: datetime) -> None:
    connection.execute(update(recovery).where(recovery.c.id == recovery_id).values(used_at=now))
