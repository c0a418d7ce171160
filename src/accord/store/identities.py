"""Accounts elsewhere that people linked."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.people_tables import identity
from accord.store.texts import storable


class IdentityRow(NamedTuple):
    issuer: str
    subject: str
    person_id: UUID
    linked_at: datetime


_ALL = tuple(identity.c[name] for name in IdentityRow._fields)


def find(connection: Connection, issuer: str, subject: str) -> UUID | None:
    """Whose account this is."""
    query = select(identity.c.person_id).where(identity.c.issuer == issuer, identity.c.subject == storable(subject))
    found: UUID | None = connection.scalar(query)
    return found


def link(connection: Connection, row: IdentityRow) -> bool:
    """False when the account is linked already, to whomever."""
    add = insert(identity).values(**{**row._asdict(), "subject": storable(row.subject)})
    return connection.scalar(add.on_conflict_do_nothing().returning(identity.c.person_id)) is not None


def unlink(connection: Connection, person_id: UUID) -> int:
    return connection.execute(delete(identity).where(identity.c.person_id == person_id)).rowcount


def of_person(connection: Connection, person_id: UUID) -> list[IdentityRow]:
    query = select(*_ALL).where(identity.c.person_id == person_id).order_by(identity.c.linked_at)
    return [IdentityRow._make(row) for row in connection.execute(query)]
