"""Answers of the API that are given again to the same Idempotency-Key."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.exchange_tables import api_reply

AT_WORK = 0


def begin(connection: Connection, number: UUID, digest: bytes, now: datetime, audience: int) -> bool:
    """Notes that a request is at work; False when its key is there already."""
    row = insert(api_reply).values(id=number, digest=digest, status=AT_WORK, body=b"", made_at=now, audience=audience)
    added = row.on_conflict_do_nothing(index_elements=[api_reply.c.id]).returning(api_reply.c.id)
    return connection.execute(added).first() is not None


def find(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(select(api_reply).where(api_reply.c.id == number)).first()


def take_over(connection: Connection, number: UUID, made_at: datetime, now: datetime) -> bool:
    """Takes up a request whose process died; False when another was faster."""
    there = (api_reply.c.id == number) & (api_reply.c.status == AT_WORK) & (api_reply.c.made_at == made_at)
    return connection.execute(update(api_reply).where(there).values(made_at=now)).rowcount == 1


def finish(connection: Connection, number: UUID, status: int, body: bytes) -> None:
    connection.execute(update(api_reply).where(api_reply.c.id == number).values(status=status, body=body))


def forget(connection: Connection, number: UUID) -> None:
    """A request that failed changed nothing: it may come again."""
    connection.execute(delete(api_reply).where(api_reply.c.id == number, api_reply.c.status == AT_WORK))


def forget_before(connection: Connection, instant: datetime) -> int:
    return connection.execute(delete(api_reply).where(api_reply.c.made_at < instant)).rowcount
