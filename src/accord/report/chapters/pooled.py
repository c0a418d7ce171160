"""What the alliance pooled: who brought what, who holds the same, and when it was seen."""

from __future__ import annotations

from collections import Counter
from datetime import date

from accord.report.charts import timeline as timeline_chart
from accord.report.charts.bars import bars
from accord.report.charts.overlap import overlap_matrix
from accord.report.charts.timeline import timeline
from accord.report.document import Block, Column, Figure, Paragraph, Section, Table, figure_of, numeric, runs
from accord.report.facts import Facts
from accord.report.text import count, number, sentence, spelt, window
from accord.report.words import member_kind, selector_kind


def chapter(facts: Facts) -> Section:
    """Members with their intake, then kinds, overlap and time as pictures."""
    what = window(facts.seen_from, facts.seen_to)
    claims = sum(member.claims for member in facts.members)
    blocks: list[Block] = [
        Paragraph(
            runs(
                figure_of(count(len(facts.contributions), "contribution"), "intake"),
                " hold ",
                figure_of(count(claims, "claim"), "intake"),
                ", each kept as its member asserts it; claims of different "
                f"members are never merged. What they report was seen: {what}.",
            )
        ),
        _members(facts),
    ]
    kinds = _kinds(facts)
    blocks += [kinds] if kinds else []
    if len(facts.overlap.members) > 1:
        blocks.append(_overlap(facts))
    if facts.lanes:
        blocks.append(_timeline(facts))
    return Section("pooled", "What the alliance pooled", tuple(blocks))


def _members(facts: Facts) -> Table:
    rows = [
        (
            runs(m.member.name),
            runs(sentence(member_kind(m.member.kind))),
            runs(number(m.contributions)),
            runs(number(m.selectors)),
            runs(number(m.linked)),
            runs(number(m.drops)),
        )
        for m in facts.members
    ]
    return Table(
        "members",
        "Members and what they shared",
        (
            Column("Member", share=2.4),
            Column("Kind", share=2.4),
            numeric("Shared", "intake"),
            numeric("Selectors", "selectors"),
            numeric("Linked", "leads"),
            numeric("Dropped", "intake"),
        ),
        tuple(rows),
        "Linked: contributions that are part of a lead. Dropped: lines or objects that could not be used.",
    )


def _kinds(facts: Facts) -> Figure | None:
    totals: Counter[str] = Counter()
    for member in facts.members:
        totals.update(dict(member.kinds))
    ranked = sorted(totals.items(), key=lambda kv: (-kv[1], kv[0]))
    if not ranked:
        return None
    rows = [(sentence(selector_kind(kind, many=True)), many) for kind, many in ranked[:12]]
    share = ranked[0][1] / sum(totals.values())
    title = f"{rows[0][0]} make up {share * 100:.0f} % of the selectors"
    drawing = bars("kinds-picture", title, rows)
    rest = f" The {len(ranked) - 12} rarest kinds are in the table." if len(ranked) > 12 else ""
    return Figure(
        "kinds",
        title,
        runs(f"Distinct selectors by kind, counted once for each member that holds them.{rest}"),
        drawing.svg,
        drawing.width,
        drawing.height,
        f"Bars of selectors by kind; the longest is {rows[0][0].lower()}.",
        "contributions of all members.",
        "selectors",
        Table(
            "kinds-table",
            "Selectors by kind",
            (Column("Kind", share=3), numeric("Selectors", "selectors")),
            tuple((runs(sentence(selector_kind(kind, many=True))), runs(number(many))) for kind, many in ranked),
        ),
    )


def _overlap(facts: Facts) -> Figure:
    slugs, counts = facts.overlap
    names = [facts.name(slug) for slug in slugs]
    pairs = [(counts[i][j], i, j) for i in range(len(slugs)) for j in range(i) if counts[i][j]]
    possible = len(slugs) * (len(slugs) - 1) // 2
    title = "No two members hold a selector in common"
    if pairs:
        title = f"{sentence(spelt(len(pairs), 'pair'))} of {possible} hold selectors in common"
    drawing = overlap_matrix("overlap-picture", title, names, counts)
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return Figure(
        "overlap",
        title,
        runs(
            "Selectors that two members both hold, common values left out; a stronger colour is more. The diagonal, ",
            "unshaded, is all that a member holds.",
        ),
        drawing.svg,
        drawing.width,
        drawing.height,
        "A matrix of members by members with the number of shared selectors.",
        "contributions of all members.",
        "overlap",
        Table(
            "overlap-table",
            "Pairs of members by shared selectors",
            (Column("Member", share=2), Column("And", share=2), numeric("Shared selectors", "overlap")),
            tuple((runs(names[i]), runs(names[j]), runs(number(many))) for many, i, j in pairs[:24]),
            f"The strongest 24 of {len(pairs)} pairs." if len(pairs) > 24 else "",
        ),
    )


def _timeline(facts: Facts) -> Figure:
    since, until, outside = span_of(facts)
    lanes = [
        timeline_chart.Lane(facts.name(lane.member), tuple(mark for mark in lane.seen if since <= mark[0] <= until))
        for lane in facts.lanes
    ]
    left = "is" if outside == 1 else "are"
    apart = f" {sentence(spelt(outside, 'contribution'))} with dates far outside {left} left out." if outside else ""
    dated = [lane for lane in lanes if lane.seen]
    title = "No contribution says when it was seen"
    if dated:
        title = f"{sentence(spelt(len(dated), 'member'))} of {len(lanes)} say when they saw what they report"
    drawing = timeline("timeline-picture", title, lanes)
    rows = []
    for lane in (timeline_chart.Lane(facts.name(lane.member), lane.seen) for lane in facts.lanes):
        first, last = (lane.seen[0][0], lane.seen[-1][0]) if lane.seen else (None, None)
        rows.append((runs(lane.name), runs(window(first, last)), runs(number(sum(many for _, many in lane.seen)))))
    return Figure(
        "timeline",
        title,
        runs(f"One mark a period in which a member saw something; a stronger colour means more contributions.{apart}"),
        drawing.svg,
        drawing.width,
        drawing.height,
        "Lanes by member over time.",
        "dates in the contributions.",
        "timeline",
        Table(
            "timeline-table",
            "Dates by member",
            (Column("Member", share=2), Column("Seen", share=2), numeric("Dated contributions", "timeline")),
            tuple(rows),
        ),
    )


def span_of(facts: Facts) -> tuple[date, date, int]:
    """First and last day to draw, and how many contributions lie outside.

    Days after the report was made are typing errors or expiry dates. The earliest hundredth is left out when it would
    take more than half of the picture.
    """
    days = sorted(when for lane in facts.lanes for when, many in lane.seen for _ in range(min(many, 1_000)))
    until = facts.made_at.date()
    past = [when for when in days if when <= until] or days
    if not past:
        return until, until, 0
    first, cut, last = past[0], past[len(past) // 100], past[-1]
    since = cut if (cut - first) > (last - cut) else first
    return since, last, sum(not since <= when <= last for when in days)
