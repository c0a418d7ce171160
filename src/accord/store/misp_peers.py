"""How far the exchange with each MISP server has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.exchange_tables import misp_peer


def find(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(select(misp_peer).where(misp_peer.c.id == number)).first()


def of_member(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """A member's servers and feeds, the one tried last first."""
    query = select(misp_peer).where(misp_peer.c.member_id == member_id)
    return list(connection.execute(query.order_by(misp_peer.c.tried_at.desc().nulls_last(), misp_peer.c.id)))


def begin(connection: Connection, number: UUID, member_id: UUID, url: str, *, now: datetime, audience: int) -> None:
    """Enters a peer if it is new, and notes that it was tried."""
    row = insert(misp_peer).values(
        id=number, member_id=member_id, url=url, pulled_to=0, state="", tried_at=now, audience=audience
    )
    connection.execute(row.on_conflict_do_update(index_elements=[misp_peer.c.id], set_={"tried_at": now}))


def pulled(connection: Connection, number: UUID, to: int) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(pulled_to=to))


def pushed(connection: Connection, number: UUID, to: datetime) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(pushed_to=to))


def told(connection: Connection, number: UUID, state: str) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(state=state))
