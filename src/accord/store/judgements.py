"""Writing judgements on leads: never changed, only undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.tables import contribution, judgement, lead, member


class Judgement(NamedTuple):
    """What a person of a member says of a lead; `verdict`: confirmed or rejected."""

    id: UUID
    lead_id: UUID
    person_id: UUID
    member_id: UUID
    verdict: str
    reason: str
    judged_at: datetime


def audience_of(connection: Connection, lead_id: UUID) -> int | None:
    """The audience of a lead; None when this viewer sees no such lead."""
    return connection.scalar(select(lead.c.audience).where(lead.c.id == lead_id))


def put(connection: Connection, given: Judgement, audience: int) -> bool:
    """Keeps a judgement; False when this member has a standing one, as when a colleague judged at the same moment."""
    kept = insert(judgement).values(**given._asdict(), audience=audience).on_conflict_do_nothing()
    return connection.execute(kept.returning(judgement.c.id)).first() is not None


def undo(connection: Connection, lead_id: UUID, member_id: UUID, now: datetime) -> str | None:
    """Undoes a member's standing judgement of a lead; its verdict, or None when there was none."""
    change = (
        update(judgement)
        .where(judgement.c.lead_id == lead_id, judgement.c.member_id == member_id, judgement.c.undone_at.is_(None))
        .values(undone_at=now)
        .returning(judgement.c.verdict)
    )
    return connection.execute(change).scalars().first()


def lead_of(connection: Connection, lead_id: UUID) -> Row[Any] | None:
    """The two contributions of a lead, and its audience."""
    query: Select[Any] = select(lead.c.a, lead.c.b, lead.c.audience).where(lead.c.id == lead_id)
    return connection.execute(query).first()


def every(connection: Connection, lead_id: UUID) -> list[Row[Any]]:
    """All judgements of a lead with their members' names, those undone first, the oldest first."""
    query = (
        select(judgement, member.c.name.label("member_name"))
        .join(member, member.c.id == judgement.c.member_id)
        .where(judgement.c.lead_id == lead_id)
        .order_by(judgement.c.undone_at.is_(None), judgement.c.judged_at, judgement.c.id)
    )
    return list(connection.execute(query))


def contributions(connection: Connection, ids: Sequence[UUID]) -> list[Row[Any]]:
    """State and audience of contributions that are not withdrawn, by id."""
    columns = (contribution.c.id, contribution.c.path, contribution.c.state, contribution.c.state_reason)
    query = select(*columns, contribution.c.audience).where(
        contribution.c.id.in_(ids), contribution.c.withdrawn_at.is_(None)
    )
    return list(connection.execute(query.order_by(contribution.c.id)))


def pairs(connection: Connection, ids: Sequence[UUID]) -> list[Row[Any]]:
    """Sides and audience of the leads that these contributions are in."""
    query = select(lead.c.a, lead.c.b, lead.c.audience).where(lead.c.a.in_(ids) | lead.c.b.in_(ids))
    return list(connection.execute(query))
