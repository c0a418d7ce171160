"""A lead as a finding: why, in words, and the evidence apart by what it is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from accord.model.leads import Lead, Reason
from accord.model.selectors import NAME_KINDS
from accord.report.document import (
    Column,
    Finding,
    Meter,
    Run,
    Runs,
    Table,
    code,
    figure_of,
    numeric,
    quiet,
    runs,
    strong,
)
from accord.report.facts import Facts, LeadFacts
from accord.report.shown import selector
from accord.report.text import listed, number, rarity, spelt
from accord.report.text import sentence as capital
from accord.report.words import selector_kind, strength

_FAMILIES = {
    "infrastructure": "Same infrastructure",
    "neighbour": "Close by, not the same",
    "path": "Linked through others",
    "name": "Same name",
}
_ORDER = tuple(_FAMILIES)
MOST_REASONS = 8
_MOST_DIRECT, _MOST_OTHER = 4, 2  # of a family, while others have some to show


def finding(facts: Facts, lead: LeadFacts, key: str) -> Finding:
    """The lead explained; at most `MOST_REASONS` rows of evidence, the weightiest of each family first."""
    byline: list[Run | str] = [
        strong(capital(facts.name(lead.a.member))),
        " shared ",
        code(lead.a.path),
        ". ",
        strong(capital(facts.name(lead.b.member))),
        " shared ",
        code(lead.b.path),
        ". Score ",
        figure_of(f"{lead.lead.score:.2f}", "leads"),
        " of 1, ",
        strength(lead.lead.score).lower(),
        ".",
    ]
    if lead.verdict:
        byline.append(f" People judged it: {lead.verdict}.")
    return Finding(
        key=key,
        title=f"{capital(lead.a.title or lead.a.path)} / {capital(lead.b.title or lead.b.path)}",
        byline=runs(*byline),
        meters=(
            _meter("Same infrastructure", lead.lead.infrastructure, _held(lead.lead)),
            _meter("Same name", lead.lead.name, _called(lead.lead.reasons)),
        ),
        evidence=evidence(lead.lead.reasons, f"{key}-evidence"),
        text=(runs(lead.lead.sentence),),
    )


def _meter(title: str, value: float, text: Runs) -> Meter:
    return Meter(title, value, strength(value), text)


def evidence(reasons: Sequence[Reason], key: str) -> Table:
    """Reasons as a table: what, of which kind, how many hold it, how often chance alone would share it."""
    ranked = sorted(reasons, key=lambda r: (bool(r.common), _rank(r), -r.weight, r.kind, r.value_a))
    shown = _varied(ranked)
    more = len(ranked) - len(shown)
    return Table(
        key,
        "What speaks for it",
        (
            Column("What", share=3),
            Column("How they are linked", share=3),
            numeric("Members", share=0.8),
            numeric("By chance", "leads", 1.3),
        ),
        tuple(_row(reason) for reason in shown),
        f"And {number(more)} more of these kinds." if more else "",
    )


def _varied(ranked: Sequence[Reason]) -> list[Reason]:
    """At most `MOST_REASONS` in their order, no family crowded out by another."""
    taken: Counter[tuple[bool, int]] = Counter()
    first: list[int] = []
    for place, reason in enumerate(ranked):
        family = (bool(reason.common), _rank(reason))
        taken[family] += 1
        if taken[family] <= (_MOST_DIRECT if family == (False, 0) else _MOST_OTHER):
            first.append(place)
    rest = [place for place in range(len(ranked)) if place not in set(first)]
    return [ranked[place] for place in sorted((first + rest)[:MOST_REASONS])]


def _rank(reason: Reason) -> int:
    """The place of a reason's family; a name that came through others stands with the names."""
    family = "name" if reason.kind in NAME_KINDS else reason.family
    return _ORDER.index(family) if family in _ORDER else len(_ORDER)


def _row(reason: Reason) -> tuple[Runs, ...]:
    two = bool(reason.value_b) and reason.value_b != reason.value_a
    what = [code(selector(reason.kind, reason.value_a, 24 if two else 44))]
    if two:
        what += [Run(" / "), code(selector(reason.kind_b or reason.kind, reason.value_b, 24))]
    if reason.common:
        return tuple(what), runs(quiet(f"not counted: {reason.common}")), runs(number(reason.holders)), runs("–")
    link = f"{_FAMILIES.get(reason.family, reason.family)}: {selector_kind(reason.kind)}"
    if reason.via:
        link += f", via {spelt(len(set(reason.via)), 'contribution')}"
    return tuple(what), runs(link), runs(number(reason.holders)), runs(rarity(reason.chance))


def _held(lead: Lead) -> Runs:
    counted = [r for r in lead.reasons if not r.common and r.kind not in NAME_KINDS]
    direct = [r for r in counted if r.family == "infrastructure"]
    held = Counter(r.kind for r in direct)
    parts = [spelt(many, selector_kind(kind), selector_kind(kind, many=True)) for kind, many in held.most_common(3)]
    called = sum(r.family == "name" and not r.common for r in lead.reasons)
    said = "They hold nothing rare in common."
    if parts and lead.shared - called > len(direct):  # only the weightiest reasons are given
        said = f"Both hold {number(lead.shared - called)} things, above all {listed(parts)}."
    elif parts:
        said = f"Both hold {listed(parts)}."
    near = sum(r.family == "neighbour" for r in counted)
    through = sum(r.family == "path" for r in counted)
    if near:
        said += f" {capital(spelt(near, 'pair'))} of things {'lies' if near == 1 else 'lie'} close together."
    if through:
        said += f" {capital(spelt(through, 'link'))} {'leads' if through == 1 else 'lead'} through other contributions."
    common = sum(bool(r.common) for r in lead.reasons)
    if common:
        said += f" {capital(spelt(common, 'shared value'))} {'proves' if common == 1 else 'prove'} nothing."
    return runs(said)


def _called(reasons: Sequence[Reason]) -> Runs:
    counted = sorted((r for r in reasons if r.kind in NAME_KINDS and not r.common), key=lambda r: -r.weight)
    own = [r for r in counted if r.family == "name"]
    if not counted:
        return runs("They use no name in common.")
    shown: list[Run | str] = ["Both name " if own else "A name that others use for what they hold: "]
    for place, reason in enumerate((own or counted)[:3]):
        shown += [", " if place else "", code(selector(reason.kind, reason.value_a, 40))]
    rest = len(own or counted) - 3
    shown.append(f" and {number(rest)} more. " if rest > 0 else ". ")
    if own:
        shown.append("A name is easily copied: by itself it proves little.")
    else:
        shown.append("At most one of the two says it itself, so it counts less.")
    return runs(*(part for part in shown if part))
