"""Leads as people read and judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.handling import Handling
from accord.services.browse import Page, Signed, handling_of, reading
from accord.services.browse_events import EventView, event_view
from accord.services.node import Node
from accord.store import browse_activity, browse_leads
from accord.store.browse_leads import LeadFilter

PAGE = 40
MOST_COUNTED = 1_000
_FAMILIES = ("infrastructure", "name", "path", "neighbour")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contributions that a lead joins; `mine`: it is my member's."""

    contribution_id: UUID
    member_id: UUID
    member_slug: str
    member_name: str
    title: str
    mine: bool
    seen_from: datetime | None
    seen_to: datetime | None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason as stored (`model.leads.Reason`); `chance` is one in so many pairs."""

    family: str
    kind: str
    value_a: str
    value_b: str
    weight: float
    chance: float
    holders: int
    common: str
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgementView:
    member_id: UUID
    member_name: str
    person_name: str
    verdict: str
    reason: str
    judged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead. `us` is my member's side when it has one, else the first. `reasons` are strongest first."""

    id: UUID
    us: Side
    them: Side
    score: float
    shared: int
    infrastructure: float
    name: float
    kinds: tuple[str, ...]
    sentence: str
    reasons: tuple[ReasonView, ...]
    found_at: datetime
    handling: Handling
    judgements: tuple[JudgementView, ...]
    my_verdict: JudgementView | None

    @property
    def involves_us(self) -> bool:
        return self.us.mine

    def of(self, *families: str) -> list[ReasonView]:
        """Reasons of these families that count."""
        return [reason for reason in self.reasons if reason.family in families and not reason.common]

    @property
    def not_counted(self) -> list[ReasonView]:
        return [reason for reason in self.reasons if reason.common]


@dataclass(frozen=True, slots=True)
class LeadDetail:
    lead: LeadView
    history: list[EventView]


def list_leads(node: Node, signed: Signed, wanted: LeadFilter, limit: int = PAGE) -> Page[LeadView]:
    """A page of leads, strongest first."""
    with reading(node, signed) as connection:
        rows = browse_leads.page(connection, wanted, limit + 1)
        judged = browse_leads.judgements(connection, [row.id for row in rows])
    views = [lead_view(row, judged.get(row.id, []), signed) for row in rows[:limit]]
    return Page(views, (views[-1].score, views[-1].id) if len(rows) > limit else None)


def count_leads(node: Node, signed: Signed, wanted: LeadFilter) -> int:
    """How many match, up to `MOST_COUNTED`."""
    with reading(node, signed) as connection:
        return browse_leads.count(connection, wanted, MOST_COUNTED)


def read_lead(node: Node, signed: Signed, lead_id: UUID) -> LeadDetail:
    """One lead. Raises `AbsentError` when there is none that this person may see."""
    with reading(node, signed) as connection:
        row = browse_leads.one(connection, lead_id)
        if row is None:
            raise AbsentError(
                "There is no such lead, or none that you may see.", action="Check the address, or look in the list."
            )
        judged = browse_leads.judgements(connection, [lead_id])
        history = browse_activity.events(connection, 30, subject=str(lead_id))
    return LeadDetail(lead_view(row, judged.get(lead_id, []), signed), [event_view(e, signed) for e in history])


def lead_view(row: Any, judged: list[Any], signed: Signed) -> LeadView:
    """A row of `store.browse_leads` with its judgements as a value."""
    a = Side(
        row.a, row.member_a, row.slug_a, row.name_a, row.title_a or row.path_a, row.member_a == signed.member_id,
        row.from_a, row.to_a,
    )  # fmt: skip
    b = Side(
        row.b, row.member_b, row.slug_b, row.name_b, row.title_b or row.path_b, row.member_b == signed.member_id,
        row.from_b, row.to_b,
    )  # fmt: skip
    us, them = (b, a) if b.mine and not a.mine else (a, b)
    judgements = tuple(
        JudgementView(j.member_id, j.member_name, j.person_name, j.verdict, j.reason, j.judged_at, j.undone_at)
        for j in judged
    )
    mine = (j for j in judgements if j.member_id == signed.member_id and j.undone_at is None)
    return LeadView(
        id=row.id,
        us=us,
        them=them,
        score=row.score,
        shared=row.shared,
        infrastructure=row.infrastructure,
        name=row.name,
        kinds=tuple(row.kinds),
        sentence=row.sentence,
        reasons=tuple(sorted((_reason(r) for r in row.reasons), key=lambda r: -r.weight)),
        found_at=row.found_at,
        handling=handling_of(row.handling),
        judgements=judgements,
        my_verdict=next(mine, None),
    )


def _reason(stored: Any) -> ReasonView:
    """Stored as the array that a NamedTuple makes, or as an object with the same names."""
    fields = ("family", "kind", "value_a", "value_b", "weight", "chance", "holders", "common", "via")
    values = dict(zip(fields, stored, strict=False)) if isinstance(stored, list) else stored
    family = values["family"] if values["family"] in _FAMILIES else "infrastructure"
    return ReasonView(
        family=family,
        kind=str(values["kind"]),
        value_a=str(values["value_a"]),
        value_b=str(values["value_b"]),
        weight=float(values["weight"]),
        chance=float(values["chance"]),
        holders=int(values["holders"]),
        common=str(values.get("common") or ""),
        via=tuple(str(v) for v in values.get("via") or ()),
    )
