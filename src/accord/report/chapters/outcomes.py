"""What it did: only what was measured as declared, null results too; outputs, results and outcomes apart."""

from __future__ import annotations

from collections.abc import Sequence

from accord.report import effects as told
from accord.report.charts.drawing import Drawing
from accord.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    Figure,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
    figure_of,
    numeric,
    quiet,
    runs,
    strong,
)
from accord.report.facts import Facts, MethodFacts, OutcomeFacts
from accord.report.text import day, number, sentence, spelt

TITLE = "What it did"
MOST_TOLD = 12
"""Measurements with pictures; a report of more is read by nobody."""
RUNGS = (
    ("output", "Outputs: what members did"),
    ("intermediate", "Intermediate results: what it did to the business"),
    ("outcome", "Outcomes: what it did for people"),
)


def chapter(facts: Facts) -> Section:
    """Measured effects, or that there are none yet and how there will be."""
    blocks: list[Block] = []
    if facts.outcomes:
        blocks += [Paragraph(_answer(facts.outcomes)), _table(facts.outcomes)]
        blocks.append(Callout("Contribution, never sole credit.", runs(told.CREDIT)))
    else:
        text = runs(
            "Nothing has been acted on and measured yet, so there is no success to tell. The metric, the window and ",
            "the comparison are declared before the action day; what is then measured stands here, null or not.",
        )
        blocks.append(Callout("None measured yet.", text))
    if facts.promised:
        blocks.append(Paragraph(runs(strong("Declared, and not yet measured:"))))
        blocks.append(Bullets(tuple(runs(sentence(text)) for text in facts.promised)))
    return Section("outcomes", TITLE, tuple(blocks), tuple(_sections(facts.outcomes)))


def methods(outcomes: Sequence[OutcomeFacts]) -> tuple[MethodFacts, ...]:
    """How each measured effect was got, with the call that repeats it."""
    return tuple(
        MethodFacts(_key(place), f"Effect: {outcome.title}", outcome.method, outcome.query)
        for place, outcome in enumerate(outcomes, 1)
        if outcome.query
    )


def _answer(outcomes: Sequence[OutcomeFacts]) -> Runs:
    shown = [outcome for outcome in outcomes if not outcome.null]
    said: list[Run | str] = [
        figure_of(sentence(spelt(len(outcomes), "measurement")), "outcomes"),
        f": {spelt(len(shown), 'effect')} shown, {spelt(len(outcomes) - len(shown), 'null result')}. ",
    ]
    if not any(outcome.rung == "outcome" for outcome in outcomes):
        said.append("No outcome for people was measured: what members did is not yet what it did for anyone.")
    return runs(*said)


def _table(outcomes: Sequence[OutcomeFacts]) -> Table:
    return Table(
        "outcomes-table",
        "Measured effects",
        (
            Column("What was measured", share=3),
            numeric("Difference", "outcomes"),
            numeric("95 % interval", "outcomes", 1.3),
            Column("Method", share=3),
        ),
        tuple(_row(place, outcome) for place, outcome in enumerate(outcomes, 1)),
        "An interval that includes 0 is a null result: no effect could be shown. The three kinds are never added up.",
    )


def _row(place: int, outcome: OutcomeFacts) -> tuple[Runs, ...]:
    ending = " (no effect shown)" if outcome.null else ""
    late = [strong(f" {told.AFTER_THE_FACT}.")] if outcome.retrospective else []
    figure = f"{number(outcome.difference, 1)} {outcome.unit}"
    return (
        runs(outcome.title + ending, *late),
        runs(figure_of(figure, _key(place)) if outcome.query else figure),
        runs(f"{number(outcome.low, 1)} to {number(outcome.high, 1)}"),
        runs(outcome.method),
    )


def _sections(outcomes: Sequence[OutcomeFacts]) -> list[Section]:
    """One section a kind, with pictures of the first `MOST_TOLD` measurements; the table has them all."""
    sections = []
    for rung, title in RUNGS:
        blocks: list[Block] = []
        for place, outcome in enumerate(outcomes[:MOST_TOLD], 1):
            if outcome.rung == rung and outcome.document is not None:
                blocks += _told(place, outcome)
        if blocks:
            sections.append(Section(f"effects-{rung}", title, tuple(blocks)))
    return sections


def _told(place: int, outcome: OutcomeFacts) -> list[Block]:
    assert outcome.document is not None
    document, key = outcome.document, _key(place)
    said: list[Run | str] = [strong(f"{told.headline(document)}. ")]
    if outcome.retrospective:
        said.append(strong(f"{told.AFTER_THE_FACT}: exploratory. "))
    said += [str(document["sentence"])]
    if outcome.digest:
        said += [quiet(f" Declared {day(outcome.declared_at)}, digest {outcome.digest[:16]}…")]
    blocks: list[Block] = [Paragraph(runs(*said))]
    source = f"{outcome.population}; figures as brought in"
    blocks.append(_figure(f"{key}-picture", told.headline(document), told.picture(document, f"{key}-p"), source, key))
    blocks.append(
        _figure(
            f"{key}-beside",
            f"{told.metric(document)}: the change beside placebo dates, substitutes and other methods",
            told.comparison(document, f"{key}-c"),
            source,
            key,
            _estimates(key, outcome),
        )
    )
    if outcome.survival is not None:
        title = told.survival_headline(outcome.survival)
        drawing = told.survival_picture(outcome.survival, f"{key}-s")
        blocks.append(_figure(f"{key}-away", title, drawing, source, key))
    return blocks


def _figure(  # noqa: PLR0917  a figure is what it is made of
    key: str, title: str, drawing: Drawing, source: str, method: str, behind: Table | None = None
) -> Figure:
    alt = drawing.svg.partition("<desc")[2].partition(">")[2].partition("</desc>")[0]
    return Figure(
        key, title, (), drawing.svg, drawing.width, drawing.height, alt or title, source, method, behind
    )  # fmt: skip


def _estimates(key: str, outcome: OutcomeFacts) -> Table:
    assert outcome.document is not None
    rows = told.estimates(outcome.document)
    return Table(
        f"{key}-estimates",
        f"{told.metric(outcome.document)}: changes in percent",
        (Column("Estimate", share=3), numeric("Change", key), numeric("Low", key), numeric("High", key)),
        tuple(
            (runs(one.name), *(runs(number(value, 1)) for value in (one.percent, one.low, one.high))) for one in rows
        ),
    )


def _key(place: int) -> str:
    return f"effect-{place}"
