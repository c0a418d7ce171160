"""What members say of contributions of others: sightings, corrections, ratings; between the two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select, tuple_, update

from accord.store import between
from accord.store.handling_tables import feedback as said
from accord.store.tables import contribution


class Said(NamedTuple):
    """`kind`: sighting, correction, rating. `claim_number`: place of the claim it is about, None for the whole."""

    id: UUID
    contribution_id: UUID
    title: str
    claim_number: int | None
    kind: str
    member_id: UUID
    person_id: UUID
    originator_id: UUID
    words: str
    detail: Mapping[str, Any]
    said_at: datetime


def put(connection: Connection, given: Said, audience: int) -> None:
    between.put(connection, said, audience, **given._asdict())


def put_once(connection: Connection, given: Said, audience: int) -> bool:
    """As `put`; False when it stands there already."""
    there = connection.scalar(select(said.c.id).where(said.c.id == given.id))
    if there is None:
        put(connection, given, audience)
    return there is None


def accepted(
    connection: Connection, originator_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[Row[Any]]:
    """What a member accepted of what others said of its contributions that stand, with their paths, oldest first."""
    query = (
        select(said, contribution.c.path)
        .join(contribution, contribution.c.id == said.c.contribution_id)
        .where(said.c.originator_id == originator_id, said.c.member_id != originator_id)
        .where(said.c.answer == "accepted", contribution.c.withdrawn_at.is_(None))
    )
    if after is not None:
        query = query.where(tuple_(said.c.answered_at, said.c.id) > tuple_(*after))
    return list(connection.execute(query.order_by(said.c.answered_at, said.c.id).limit(limit)))


def seen_at(row: Row[Any]) -> datetime:
    """When the thing of a sighting was seen, else when that was said."""
    told = row.detail.get("seen_at") if isinstance(row.detail, dict) else None
    at: datetime = datetime.fromisoformat(told) if told else row.said_at
    return at


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """What was said of one contribution and not taken back, newest first."""
    query = between.every(said).where(said.c.contribution_id == contribution_id, said.c.answer != between.TAKEN_BACK)
    return list(connection.execute(query.order_by(said.c.said_at.desc(), said.c.id).limit(between.SHOWN)))


def of_member(connection: Connection, member_id: UUID, *, waiting: bool = False) -> list[Row[Any]]:
    """Said by a member or to it, what waits for an answer first; `waiting`: only what waits for its own answer."""
    query = between.every(said).where(said.c.answer != between.TAKEN_BACK)
    if waiting:
        query = query.where(said.c.originator_id == member_id, said.c.answer == between.OPEN)
    else:
        query = query.where(or_(said.c.member_id == member_id, said.c.originator_id == member_id))
    return list(
        connection.execute(query.order_by(said.c.answer != "", said.c.said_at.desc(), said.c.id).limit(between.SHOWN))
    )


def count_of(connection: Connection, contribution_id: UUID, member_id: UUID) -> int:
    """How much one member has said of one contribution that is still open."""
    query = select(func.count()).where(
        said.c.contribution_id == contribution_id, said.c.member_id == member_id, said.c.answer == between.OPEN
    )
    return int(connection.scalar(query) or 0)


def take_back_ratings(connection: Connection, contribution_id: UUID, member_id: UUID, now: datetime) -> None:
    """A member's newest rating counts; those before it are taken back."""
    change = update(said).where(
        said.c.contribution_id == contribution_id,
        said.c.member_id == member_id,
        said.c.kind == "rating",
        said.c.answer != between.TAKEN_BACK,
    )
    connection.execute(change.values(answer=between.TAKEN_BACK, answered_at=now))
