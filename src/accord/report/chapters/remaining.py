"""What a plan leaves standing, who carries it, and what would be rebuilt first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.report.document import (
    Block,
    Callout,
    Column,
    Paragraph,
    Run,
    Runs,
    Table,
    code,
    figure_of,
    numeric,
    runs,
)
from accord.report.facts import Facts
from accord.report.shown import selector
from accord.report.text import listed, number, percent, sentence, shortened, spelt
from accord.report.words import selector_kind

_MOST_LEFT = 10


def blocks_of(facts: Facts, plan: Mapping[str, Any]) -> list[Block]:
    """The rest of the plan's chapter, after its steps. Parts of the plan document that are absent are left out."""
    blocks: list[Block] = [Paragraph(_left(plan))]
    needed = [facts.name(str(slug)) for slug in plan.get("indispensable") or []]
    if needed:
        text = runs(f"Without {listed(needed[:4], 'or')} the plan falls apart: nobody else stated the same capability.")
        blocks.append(Callout("Indispensable.", text))
    blocks += _carried(plan.get("members") or [])
    blocks += _standing(facts, plan.get("left_over") or [], plan)
    rebuilt = [item for item in plan.get("substitutes") or [] if isinstance(item, Mapping)][:3]
    if rebuilt:
        parts: list[Run | str] = ["If it were left alone, this would help most to rebuild: "]
        for place, item in enumerate(rebuilt):
            parts += [", " if place else "", code(selector(str(item["kind"]), str(item["value"]), 40))]
        blocks.append(Paragraph(runs(*(part for part in parts if part), ".")))
    return blocks


def _left(plan: Mapping[str, Any]) -> Runs:
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
    said += [f" {note}" for note in list(plan.get("notes") or [])[:4]]
    return runs(*said)


def _carried(members: Sequence[Any]) -> list[Block]:
    """Members by what would remain without each; a plan that only names them gives no table."""
    known = [member for member in members if isinstance(member, Mapping) and "residual_without" in member]
    if len(known) < 2:
        return []
    known.sort(key=lambda member: (-member["residual_without"], member["name"]))
    return [
        Table(
            "carried",
            "Who carries the plan",
            (
                Column("Member", share=3),
                numeric("Steps", "plan"),
                numeric("Days", "plan"),
                numeric("Would remain without it", "plan", 1.6),
            ),
            tuple(
                (
                    runs(str(m["name"])),
                    runs(number(m["steps"])),
                    runs(number(m["cost"], 1)),
                    runs(percent(m["residual_without"])),
                )
                for m in known[:20]
            ),
        )
    ]


def _standing(facts: Facts, left: Sequence[Any], plan: Mapping[str, Any]) -> list[Block]:
    known = [item for item in left if isinstance(item, Mapping)]
    total = int(plan.get("left_over_total") or len(left))
    if not total:
        return []
    if not known:
        return [Paragraph(runs(f"{sentence(spelt(total, 'thing'))} on the map are left standing."))]
    rows = tuple(
        (
            runs(code(selector(str(item["kind"]), str(item["value"]), 44))),
            runs(selector_kind(str(item["kind"]))),
            runs(shortened([facts.name(slug) for slug in item.get("members") or []], 2)),
            runs(number(item.get("harm") or 0, 1)),
        )
        for item in known[:_MOST_LEFT]
    )
    return [
        Table(
            "left",
            "What is left standing, the most harmful first",
            (
                Column("What", share=2.5),
                Column("Kind", share=1.5),
                Column("Held by", share=2.8),
                numeric("Harm", "map", 0.6),
            ),
            rows,
            f"{number(len(rows))} of {number(total)}." if total > len(rows) else "",
        )
    ]
