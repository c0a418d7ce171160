"""The Insight Report: what an alliance pooled, found, can do, did, and should do next.

It is rebuilt from the same facts byte for byte; nothing in it is written by hand.
"""

from __future__ import annotations

from accord.report.chapters import (
    able,
    barriers,
    contributions,
    found,
    infrastructure,
    outcomes,
    plan,
    pooled,
    recommendations,
    summary,
)
from accord.report.document import Document, every_run, walk
from accord.report.facts import Facts
from accord.report.methods import methods_of
from accord.report.text import made, sentence, spelt, window


def insight_report(facts: Facts) -> Document:
    """The whole report as a document. Raises `InputError` when the facts contradict each other (`Document.check`)."""
    chapters = (summary, pooled, found, infrastructure, able, plan, outcomes, barriers, recommendations, contributions)
    sections = tuple(module.chapter(facts) for module in chapters)
    used = {run.method for section, _ in walk(sections) for run in every_run(section.blocks) if run.method}
    seen = window(facts.seen_from, facts.seen_to)
    document = Document(
        title=facts.title,
        subtitle=f"{sentence(spelt(len(facts.members), 'member'))}; what they report was seen {seen}",
        handling=facts.handling,
        restrictions=facts.restrictions,
        made=made(facts.made_at),
        date=(facts.made_at.year, facts.made_at.month, facts.made_at.day),
        sections=sections,
        methods=methods_of(facts, used),
        footnote=f"Made by Accord from records with digest {facts.records}." if facts.records else "Made by Accord.",
    )
    document.check()
    return document
