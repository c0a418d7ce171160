"""A lead as a finding: why, in words, and the evidence apart by what it is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from accord.model.leads import Reason
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
from accord.report.text import listed, number, percent, rarity, spelt
from accord.report.text import sentence as capital
from accord.report.words import selector_kind, strength

_FAMILIES = {
    "infrastructure": "same infrastructure",
    "neighbour": "close by, not the same",
    "path": "linked through others",
    "name": "same name",
}
_ORDER = tuple(_FAMILIES)
MOST_REASONS = 8


def finding(facts: Facts, lead: LeadFacts, key: str) -> Finding:
    """The lead explained; at most `MOST_REASONS` rows of evidence, the weightiest of each family first."""
    byline: list[Run | str] = [
        strong(facts.name(lead.a.member)),
        " shared ",
        code(lead.a.path),
        "; ",
        strong(facts.name(lead.b.member)),
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
        title=f"{lead.a.title or lead.a.path} / {lead.b.title or lead.b.path}",
        byline=runs(*byline),
        meters=(
            Meter(
                "Same infrastructure",
                lead.lead.infrastructure,
                strength(lead.lead.infrastructure),
                _held(lead.lead.reasons),
            ),
            Meter("Same name", lead.lead.name, strength(lead.lead.name), _called(lead.lead.reasons)),
        ),
        evidence=evidence(lead.lead.reasons, f"{key}-evidence"),
        text=(runs(lead.lead.sentence),),
    )


def evidence(reasons: Sequence[Reason], key: str) -> Table:
    """Reasons as a table: what, of which kind, how many hold it, how often chance alone would share it."""
    ranked = sorted(reasons, key=lambda r: (bool(r.common), _rank(r), -r.weight, r.kind, r.value_a))
    shown = ranked[:MOST_REASONS]
    more = len(ranked) - len(shown)
    return Table(
        key,
        "What speaks for it",
        (
            Column("What", share=3.2),
            Column("How they are linked", share=2.2),
            numeric("Members", share=0.9),
            numeric("By chance", "leads", share=1.5),
            numeric("Weight", "leads", share=0.8),
        ),
        tuple(_row(reason) for reason in shown),
        f"And {number(more)} more, of less weight; all are in leads.csv." if more else "",
    )


def _rank(reason: Reason) -> int:
    return _ORDER.index(reason.family) if reason.family in _ORDER else len(_ORDER)


def _row(reason: Reason) -> tuple[Runs, ...]:
    two = bool(reason.value_b) and reason.value_b != reason.value_a
    what = [code(selector(reason.kind, reason.value_a, 24 if two else 40))]
    if two:
        what += [Run(" / "), code(selector(reason.kind, reason.value_b, 24))]
    if reason.common:
        return (
            tuple(what),
            runs(quiet(f"not counted: {reason.common}")),
            runs(number(reason.holders)),
            runs("–"),
            runs("0"),
        )
    link = f"{_FAMILIES.get(reason.family, reason.family)}: {selector_kind(reason.kind)}"
    if reason.via:
        link += f", via {spelt(len(reason.via), 'contribution')}"
    return (
        tuple(what),
        runs(link),
        runs(number(reason.holders)),
        runs(rarity(reason.chance)),
        runs(percent(reason.weight)),
    )


def _held(reasons: Sequence[Reason]) -> Runs:
    counted = [r for r in reasons if not r.common]
    held = Counter(r.kind for r in counted if r.family == "infrastructure")
    parts = [spelt(many, selector_kind(kind), selector_kind(kind, many=True)) for kind, many in held.most_common(4)]
    near = sum(r.family == "neighbour" for r in counted)
    through = sum(r.family == "path" for r in counted)
    said = f"Both hold {listed(parts)}." if parts else "They hold nothing rare in common."
    if near:
        said += f" {capital(spelt(near, 'pair'))} of things {'lies' if near == 1 else 'lie'} close together."
    if through:
        said += (
            f" {capital(spelt(through, 'link'))} {'leads' if through == 1 else 'lead'} through contributions of others."
        )
    common = sum(bool(r.common) for r in reasons)
    if common:
        said += f" {capital(spelt(common, 'shared value'))} {'is' if common == 1 else 'are'} too common to count."
    return runs(said)


def _called(reasons: Sequence[Reason]) -> Runs:
    names = [r.value_a for r in sorted(reasons, key=lambda r: -r.weight) if r.family == "name" and not r.common]
    if not names:
        return runs("They use no name in common.")
    shown: list[Run | str] = ["Both name "]
    for place, name in enumerate(names[:3]):
        shown += [", " if place else "", code(name[:40])]
    rest = len(names) - 3
    shown.append(f" and {number(rest)} more. " if rest > 0 else ". ")
    shown.append("A name is easily copied: by itself it proves little.")
    return runs(*(part for part in shown if part))
