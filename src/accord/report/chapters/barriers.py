"""What did not work: what was dropped and why, what could not be read, what was blocked."""

from __future__ import annotations

from collections import Counter

from accord.report.charts.bars import bars
from accord.report.document import Block, Column, Figure, Paragraph, Section, Table, figure_of, numeric, runs
from accord.report.facts import Facts
from accord.report.text import count, number, sentence, spelt


def chapter(facts: Facts) -> Section:
    """Drops by reason, unreadable files, barriers by cause."""
    blocks: list[Block] = []
    dropped, unreadable = sum(m.drops for m in facts.members), sum(m.unreadable for m in facts.members)
    if dropped or unreadable:
        blocks.append(
            Paragraph(
                runs(
                    figure_of(count(dropped, "line or object", "lines or objects"), "intake"),
                    " could not be used, and ",
                    figure_of(count(unreadable, "file"), "intake"),
                    " could not be read. Nothing was dropped silently: "
                    "intake.html names each with file, line and reason.",
                )
            )
        )
    else:
        blocks.append(Paragraph(runs("Everything that was shared could be read and used.")))
    figure = _reasons(facts)
    blocks += [figure] if figure else []
    blocks.append(_barriers(facts) if facts.barriers else Paragraph(runs("No blocked step has been recorded.")))
    return Section("barriers", "What did not work", tuple(blocks))


def _reasons(facts: Facts) -> Figure | None:
    totals: Counter[str] = Counter()
    who: dict[str, set[str]] = {}
    for member in facts.members:
        for reason, many in member.drops_by_reason:
            totals[reason] += many
            who.setdefault(reason, set()).add(member.member.name)
    ranked = sorted(totals.items(), key=lambda kv: (-kv[1], kv[0]))
    if not ranked:
        return None
    share = ranked[0][1] / sum(totals.values())
    title = (
        f"One reason accounts for {share * 100:.0f} % of what was dropped"
        if len(ranked) > 1
        else "All was dropped for one reason"
    )
    drawing = bars("drops-picture", title, [(sentence(reason), many) for reason, many in ranked[:10]], ink="mark")
    return Figure(
        "drops",
        title,
        runs("Lines or objects dropped, by reason."),
        drawing.svg,
        drawing.width,
        drawing.height,
        f"Bars of drops by reason; the longest is: {ranked[0][0]}.",
        "intake of all contributions.",
        "intake",
        Table(
            "drops-table",
            "Drops by reason",
            (Column("Reason", share=4), numeric("Members", "intake"), numeric("Dropped", "intake")),
            tuple(
                (runs(sentence(reason)), runs(number(len(who[reason]))), runs(number(many)))
                for reason, many in ranked[:24]
            ),
        ),
    )


def _barriers(facts: Facts) -> Table:
    ordered = sorted(facts.barriers, key=lambda barrier: (-barrier.times, barrier.cause, barrier.text))
    rows = tuple(
        (
            runs(sentence(barrier.cause)),
            runs(barrier.text),
            runs(facts.name(barrier.member) if barrier.member else "the alliance"),
            runs(number(barrier.times)),
        )
        for barrier in ordered[:30]
    )
    return Table(
        "barriers-table",
        f"{sentence(spelt(len(facts.barriers), 'blocked step'))} with their causes",
        (
            Column("Cause", share=1),
            Column("What was blocked", share=4),
            Column("Where", share=2),
            numeric("Times", "barriers", 0.6),
        ),
        rows,
    )
