"""The leads as a document of their own, each explained for a reader who is no technician."""

from __future__ import annotations

from accord.report.document import Block, Document, Paragraph, Run, Section, figure_of, runs
from accord.report.evidence import finding
from accord.report.facts import Facts
from accord.report.methods import methods_of
from accord.report.text import count, made, number

MOST_LEADS = 200  # a page that still opens at once; leads.csv has all


def leads_document(facts: Facts, most: int = MOST_LEADS) -> Document:
    """The best `most` leads, explained one by one; the reader is told how many there are in all."""
    shown = facts.leads[:most]
    said: list[Run | str] = [
        figure_of(count(facts.lead_count, "lead"), "leads"),
        " between contributions of different members, best first. ",
    ]
    if len(shown) < facts.lead_count:
        said.append(f"The first {number(len(shown))} are explained here; leads.csv has all.")
    how: tuple[Block, ...] = (
        Paragraph(runs(*said), lead=True),
        Paragraph(
            runs(
                "A lead is a reason to talk to each other, not proof. “By chance” says how often two contributions "
                "that have nothing to do with each other would share the same thing: the rarer, the more it means. "
                "“Same infrastructure” counts what both hold, such as a server; “same name” counts what both call "
                "alike, and a name is easily copied.",
            )
        ),
    )
    findings = tuple(finding(facts, lead, f"lead-{place}") for place, lead in enumerate(shown, 1))
    return Document(
        title="Leads between members",
        subtitle=facts.title,
        handling=facts.handling,
        restrictions=facts.restrictions,
        made=made(facts.made_at),
        date=(facts.made_at.year, facts.made_at.month, facts.made_at.day),
        sections=(Section("read", "How to read this", how), Section("leads", "The leads", findings)),
        methods=methods_of(facts, {"leads"}),
    )
