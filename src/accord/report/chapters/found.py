"""What was found: the strongest leads, and the two kinds of evidence apart."""

from __future__ import annotations

from accord.report.document import Block, Callout, Column, Paragraph, Section, Table, figure_of, numeric, runs
from accord.report.evidence import finding
from accord.report.facts import Facts
from accord.report.text import count, number, sentence, spelt
from accord.report.words import strength

MOST_EXPLAINED = 6


def chapter(facts: Facts) -> Section:
    """Counts by kind of evidence, then the strongest leads explained one by one."""
    if not facts.leads:
        text = runs(
            "No two members hold the same rare thing, and none is linked through others. That is a result too: ",
            "what was pooled belongs to different businesses, or the members saw different parts of it.",
        )
        return Section("found", "What was found", (Callout("No leads.", text),))
    explained = facts.leads[:MOST_EXPLAINED]
    blocks: list[Block] = [
        Paragraph(
            runs(
                "A lead says that two contributions of different members probably concern the same thing. It is a "
                "reason to talk, not proof. Two kinds of evidence are kept apart: that both hold the same thing, "
                "and that both call it by the same name, which anyone can copy.",
            )
        ),
        _strengths(facts),
        Paragraph(
            runs(
                f"The {spelt(len(explained), 'strongest lead', 'strongest leads')} "
                f"{'follows' if len(explained) == 1 else 'follow'}; ",
                figure_of(f"all {number(facts.lead_count)}", "leads"),
                " are in leads.csv, and explained in leads.html.",
            )
        ),
    ]
    findings = tuple(finding(facts, lead, f"lead-{place}") for place, lead in enumerate(explained, 1))
    return Section("found", "What was found", (*blocks, *findings))


def _strengths(facts: Facts) -> Table:
    words = ("Strong", "Good", "Fair", "Weak", "None")
    held = dict.fromkeys(words, 0)
    called = dict.fromkeys(words, 0)
    for lead in facts.leads:
        held[strength(lead.lead.infrastructure)] += 1
        called[strength(lead.lead.name)] += 1
    partial = len(facts.leads) < facts.lead_count
    only_names = sum(lead.lead.infrastructure <= 0 < lead.lead.name for lead in facts.leads)
    verb = "rests" if only_names == 1 else "rest"
    note = (
        f"{sentence(count(only_names, 'lead'))} {verb} on names alone."
        if only_names
        else "No lead rests on names alone."
    )
    if partial:
        note += f" Counted over the best {number(len(facts.leads))} of {number(facts.lead_count)} leads."
    return Table(
        "strengths",
        "Leads by the strength of their evidence",
        (Column("Strength", share=2), numeric("Same infrastructure", "leads"), numeric("Same name", "leads")),
        tuple((runs(word), runs(number(held[word])), runs(number(called[word]))) for word in words),
        note,
    )
