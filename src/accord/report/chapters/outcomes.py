"""Success stories and outcomes: only what was measured, null results too."""

from __future__ import annotations

from accord.report.document import Callout, Column, Runs, Section, Table, numeric, runs
from accord.report.facts import Facts, OutcomeFacts
from accord.report.text import number


def chapter(facts: Facts) -> Section:
    """Measured effects, or that there are none yet and how there will be."""
    if not facts.outcomes:
        text = runs(
            "Nothing has been acted on and measured yet, so there is no success to tell. The metric, the window and ",
            "the comparison are declared before the action day; what is then measured stands here, null or not.",
        )
        return Section("outcomes", "Outcomes", (Callout("None measured yet.", text),))
    table = Table(
        "outcomes-table",
        "Measured effects",
        (
            Column("What was measured", share=3),
            numeric("Difference", "outcomes"),
            numeric("Interval", "outcomes", 1.3),
            Column("Method", share=3),
        ),
        tuple(_row(outcome) for outcome in facts.outcomes),
        "An interval that includes 0 is a null result: no effect could be shown.",
    )
    return Section("outcomes", "Outcomes", (table,))


def _row(outcome: OutcomeFacts) -> tuple[Runs, ...]:
    ending = " (no effect shown)" if outcome.null else ""
    return (
        runs(outcome.title + ending),
        runs(f"{number(outcome.difference, 1)} {outcome.unit}"),
        runs(f"{number(outcome.low, 1)} to {number(outcome.high, 1)}"),
        runs(outcome.method),
    )
