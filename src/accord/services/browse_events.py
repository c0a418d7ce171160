"""What happened, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.services.browse import Signed


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened; `subject` is an id or a name, `detail` what the service recorded.

    `mine`: this person did it, not just somebody of the same member.
    """

    id: UUID
    happened_at: datetime
    member_name: str
    member_slug: str
    person_name: str
    mine: bool
    verb: str
    subject: str
    detail: dict[str, Any]


def event_view(row: Any, signed: Signed) -> EventView:
    """A row of `store.browse_activity.events` as a value."""
    return EventView(
        id=row.id,
        happened_at=row.happened_at,
        member_name=row.member_name or "",
        member_slug=row.member_slug or "",
        person_name=row.person_name or "",
        mine=row.person_id == signed.person_id,
        verb=row.verb,
        subject=row.subject,
        detail=row.detail if isinstance(row.detail, dict) else {},
    )
