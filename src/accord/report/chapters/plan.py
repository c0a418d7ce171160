"""The plan: who does what in which order, and what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from accord.report.text import listed, number, percent, sentence, shortened, spelt


def chapter(facts: Facts) -> Section:
    """The curve and the steps, or what is missing for a plan."""
    plan = facts.plan
    steps = plan.get("steps", []) if plan else []
    if not plan or not steps:
        text = runs("No capability that a member stated reaches anything on the map within the budget.")
        return Section("plan", "The plan and what remains", (Callout("No plan yet.", text, "attention"),))
    blocks: list[Block] = [Paragraph(runs(str(plan.get("sentence", "")))), _curve(plan, steps), _steps(plan, steps)]
    together = [step for step in steps if step.get("simultaneous_with")]
    if together:
        numbers = sorted(
            {step["number"] for step in together} | {n for step in together for n in step["simultaneous_with"]}
        )
        text = runs(
            f"Steps {listed([str(n) for n in numbers])} only work in the same hour: apart, one warns of the next."
        )
        blocks.append(Callout("At the same time.", text, "attention"))
    harmful = [step for step in steps if (step.get("collateral") or 0) > 0]
    if harmful:
        worst = max(harmful, key=lambda step: (step["collateral"], -step["number"]))
        text = runs(
            f"{sentence(spelt(len(harmful), 'step'))} may hurt the uninvolved; the greatest expected harm is ",
            figure_of(percent(worst["collateral"]), "plan"),
            f" at step {worst['number']}. Check before approving.",
        )
        blocks.append(Callout("Collateral.", text, "harm"))
    blocks += _remains(facts, plan)
    return Section("plan", "The plan and what remains", tuple(blocks))


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
    )


def _days(cost: float) -> str:
    shown = number(cost, 1).removesuffix(".0")
    return f"{shown} working day{'' if shown == '1' else 's'}"


def _steps(plan: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Table:
    rows = []
    for step in steps[:40]:
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
            numeric("", share=0.3),
            Column("Who", share=1.7),
            Column("Does what", share=3.4),
            Column("By what power", share=1.9),
            numeric("Hours", "plan", 0.7),
            numeric("Days so far", "plan", 0.8),
            numeric("Remains", "plan", 0.9),
        ),
        tuple(rows),
        f"The first 40 of {number(len(steps))} steps; all are in plan.json."
        if len(steps) > 40
        else f"Together they cost {_days(plan['cost'])}. Hours: until the member acts.",
    )


def _targets(step: Mapping[str, Any]) -> Runs:
    targets = step["targets"]
    shown = [code(selector(str(kind), str(value), 32)) for kind, value in targets[:2]]
    parts: list[Run | str] = [shown[0]] if len(shown) == 1 else [shown[0], ", ", shown[1]]
    if len(targets) > 2:
        parts.append(f" and {number(len(targets) - 2)} more")
    return runs(*parts)


def _remains(facts: Facts, plan: Mapping[str, Any]) -> list[Block]:
    last = plan["steps"][-1]
    said: list[Run | str] = [
        "After the last step ",
        figure_of(percent(plan["residual"]), "plan"),
        " of the capability remains, likely ",
        figure_of(f"{percent(last['low'])} to {percent(last['high'])}", "plan"),
        ".",
    ]
    if plan.get("bound") is not None:
        said.append(f" No plan at this cost can leave less than {percent(plan['bound'])}.")
    left = plan.get("left_over") or []
    if left:
        said.append(f" {sentence(spelt(len(left), 'thing'))} on the map that no action of a member reaches.")
    blocks: list[Block] = [Paragraph(runs(*said))]
    needed = [facts.name(str(slug)) for slug in plan.get("indispensable") or []]
    if needed:
        text = runs(f"Without {listed(needed[:4], 'or')} the plan falls apart: nobody else stated the same capability.")
        blocks.append(Callout("Indispensable.", text))
    helped = plan.get("substitutes") or []
    if helped:
        names = shortened(sorted({str(h.get("member", h)) if isinstance(h, Mapping) else str(h) for h in helped}), 5)
        blocks.append(Paragraph(runs(f"Could step in for others: {names}.")))
    return blocks
