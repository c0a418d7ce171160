"""Members, what they can do, and who would see a thing of a given handling."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.handling import Handling
from accord.policy.audience import audience_of
from accord.policy.decide import Viewer
from accord.services.browse import PURPOSE, Signed, reading
from accord.services.node import Node
from accord.store import browse_alliance, browse_contributions
from accord.store.browse_contributions import ContributionFilter


@dataclass(frozen=True, slots=True)
class CapabilityView:
    """What a member can do; times in hours, costs in working days."""

    id: UUID
    member_slug: str
    member_name: str
    country: str
    action: str
    target_kinds: tuple[str, ...]
    scope: tuple[str, ...]
    jurisdiction: tuple[str, ...]
    power: str
    lead_time_hours: float
    cost: float
    cost_per_target: float
    success: float
    collateral: float


@dataclass(frozen=True, slots=True)
class MemberView:
    id: UUID
    slug: str
    name: str
    kind: str
    country: str
    tlp: str
    noted: tuple[str, ...]
    joined_at: Any
    capabilities: tuple[CapabilityView, ...]


@dataclass(frozen=True, slots=True)
class MemberDetail:
    member: MemberView
    people: list[Any]
    contributions: list[Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """A member, whether it would see a thing, and why (not)."""

    name: str
    slug: str
    allowed: bool
    reasons: tuple[str, ...]


def list_members(node: Node, signed: Signed) -> list[MemberView]:
    """All members with their capabilities, by name."""
    with reading(node, signed) as connection:
        rows = browse_alliance.members(connection)
        capabilities = browse_alliance.capabilities(connection)
    by_member: dict[UUID, list[CapabilityView]] = {}
    for row in capabilities:
        by_member.setdefault(row.member_id, []).append(_capability(row))
    return [_member(row, by_member.get(row.id, [])) for row in rows]


def member_names(node: Node, signed: Signed, slugs: Collection[str]) -> dict[str, str]:
    """The names of these members by their short ones; whoever is no member (any more) is left out."""
    with reading(node, signed) as connection:
        return {row.slug: row.name for row in browse_alliance.members(connection) if row.slug in slugs}


def list_capabilities(node: Node, signed: Signed, action: str = "") -> list[CapabilityView]:
    """Who may do this, fastest first; all actions when none is named."""
    with reading(node, signed) as connection:
        return [_capability(row) for row in browse_alliance.capabilities(connection, action=action)]


def read_member(node: Node, signed: Signed, slug: str) -> MemberDetail:
    """A member with its people and latest contributions. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        row = browse_alliance.by_slug(connection, slug)
        if row is None:
            raise AbsentError("There is no such member.", action="Look in the directory.")
        capabilities = [_capability(c) for c in browse_alliance.capabilities(connection, member_id=row.id)]
        people = browse_alliance.people(connection, row.id)
        latest = browse_contributions.page(connection, ContributionFilter(member_id=row.id), 10)
    return MemberDetail(_member(row, capabilities), people, latest)


def who_would_see(node: Node, signed: Signed, handling: Handling, *, purpose: str = PURPOSE) -> list[Reader]:
    """Each member with policy's decision on a thing of this handling, those who would see it first."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        rows = browse_alliance.members(connection)
    viewers = [((row.name, row.slug), Viewer(member_id=row.id, country=row.country)) for row in rows]
    return [Reader(*who, d.allowed, d.reasons) for who, d in audience_of(handling, viewers, now, purpose=purpose)]


def _capability(row: Any) -> CapabilityView:
    return CapabilityView(
        id=row.id,
        member_slug=row.slug,
        member_name=row.name,
        country=row.country,
        action=row.action,
        target_kinds=tuple(row.target_kinds),
        scope=tuple(row.scope),
        jurisdiction=tuple(row.jurisdiction),
        power=row.power,
        lead_time_hours=row.lead_time_hours,
        cost=row.cost,
        cost_per_target=row.cost_per_target,
        success=row.success,
        collateral=row.collateral,
    )


def _member(row: Any, capabilities: list[CapabilityView]) -> MemberView:
    return MemberView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        country=row.country,
        tlp=row.tlp,
        noted=tuple(row.noted),
        joined_at=row.joined_at,
        capabilities=tuple(capabilities),
    )
