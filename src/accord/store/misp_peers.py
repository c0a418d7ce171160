"""How far the exchange with each MISP server has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.exchange_tables import misp_peer, misp_sent
from accord.store.tables import contribution


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


def standing(connection: Connection, member_id: UUID) -> list[UUID]:
    """Of the member's own contributions those that this viewer sees, the oldest first."""
    c = contribution.c
    query = select(c.id).where(c.member_id == member_id, c.withdrawn_at.is_(None), c.came_from == "")
    return list(connection.scalars(query.order_by(c.received_at, c.id)))


def sent(connection: Connection, number: UUID) -> set[UUID]:
    """The contributions that were handed on to this server."""
    return set(connection.scalars(select(misp_sent.c.contribution_id).where(misp_sent.c.peer_id == number)))


def pushed(connection: Connection, number: UUID, contributions: Sequence[UUID], *, now: datetime) -> None:
    """Notes that these were handed on to it; one that was already stays as it is."""
    whose = select(misp_peer.c.audience).where(misp_peer.c.id == number).scalar_subquery()
    rows = [{"peer_id": number, "contribution_id": one, "sent_at": now} for one in contributions]
    if rows:
        connection.execute(insert(misp_sent).values(audience=whose).on_conflict_do_nothing(), rows)


def told(connection: Connection, number: UUID, state: str) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(state=state))


def withdrew(connection: Connection, number: UUID, to: datetime) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(withdrawn_to=to))


def heard(connection: Connection, number: UUID, to: int) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(heard_to=to))


def told_words(connection: Connection, number: UUID, to: datetime) -> None:
    connection.execute(update(misp_peer).where(misp_peer.c.id == number).values(told_to=to))


def contribution_of(connection: Connection, member_id: UUID, event: UUID) -> Row[Any] | None:
    """The member's contribution that stands and came as this event, or went out as it."""
    c = contribution.c
    this = or_(c.path == f"misp/{event}.json", c.id == event)
    query: Select[Any] = select(c.id, c.title, c.path).where(c.member_id == member_id, c.withdrawn_at.is_(None), this)
    return connection.execute(query.order_by(c.received_at.desc(), c.id).limit(1)).first()


def taken_back(connection: Connection, number: UUID, after: datetime | None) -> list[Row[Any]]:
    """The contributions that went to this server and were withdrawn since, oldest tombstone first."""
    c = contribution.c
    query = (
        select(c.id, c.withdrawn_at)
        .join_from(misp_sent, contribution, c.id == misp_sent.c.contribution_id)
        .where(misp_sent.c.peer_id == number, c.withdrawn_at.is_not(None))
    )
    if after is not None:
        query = query.where(c.withdrawn_at > after)
    return list(connection.execute(query.order_by(c.withdrawn_at, c.id)))
