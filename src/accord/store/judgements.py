"""Writing judgements on leads: never changed, only undone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from accord.store.tables import judgement, lead


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


def put(connection: Connection, given: Judgement, audience: int) -> None:
    connection.execute(insert(judgement).values(**given._asdict(), audience=audience))


def undo(connection: Connection, lead_id: UUID, member_id: UUID, now: datetime) -> str | None:
    """Undoes a member's standing judgement of a lead; its verdict, or None when there was none."""
    change = (
        update(judgement)
        .where(judgement.c.lead_id == lead_id, judgement.c.member_id == member_id, judgement.c.undone_at.is_(None))
        .values(undone_at=now)
        .returning(judgement.c.verdict)
    )
    return connection.execute(change).scalars().first()
