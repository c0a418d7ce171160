"""What members say of contributions of others: sightings, corrections, ratings; between the two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from accord.store.handling_tables import feedback as said
from accord.store.tables import contribution, member, person
from accord.store.texts import storable

SHOWN = 200


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
    values = {**given._asdict(), "title": storable(given.title), "words": storable(given.words)}
    connection.execute(insert(said).values(**values, answer="", answer_reason="", audience=audience))


def one(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(_all().where(said.c.id == number)).first()


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """What was said of one contribution and not taken back, newest first."""
    query = _all().where(said.c.contribution_id == contribution_id, said.c.answer != "taken-back")
    return list(connection.execute(query.order_by(said.c.said_at.desc(), said.c.id).limit(SHOWN)))


def of_member(connection: Connection, member_id: UUID, *, waiting: bool = False) -> list[Row[Any]]:
    """Said by a member or to it, what waits for an answer first; `waiting`: only what waits for its own answer."""
    query = _all().where(said.c.answer != "taken-back")
    if waiting:
        query = query.where(said.c.originator_id == member_id, said.c.answer == "")
    else:
        query = query.where(or_(said.c.member_id == member_id, said.c.originator_id == member_id))
    return list(connection.execute(query.order_by(said.c.answer != "", said.c.said_at.desc(), said.c.id).limit(SHOWN)))


def count_open(connection: Connection, originator_id: UUID) -> int:
    """What waits for this member's answer."""
    query = select(func.count()).where(said.c.originator_id == originator_id, said.c.answer == "")
    return int(connection.scalar(query) or 0)


def count_of(connection: Connection, contribution_id: UUID, member_id: UUID) -> int:
    """How much one member has said of one contribution that is still open."""
    query = select(func.count()).where(
        said.c.contribution_id == contribution_id, said.c.member_id == member_id, said.c.answer == ""
    )
    return int(connection.scalar(query) or 0)


def take_back_ratings(connection: Connection, contribution_id: UUID, member_id: UUID, now: datetime) -> None:
    """A member's newest rating counts; those before it are taken back."""
    change = update(said).where(
        said.c.contribution_id == contribution_id,
        said.c.member_id == member_id,
        said.c.kind == "rating",
        said.c.answer != "taken-back",
    )
    connection.execute(change.values(answer="taken-back", answered_at=now))


def answer(connection: Connection, number: UUID, given: str, reason: str, *, person_id: UUID, now: datetime) -> bool:
    """Answers what is open; False when it was answered already."""
    change = (
        update(said)
        .where(said.c.id == number, said.c.answer == "")
        .values(answer=given, answer_reason=storable(reason), answered_at=now, answered_by=person_id)
    )
    return connection.execute(change).rowcount == 1


def _all() -> Select[Any]:
    originator = member.alias("originator")
    return (
        select(
            said,
            member.c.name.label("member_name"),
            originator.c.name.label("originator_name"),
            person.c.name.label("person_name"),
            contribution.c.id.is_not(None).label("there"),
        )
        .select_from(said)
        .join(member, member.c.id == said.c.member_id)
        .join(originator, originator.c.id == said.c.originator_id)
        .join(person, person.c.id == said.c.person_id)
        .outerjoin(contribution, contribution.c.id == said.c.contribution_id)
    )
