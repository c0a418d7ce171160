"""A case file as a printable document: what is suspected, how well it stands, when it happened, every chain."""

from __future__ import annotations

from accord.model.cases import CaseFacts, Exhibit, Hypothesis
from accord.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    Document,
    Method,
    Paragraph,
    Runs,
    Section,
    Table,
    code,
    figure_of,
    quiet,
    runs,
    strong,
)
from accord.report.text import count, instant

MOST_EVENTS = 400
"""Events of one chain that are printed; the court bundle has all."""
_METHODS = (
    Method(
        "file",
        "Case file",
        "Counted from the entries of the case file that stand, as one of its people may see it.",
        "services.browse_cases.read_case",
    ),
    Method(
        "chain",
        "Chain of custody",
        "Each event names the SHA-256 of the event before it; a doubt is what that, its times or its words leave open.",
        "custody.chain.doubts",
    ),
)
_SIDES = {"supports": "For", "contradicts": "Against"}


def case_report(facts: CaseFacts) -> Document:
    """The whole file; every doubt about an exhibit is printed, none is left to the reader to find."""
    sections = [
        _summary(facts),
        _hypotheses(facts),
        _timeline(facts),
        _exhibits(facts),
        _entities(facts),
        _notes(facts),
        _tasks(facts),
    ]
    return Document(
        title=facts.title,
        subtitle=f"Case report, {facts.reference or facts.member}",
        handling=facts.handling,
        restrictions="Only for those who work on the case, and for the court that it is laid before.",
        made=f"Made {instant(facts.made_at)}",
        date=(facts.made_at.year, facts.made_at.month, facts.made_at.day),
        sections=tuple(section for section in sections if section.blocks or section.sections),
        methods=_METHODS,
        footnote="SHA-256 of each exhibit is printed in full, so that it can be compared by hand.",
    )


def _summary(facts: CaseFacts) -> Section:
    broken = [exhibit.title for exhibit in facts.exhibits if any(deed.doubts for deed in exhibit.chain)]
    said = runs(
        figure_of(count(len(facts.exhibits), "exhibit"), "file"),
        ", ",
        figure_of(count(len(facts.hypotheses), "hypothesis", "hypotheses"), "file"),
        ", ",
        figure_of(count(len(facts.timeline), "dated event"), "file"),
        ".",
    )
    blocks: list[Block] = [Paragraph(said, lead=True)]
    if facts.summary:
        blocks.append(Paragraph(runs(facts.summary)))
    if facts.closed_at:
        blocks.append(Callout("What came of it", runs(facts.closing)))
    if broken:
        words = "Questions that an expert of the other side will ask stand at: " + "; ".join(broken) + "."
        blocks.append(Callout("Not every chain of custody is without a question", runs(words), "attention"))
    if facts.unseen:
        words = f"{count(facts.unseen, 'thing')} in this file cannot be seen by the person who made this report."
        blocks.append(Callout("This report is not complete", runs(words), "attention"))
    rows: list[tuple[Runs, ...]] = [
        (runs("Opened"), runs(f"{instant(facts.opened_at)}, {facts.opened_by}, {facts.member}")),
        (runs("Legal basis"), runs(facts.authority or "not stated")),
        (runs("People"), runs("; ".join(f"{name} ({member})" for name, member in facts.people))),
    ]
    blocks.append(Table("about", "The case", (Column("Point"), Column("What is known", share=4)), tuple(rows)))
    return Section("summary", "In short", tuple(blocks))


def _hypotheses(facts: CaseFacts) -> Section:
    return Section(
        "hypotheses", "What may be so", (), tuple(_hypothesis(h, n) for n, h in enumerate(facts.hypotheses, 1))
    )


def _hypothesis(hypothesis: Hypothesis, place: int) -> Section:
    rows = tuple(
        (runs(strong(_SIDES[weight.side])), runs(weight.text, quiet(f" {weight.subject_name}")))
        for side in _SIDES
        for weight in hypothesis.weights
        if weight.side == side
    )
    blocks: list[Block] = [Paragraph(runs("It stands as: ", strong(hypothesis.state), "."))]
    if rows:
        blocks.append(
            Table(
                f"weights-{place}",
                "What speaks for and against it",
                (Column("Side", share=0.5), Column("What", share=5)),
                rows,
            )
        )
    else:
        blocks.append(Paragraph(runs(quiet("Nothing was collected for or against it."))))
    return Section(f"hypothesis-{place}", hypothesis.text[:200], tuple(blocks))


def _timeline(facts: CaseFacts) -> Section:
    rows = tuple(
        (
            runs(instant(one.at), quiet(f" {one.local}" if one.local else "")),
            runs(one.text, quiet(f" {one.subject_name}")),
        )
        for one in facts.timeline
    )
    if not rows:
        return Section("timeline", "When it happened")
    table = Table(
        "happenings", "In order of time", (Column("UTC, and where it happened"), Column("What", share=2.5)), rows
    )
    return Section("timeline", "When it happened", (table,))


def _exhibits(facts: CaseFacts) -> Section:
    return Section("exhibits", "Exhibits", (), tuple(_exhibit(e, n) for n, e in enumerate(facts.exhibits, 1)))


def _exhibit(exhibit: Exhibit, place: int) -> Section:
    rows: list[tuple[Runs, ...]] = [
        (runs("Number"), runs(exhibit.reference or str(exhibit.id))),
        (runs("Standing"), runs(f"{exhibit.standing}; {exhibit.state}; held by {exhibit.holder}")),
        (runs("Acquired"), runs(instant(exhibit.acquired_at))),
    ]
    if exhibit.sha256:
        rows.append((runs("SHA-256"), runs(code(exhibit.sha256))))
        rows.append((runs("BLAKE3"), runs(code(exhibit.blake3))))
        rows.append((runs("Size"), runs(f"{exhibit.size} bytes, {exhibit.file_name}")))
    columns = (Column("Point", share=0.6), Column("What is known", share=4))
    blocks: list[Block] = [Table(f"exhibit-{place}-facts", exhibit.title, columns, tuple(rows))]
    if exhibit.description:
        blocks.insert(0, Paragraph(runs(exhibit.description)))
    doubts = [f"Event {deed.number + 1}: {doubt}" for deed in exhibit.chain for doubt in deed.doubts]
    if doubts:
        blocks.append(Callout("Questions about its chain", runs(" ".join(doubts)), "attention"))
    chain = tuple(
        (
            runs(instant(deed.happened_at)),
            runs(strong(deed.act)),
            runs(f"{deed.person}, {deed.member}"),
            runs(deed.reason, quiet(f" {deed.authority}" if deed.authority else "")),
        )
        for deed in exhibit.chain[:MOST_EVENTS]
    )
    more = len(exhibit.chain) - len(chain)
    note = f"{count(more, 'more event')} in the court bundle." if more > 0 else ""
    heads = (Column("When"), Column("Act", share=0.7), Column("Who"), Column("Why and on what basis", share=2))
    blocks.append(Table(f"exhibit-{place}-chain", "Chain of custody", heads, chain, note))
    return Section(f"exhibit-{place}", exhibit.title[:200], tuple(blocks))


def _entities(facts: CaseFacts) -> Section:
    rows = tuple((runs(entity.kind), runs(code(entity.value))) for entity in facts.entities)
    if not rows:
        return Section("entities", "Entities")
    return Section(
        "entities", "Entities", (Table("selectors", "Defanged", (Column("Kind"), Column("Value", share=4)), rows),)
    )


def _notes(facts: CaseFacts) -> Section:
    blocks = tuple(
        Paragraph(runs(quiet(f"{instant(note.written_at)}, {note.person}. "), note.text)) for note in facts.notes
    )
    return Section("notes", "Notes", blocks)


def _tasks(facts: CaseFacts) -> Section:
    items = tuple(
        runs(text, quiet(f" ({state}{', until ' + instant(due) if due else ''})")) for text, state, due in facts.tasks
    )
    return Section("tasks", "Tasks", (Bullets(items),) if items else ())
