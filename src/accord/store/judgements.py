"""Writing judgements on leads: never changed, only undone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

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
