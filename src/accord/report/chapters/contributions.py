"""What came of each contribution: nobody shares into silence."""

from __future__ import annotations

from collections import Counter

from accord.report.document import Block, Column, Paragraph, Runs, Section, Table, code, figure_of, numeric, runs
from accord.report.facts import ContributionFacts, Facts
from accord.report.text import count, number

STATES = {
    "outcome": "Outcome",
    "action": "In action",
    "used": "Used in a lead",
    "vetted": "Vetted",
    "received": "Received",
    "unused": "Not used",
}
_MOST_ROWS = 60


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
        tuple(_row(facts, c) for c in shown),
        note,
    )


def _row(facts: Facts, c: ContributionFacts) -> tuple[Runs, ...]:
    named = runs(c.title) if c.title and c.title != c.path else runs(code(c.path))
    said = c.came_of_it or ("linked to what others hold" if c.leads else "linked to nothing so far")
    return named, runs(facts.name(c.member)), runs(STATES.get(c.state, c.state)), runs(number(c.leads)), runs(said)
