"""Challenges under way: each belongs to one browser, is used once, and ends after minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.people_tables import ceremony


class CeremonyRow(NamedTuple):
    """`owner_hash`: of the session, or of the door's cookie. `kind`: what it is for."""

    owner_hash: bytes
    kind: str
    challenge: bytes
    detail: dict[str, Any]
    expires_at: datetime


_ALL = tuple(ceremony.c[name] for name in CeremonyRow._fields)


def put(connection: Connection, row: CeremonyRow, now: datetime) -> None:
    """Begins a ceremony; an earlier one of the same browser and kind is over. Sweeps out what is too old."""
    connection.execute(delete(ceremony).where(ceremony.c.expires_at < now))
    values = row._asdict()
    add = insert(ceremony).values(**values)
    connection.execute(add.on_conflict_do_update(index_elements=[ceremony.c.owner_hash, ceremony.c.kind], set_=values))


def take(connection: Connection, owner_hash: bytes, kind: str, now: datetime) -> CeremonyRow | None:
    """Uses a ceremony up; None when there is none, or it is too old. Of two at once, one gets it."""
    mine = (ceremony.c.owner_hash == owner_hash, ceremony.c.kind == kind)
    found = connection.execute(delete(ceremony).where(*mine).returning(*_ALL)).first()
    row = CeremonyRow._make(found) if found else None
    return row if row is not None and row.expires_at > now else None


def is_there(connection: Connection, owner_hash: bytes, kind: str, now: datetime) -> bool:
    """Whether a ceremony is under way; looking does not use it up."""
    mine = (ceremony.c.owner_hash == owner_hash, ceremony.c.kind == kind, ceremony.c.expires_at > now)
    return connection.scalar(select(1).where(*mine)) is not None
