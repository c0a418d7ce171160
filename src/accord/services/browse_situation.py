"""What waits for a person, what became of their member's contributions, what happened, what runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Verb
from accord.services.browse import Page, Signed, reading
from accord.services.browse_contributions import STATES, ContributionView, contribution_view
from accord.services.browse_events import EventView, event_view
from accord.services.browse_leads import LeadView, lead_view
from accord.services.node import Node
from accord.services.permit import permit
from accord.store import browse_activity, browse_contributions, browse_leads
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter

WAITS_FROM = 0.6
"""A lead waits for a person from this score on (shown as good or strong); weaker ones are there to be looked for."""
WAITS_SHOWN = 4
EVENTS_PAGE = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class WorkView:
    """Long work. `share` is how far its stage is, 0..1, None when nobody can say."""

    id: UUID
    task: str
    title: str
    state: str
    stage: str
    done: int
    total: int | None
    message: str
    mine: bool
    may_cancel: bool
    """It is this person's, or nobody's in particular (the command line's)."""
    cancel_asked: bool
    asked_at: datetime
    beat_at: datetime | None
    ended_at: datetime | None

    @property
    def share(self) -> float | None:
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def active(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Situation:
    waiting: list[LeadView]
    waiting_count: int
    states: dict[str, int]
    contributions: list[ContributionView]
    leads_of: dict[UUID, list[LeadView]]
    events: list[EventView]
    running: list[WorkView]


def read_situation(node: Node, signed: Signed) -> Situation:
    """The first page, in one transaction."""
    wanted = LeadFilter(me=signed.member_id, state="open", mine=True, least=WAITS_FROM)
    with reading(node, signed) as connection:
        rows = browse_leads.page(connection, wanted, WAITS_SHOWN)
        waiting_count = browse_leads.count(connection, wanted, MOST_COUNTED)
        states = browse_contributions.states_of(connection, signed.member_id)
        latest = browse_contributions.page(connection, ContributionFilter(member_id=signed.member_id), 8)
        used = browse_leads.of_contributions(connection, [row.id for row in latest], 3)
        events = browse_activity.events(connection, 12)
        running = browse_activity.running(connection, 5)
    return Situation(
        waiting=[lead_view(row, [], signed) for row in rows],
        waiting_count=waiting_count,
        states={state: states[state] for state in STATES if states.get(state)},
        contributions=[contribution_view(row) for row in latest],
        leads_of={number: [lead_view(lead, [], signed) for lead in leads] for number, leads in used.items()},
        events=[event_view(row, signed) for row in events],
        running=[_work(row, signed) for row in running],
    )


def list_events(node: Node, signed: Signed, before: tuple[datetime, UUID] | None) -> Page[EventView]:
    """All activity, newest first."""
    with reading(node, signed) as connection:
        rows = browse_activity.events(connection, EVENTS_PAGE + 1, before=before)
    views = [event_view(row, signed) for row in rows[:EVENTS_PAGE]]
    return Page(views, (views[-1].happened_at, views[-1].id) if len(rows) > EVENTS_PAGE else None)


def rail_counts(node: Node, signed: Signed) -> dict[str, int]:
    """The two numbers that the rail shows: own contributions, and leads that wait; bounded."""
    wanted = LeadFilter(me=signed.member_id, state="open", mine=True, least=WAITS_FROM)
    with reading(node, signed) as connection:
        states = browse_contributions.states_of(connection, signed.member_id)
        return {"contributions": sum(states.values()), "leads": browse_leads.count(connection, wanted, MOST_COUNTED)}


def read_work(node: Node, signed: Signed, work_id: UUID) -> WorkView:
    """Long work and how far it is. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        row = browse_activity.one_work(connection, work_id)
    if row is None:
        raise AbsentError("There is no such work, or none that you may see.", action="Look at the situation page.")
    return _work(row, signed)


def cancel_work(node: Node, signed: Signed, work_id: UUID) -> None:
    """Asks running work to stop; what is finished is kept.

    Raises `AbsentError`, `RefusedError` when another person asked for it, `ConflictError` when it ended.
    """
    permit(signed, Verb.CONTRIBUTE)
    with reading(node, signed) as connection:
        row = browse_activity.one_work(connection, work_id)
        if row is None:
            raise AbsentError("There is no such work, or none that you may see.", action="Look at the situation page.")
        if not _work(row, signed).may_cancel:
            raise RefusedError("Somebody else asked for this work.", action="Ask them to stop it.")
        if not browse_activity.ask_cancel(connection, work_id):
            raise ConflictError("This work has ended already.", action="Reload the page to see how.")


def _work(row: Any, signed: Signed) -> WorkView:
    return WorkView(
        id=row.id,
        task=row.task,
        title=row.title,
        state=row.state,
        stage=row.stage,
        done=row.done,
        total=row.total,
        message=row.message,
        mine=row.person_id == signed.person_id,
        may_cancel=row.person_id in (None, signed.person_id),
        cancel_asked=row.cancel_asked,
        asked_at=row.asked_at,
        beat_at=row.beat_at,
        ended_at=row.ended_at,
    )
