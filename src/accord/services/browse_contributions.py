"""Contributions as people read them: lists by cursor, one with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.handling import Handling
from accord.services.browse import Page, Signed, handling_of, reading
from accord.services.browse_events import EventView, event_view
from accord.services.browse_leads import LeadView, lead_view
from accord.services.node import Node
from accord.store import browse_activity, browse_contributions, browse_leads
from accord.store.browse_contributions import ContributionFilter

PAGE = 50
SELECTORS_PAGE = 200
CLAIMS_PAGE = 10
DROPS_SHOWN = 200
MOST_LEADS = 20
"""Leads of a contribution that are fetched; counts stop there."""
STATES = ("received", "vetted", "used", "action", "outcome", "unused")


@dataclass(frozen=True, slots=True)
class ContributionView:
    """A contribution as a list shows it. `kinds`: selectors by kind, as people are shown them."""

    id: UUID
    member_id: UUID
    member_slug: str
    member_name: str
    path: str
    title: str
    format: str
    size: int
    state: str
    state_reason: str
    claims: int
    mentions: int
    kinds: dict[str, int]
    notes: tuple[str, ...]
    digest: str
    seen_from: datetime | None
    seen_to: datetime | None
    received_at: datetime
    withdrawn_at: datetime | None
    handling: Handling


@dataclass(frozen=True, slots=True)
class SelectorView:
    kind: str
    value: str
    common: str
    line: int | None
    holders: int


@dataclass(frozen=True, slots=True)
class ContributionDetail:
    """One contribution with its first selectors, drops, claims, leads and history."""

    contribution: ContributionView
    selectors: Page[SelectorView]
    drops: list[Any]
    claims: Page[Any]
    leads: list[LeadView]
    history: list[EventView]


def list_contributions(
    node: Node, signed: Signed, wanted: ContributionFilter, limit: int = PAGE
) -> Page[ContributionView]:
    """A page of what this person may see."""
    with reading(node, signed) as connection:
        rows = browse_contributions.page(connection, wanted, limit + 1)
    views = [contribution_view(row) for row in rows[:limit]]
    more = (views[-1].received_at, views[-1].id) if len(rows) > limit else None
    return Page(views, more)


def count_states(node: Node, signed: Signed, member_id: UUID) -> dict[str, int]:
    """How many of a member's contributions are in each state, in the order of the states."""
    with reading(node, signed) as connection:
        found = browse_contributions.states_of(connection, member_id)
    return {state: found[state] for state in STATES if found.get(state)}


def read_contribution(
    node: Node,
    signed: Signed,
    contribution_id: UUID,
    *,
    kind: str = "",
    after: tuple[str, str] | None = None,
    claims_after: int = 0,
) -> ContributionDetail:
    """One contribution. Raises `AbsentError` when there is none that this person may see."""
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None:
            raise AbsentError(
                "There is no such contribution, or none that you may see.",
                action="Check the address, or look in the list.",
            )
        found = browse_contributions.selectors(connection, contribution_id, kind, after, SELECTORS_PAGE + 1)
        shown = found[:SELECTORS_PAGE]
        held = browse_contributions.holders(connection, [s.id for s in shown])
        drops = browse_contributions.drops(connection, contribution_id, DROPS_SHOWN)
        claims = browse_contributions.claims(connection, contribution_id, claims_after, CLAIMS_PAGE + 1)
        leads = browse_leads.of_contributions(connection, [contribution_id], MOST_LEADS)[contribution_id]
        judged = browse_leads.judgements(connection, [lead.id for lead in leads])
        history = browse_activity.events(connection, 30, subject=str(contribution_id))
    selectors = [SelectorView(s.kind, s.value, s.common, s.line, held.get(s.id, 1)) for s in shown]
    more = (shown[-1].kind, shown[-1].value) if len(found) > SELECTORS_PAGE else None
    return ContributionDetail(
        contribution=contribution_view(row),
        selectors=Page(selectors, more),
        drops=drops,
        claims=Page(claims[:CLAIMS_PAGE], (claims[CLAIMS_PAGE].number,) if len(claims) > CLAIMS_PAGE else None),
        leads=[lead_view(lead, judged.get(lead.id, []), signed) for lead in leads],
        history=[event_view(row, signed) for row in history],
    )


def several(node: Node, signed: Signed, ids: list[UUID]) -> list[ContributionView]:
    """Those of these contributions that this person may see, in the order given."""
    with reading(node, signed) as connection:
        found = browse_contributions.several(connection, ids)
    return [contribution_view(found[number]) for number in ids if number in found]


def contribution_view(row: Any) -> ContributionView:
    """A row of `store.browse_contributions` as a value."""
    return ContributionView(
        id=row.id,
        member_id=row.member_id,
        member_slug=row.member_slug,
        member_name=row.member_name,
        path=row.path,
        title=row.title or row.path.rsplit("/", 1)[-1],
        format=row.format,
        size=row.size,
        state=row.state,
        state_reason=row.state_reason,
        claims=row.claims,
        mentions=row.mentions,
        kinds=dict(row.kinds),
        notes=tuple(row.notes),
        digest=bytes(row.digest).hex(),
        seen_from=row.seen_from,
        seen_to=row.seen_to,
        received_at=row.received_at,
        withdrawn_at=row.withdrawn_at,
        handling=handling_of(row.handling),
    )
