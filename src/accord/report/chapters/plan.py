"""The plan: who does what in which order, and what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.report.chapters.remaining import blocks_of
from accord.report.charts.curve import Step, disruption_curve
from accord.report.document import (
    Block,
    Callout,
    Column,
    Figure,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
    code,
    figure_of,
    numeric,
    runs,
)
from accord.report.facts import Facts
from accord.report.shown import selector
from accord.report.text import number, percent, ranges, sentence, spelt


def chapter(facts: Facts) -> Section:
    """The curve and the steps, or what is missing for a plan."""
    plan = facts.plan
    steps = plan.get("steps", []) if plan else []
    if not plan or not steps:
        text = runs("No capability that a member stated reaches anything on the map within the budget.")
        return Section("plan", "The plan and what remains", (Callout("No plan yet.", text, "attention"),))
    blocks: list[Block] = [Paragraph(runs(str(plan.get("sentence", "")))), _curve(plan, steps), _steps(plan, steps)]
    if plan.get("assumed"):
        blocks.insert(0, _assumed(plan, steps))
    blocks += _together(steps)
    harmful = [step for step in steps if (step.get("collateral") or 0) > 0]
    if harmful:
        worst = max(harmful, key=lambda step: (step["collateral"], -step["number"]))
        text = runs(
            f"{sentence(spelt(len(harmful), 'step'))} may hurt the uninvolved; the greatest expected harm is ",
            figure_of(percent(worst["collateral"]), "plan"),
            f" at step {worst['number']}. Check before approving.",
        )
        blocks.append(Callout("Collateral.", text, "harm"))
    blocks += blocks_of(facts, plan)
    return Section("plan", "The plan and what remains", tuple(blocks))


def _assumed(plan: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Callout:
    text = runs(
        figure_of(number(plan["assumed"]), "plan"),
        f" of {number(len(steps))} steps rest on powers that no member has stated, only such as registries, providers, "
        "exchanges and services commonly have. It shows what could be done if their holders joined; it is no order.",
    )
    return Callout("An assumption.", text, "attention")


def _together(steps: Sequence[Mapping[str, Any]]) -> list[Block]:
    """What must happen in the same hour; the relation of two steps is taken as symmetric."""
    numbers = {step["number"] for step in steps if step.get("simultaneous_with")}
    numbers |= {other for step in steps for other in step.get("simultaneous_with") or []}
    if not numbers:
        return []
    text = runs(f"Steps {ranges(numbers)} only work together: done apart, one warns of the next.")
    return [Callout("In the same hour.", text, "attention")]


def _curve(plan: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Figure:
    marks = [Step(s["number"], s["cost_so_far"], s["residual"], s["low"], s["high"], s["member"]) for s in steps]
    half = next((mark for mark in marks if mark.residual <= (1 + plan["residual"]) / 2), marks[-1])
    place = marks.index(half) + 1
    removed = percent(1 - half.residual)
    first = "The first action removes" if place == 1 else f"The first {spelt(place, 'action')} remove"
    title = f"{first} {removed} for {_days(half.cost)}"
    drawing = disruption_curve("curve-picture", title, marks, budget=plan.get("budget"))
    return Figure(
        "curve",
        title,
        runs("Capability that remains, in %, over the cost in working days. The band is each step's uncertainty."),
        drawing.svg,
        drawing.width,
        drawing.height,
        f"A curve that falls from 100 % to {plan['residual'] * 100:.0f} % in {len(steps)} numbered steps.",
        "the plan, made from the map and the members' capabilities.",
        "plan",
        Table(
            "curve-table",
            "What remains after each step",
            (
                numeric("Step", share=0.6),
                Column("Who acts", share=3),
                numeric("Days so far", "plan"),
                numeric("Remains", "plan"),
                numeric("Likely", "plan", 1.6),
            ),
            tuple(
                (
                    runs(str(mark.number)),
                    runs(mark.member),
                    runs(number(mark.cost, 1)),
                    runs(percent(mark.residual)),
                    runs(f"{percent(mark.low)} to {percent(mark.high)}"),
                )
                for mark in marks[:60]
            ),
            f"The first 60 of {number(len(marks))} steps." if len(marks) > 60 else "",
        ),
    )


def _days(cost: float) -> str:
    shown = number(cost, 1).removesuffix(".0")
    return f"{shown} working day{'' if shown == '1' else 's'}"


def _steps(plan: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Table:
    rows = []
    shown = _telling(plan, steps)
    for step in shown:
        what = runs(step["title"], ": ", *_targets(step)) if step.get("targets") else runs(step["title"])
        rows.append(
            (
                runs(str(step["number"])),
                runs(step["member"]),
                what,
                runs(step.get("power") or "not stated"),
                runs(number(step["lead_time_hours"])),
                runs(number(step["cost_so_far"], 1)),
                runs(percent(step["residual"])),
            )
        )
    return Table(
        "steps",
        "The steps, in order",
        (
            numeric("No.", share=0.4),
            Column("Who", share=1.7),
            Column("Does what", share=3.4),
            Column("By what power", share=1.9),
            numeric("Hours", "plan", 0.7),
            numeric("Days so far", "plan", 0.8),
            numeric("Remains", "plan", 0.9),
        ),
        tuple(rows),
        f"{_others(plan, shown, len(steps))}Together they cost {_days(plan['cost'])}. Hours: until the member acts.",
    )


def _telling(plan: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The steps up to where the rest together remove less than one hundredth; 15 at most."""
    enough = next(
        (place for place, step in enumerate(steps, 1) if step["residual"] - plan["residual"] < 0.01), len(steps)
    )
    return steps[: min(15, max(enough, min(8, len(steps))))]


def _others(plan: Mapping[str, Any], shown: Sequence[Mapping[str, Any]], total: int) -> str:
    rest = total - len(shown)
    if not rest:
        return ""
    gain = percent(max(0.0, shown[-1]["residual"] - plan["residual"]))
    return f"{sentence(spelt(rest, 'more step'))}, in plan.json, {'removes' if rest == 1 else 'remove'} {gain} more. "


def _targets(step: Mapping[str, Any]) -> Runs:
    targets = step["targets"]
    shown = [code(selector(str(kind), str(value), 32)) for kind, value in targets[:2]]
    parts: list[Run | str] = [shown[0]] if len(shown) == 1 else [shown[0], ", ", shown[1]]
    if len(targets) > 2:
        parts.append(f" and {number(len(targets) - 2)} more")
    return runs(*parts)
