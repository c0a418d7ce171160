"""What came of each contribution: nobody shares into silence."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from accord.report.document import Block, Column, Paragraph, Runs, Section, Table, code, figure_of, numeric, runs
from accord.report.facts import ContributionFacts, Facts
from accord.report.text import count, number, shortened

STATES = {
    "outcome": "Outcome",
    "action": "In action",
    "used": "Lead confirmed",
    "vetted": "Matched",
    "received": "Received",
    "unused": "Not used",
}
_MOST_ROWS = 40


def chapter(facts: Facts) -> Section:
    """States by member, then the contributions themselves, the furthest first."""
    if not facts.contributions:
        return Section("contributions", "What came of each contribution", (Paragraph(runs("Nothing was shared yet.")),))
    alone = sum(not c.leads for c in facts.contributions)
    blocks: list[Block] = [
        Paragraph(
            runs(
                figure_of(count(len(facts.contributions) - alone, "contribution"), "feedback"),
                " became part of a lead; ",
                figure_of(number(alone), "feedback"),
                " are linked to nothing so far, and are kept: what comes later may link them.",
            )
        ),
        _by_member(facts),
        _each(facts),
    ]
    return Section("contributions", "What came of each contribution", tuple(blocks))


def _by_member(facts: Facts) -> Table:
    by_member: dict[str, Counter[str]] = {m.member.slug: Counter() for m in facts.members}
    for c in facts.contributions:
        by_member.setdefault(c.member, Counter())[c.state] += 1
    used = [state for state in STATES if any(counts[state] for counts in by_member.values())]
    return Table(
        "states",
        "Contributions by their furthest state",
        (Column("Member", share=2.4), *(numeric(STATES[state], "feedback") for state in used)),
        tuple(
            (runs(facts.name(slug)), *(runs(number(counts[state])) for state in used))
            for slug, counts in by_member.items()
        ),
    )


def _each(facts: Facts) -> Table:
    order = {state: place for place, state in enumerate(STATES)}
    ranked = sorted(facts.contributions, key=lambda c: (order.get(c.state, 9), -c.leads, c.member, c.path))
    shown = ranked[:_MOST_ROWS]
    partners = _partners(facts)
    note = f"The first {_MOST_ROWS} of {number(len(ranked))}; intake.json has all." if len(ranked) > _MOST_ROWS else ""
    return Table(
        "each",
        "The contributions, the furthest first",
        (
            Column("Contribution", share=3),
            Column("Member", share=1.8),
            Column("State", share=1.3),
            numeric("Leads", "feedback", 0.7),
            Column("What came of it", share=2.6),
        ),
        tuple(_row(facts, c, partners.get(c.id, Counter())) for c in shown),
        note,
    )


def _partners(facts: Facts) -> dict[UUID, Counter[str]]:
    """For each contribution the members with whom it is linked, and by how many leads."""
    partners: dict[UUID, Counter[str]] = {}
    for lead in facts.leads:
        for one, other in ((lead.a, lead.b), (lead.b, lead.a)):
            partners.setdefault(one.id, Counter())[other.member] += 1
    return partners


def _row(facts: Facts, c: ContributionFacts, partners: Counter[str]) -> tuple[Runs, ...]:
    named = runs(c.title) if c.title and c.title != c.path else runs(code(c.path))
    names = [facts.name(slug) for slug, _ in sorted(partners.items(), key=lambda kv: (-kv[1], kv[0]))]
    linked = f"linked with {shortened(names, 2)}" if names else "linked with others"
    said = c.came_of_it or (linked if c.leads else "linked to nothing so far")
    return named, runs(facts.name(c.member)), runs(STATES.get(c.state, c.state)), runs(number(c.leads)), runs(said)
