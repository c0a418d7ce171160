"""What an Insight Report is made from: values that the stages gave, nothing that it would have to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.leads import Lead
from accord.model.maps import Map
from accord.model.members import Member

Counts = tuple[tuple[str, int], ...]
"""Names with their numbers, in the order in which they are to be shown."""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member and what its contributions held.

    `selectors`: distinct ones, by kind in `kinds`; `common`: those of them that prove nothing when shared.
    `linked`: contributions that are part of at least one lead.
    """

    member: Member
    contributions: int
    claims: int
    mentions: int
    selectors: int
    kinds: Counts = ()
    common: int = 0
    drops: int = 0
    drops_by_reason: Counts = ()
    unreadable: int = 0
    linked: int = 0


class ContributionFacts(NamedTuple):
    """A contribution and what became of it. `member`: its slug. `leads`: how many it is part of.

    `state`: received, vetted, used, action, outcome, unused; `came_of_it`: in words, may be empty.
    """

    id: UUID
    member: str
    path: str
    title: str
    format: str
    selectors: int
    drops: int
    leads: int
    state: str
    came_of_it: str = ""
    seen_from: datetime | None = None
    seen_to: datetime | None = None


class LeadFacts(NamedTuple):
    """A lead with the contributions it links. `verdict`: confirmed, rejected, or empty while nobody judged it."""

    lead: Lead
    a: ContributionFacts
    b: ContributionFacts
    verdict: str = ""


class Overlap(NamedTuple):
    """Selectors that two members both hold, common ones not counted; `counts` is square in the order of `members`."""

    members: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Lane(NamedTuple):
    """Contributions of a member by the day on which what they report was seen; days in order."""

    member: str
    seen: tuple[tuple[date, int], ...]


class Barrier(NamedTuple):
    """A step that was blocked. `cause`: legal, trust, format, capacity, priority. `member`: slug, or empty."""

    cause: str
    member: str
    text: str
    times: int = 1


class OutcomeFacts(NamedTuple):
    """A measured effect, null results too: the difference with its interval, in `unit`, and the declared method.

    `rung`: output, intermediate or outcome. `document`: `impact.plain` of the finding; `survival`: of how long things
    stayed away. `query`: the call that repeats it; without one the figure leads nowhere.
    """

    title: str
    difference: float
    low: float
    high: float
    unit: str
    method: str
    null: bool = False
    rung: str = "outcome"
    retrospective: bool = False
    population: str = ""
    declared_at: date = date.min
    digest: str = ""
    query: str = ""
    document: Mapping[str, Any] | None = None
    survival: Mapping[str, Any] | None = None


class MethodFacts(NamedTuple):
    """How a stage worked in this run. `key`: intake, selectors, leads, map, plan, report…; `query` repeats it."""

    key: str
    stage: str
    text: str
    query: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the report says. `leads` best first; `lead_count` may be more than are given.

    `plan`: the plan document, None when there is none. `records`: digest of the records that all this came from.
    """

    title: str
    made_at: datetime
    handling: str
    restrictions: str
    members: tuple[MemberFacts, ...]
    contributions: tuple[ContributionFacts, ...]
    leads: tuple[LeadFacts, ...]
    lead_count: int
    overlap: Overlap
    network: Map
    lanes: tuple[Lane, ...]
    plan: Mapping[str, Any] | None = None
    seen_from: date | None = None
    seen_to: date | None = None
    barriers: tuple[Barrier, ...] = ()
    outcomes: tuple[OutcomeFacts, ...] = ()
    promised: tuple[str, ...] = ()
    """What was declared and not yet measured, in words."""
    methods: tuple[MethodFacts, ...] = ()
    records: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Members' names by slug, for members that are mentioned but not in `members`."""

    def name(self, slug: str) -> str:
        """A member's name; its slug when it is not known."""
        for facts in self.members:
            if facts.member.slug == slug:
                return facts.member.name
        return self.names.get(slug, slug)
