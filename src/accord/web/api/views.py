"""From what services return to what the API answers."""

from __future__ import annotations

from typing import Any, cast

from accord.model.handling import Handling
from accord.policy.codec import to_document
from accord.policy.lattice import parts
from accord.services.browse_alliance import CapabilityView, MemberView
from accord.services.browse_contributions import ContributionView, SelectorView
from accord.services.browse_events import EventView
from accord.services.browse_leads import JudgementView, LeadView, ReasonView, Side
from accord.web.api.shapes import (
    CapabilityOut,
    ContributionOut,
    EventOut,
    HandlingOut,
    JudgementOut,
    LeadOut,
    MemberOut,
    PapLabel,
    ReasonOut,
    SelectorOut,
    SideOut,
    TlpLabel,
    Verdict,
)


def handling_out(handling: Handling) -> HandlingOut:
    """The strictest labels of all its parts, and the whole."""
    tlp = max(part.tlp for part in parts(handling)).label
    pap = max(part.pap for part in parts(handling)).label
    return HandlingOut(cast("TlpLabel", tlp), cast("PapLabel", pap), to_document(handling))


def contribution_out(one: ContributionView) -> ContributionOut:
    return ContributionOut(
        id=one.id,
        member_id=one.member_id,
        member=one.member_slug,
        path=one.path,
        title=one.title,
        format=one.format,
        size=one.size,
        sha256=one.digest,
        state=one.state,
        state_reason=one.state_reason,
        claims=one.claims,
        selectors=one.mentions,
        kinds=one.kinds,
        notes=list(one.notes),
        seen_from=one.seen_from,
        seen_to=one.seen_to,
        received_at=one.received_at,
        withdrawn_at=one.withdrawn_at,
        handling=handling_out(one.handling),
    )


def selector_out(one: SelectorView) -> SelectorOut:
    return SelectorOut(one.kind, one.value, one.common, one.line, one.holders)


def lead_out(lead: LeadView) -> LeadOut:
    return LeadOut(
        id=lead.id,
        a=_side(lead.us),
        b=_side(lead.them),
        score=lead.score,
        shared=lead.shared,
        kinds=list(lead.kinds),
        sentence=lead.sentence,
        reasons=[_reason(reason) for reason in lead.reasons],
        judgements=[
            JudgementOut(
                j.member_id,
                j.member_name,
                j.person_name,
                cast("Verdict", j.verdict),
                j.reason,
                j.judged_at,
                j.undone_at,
            )
            for j in lead.judgements
        ],
        found_at=lead.found_at,
        handling=handling_out(lead.handling),
    )


def _side(side: Side) -> SideOut:
    return SideOut(side.contribution_id, side.member_id, side.member_slug, side.title)


def _judgement(one: JudgementView) -> JudgementOut:
    return JudgementOut(
        member_id=one.member_id,
        member=one.member_name,
        person=one.person_name,
        verdict=cast("Verdict", one.verdict),
        reason=one.reason,
        judged_at=one.judged_at,
        undone_at=one.undone_at,
    )


def _reason(one: ReasonView) -> ReasonOut:
    return ReasonOut(
        one.family,
        one.kind,
        one.value_a,
        one.value_b,
        one.weight,
        one.chance,
        one.holders,
        one.common,
        list(one.via),
    )


def member_out(row: MemberView | Any) -> MemberOut:
    return MemberOut(row.id, row.slug, row.name, row.kind, row.country)


def capability_out(one: CapabilityView) -> CapabilityOut:
    return CapabilityOut(
        one.action,
        list(one.target_kinds),
        list(one.scope),
        list(one.jurisdiction),
        one.power,
        one.lead_time_hours,
        one.cost,
        one.cost_per_target,
    )


def event_out(one: EventView) -> EventOut:
    return EventOut(one.id, one.happened_at, one.verb, one.subject, one.member_slug, one.person_name, one.detail)
