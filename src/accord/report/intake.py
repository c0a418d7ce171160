"""The intake report as a document: per member and file what was recognised, what was dropped and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from accord.model.reading import Drop
from accord.report.document import (
    Block,
    Column,
    Document,
    Paragraph,
    Runs,
    Section,
    Table,
    code,
    figure_of,
    numeric,
    runs,
)
from accord.report.facts import Counts
from accord.report.methods import standard
from accord.report.shown import excerpt
from accord.report.text import count, made, number, sentence
from accord.report.words import selector_kind

MOST_FILES = 200  # of one member
MOST_DROPS = 100  # of one member; intake.json has all


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one file gave. `kinds`: selectors by kind; `drops`: some or all, `dropped` says how many there were."""

    path: str
    format: str
    title: str
    claims: int
    mentions: int
    kinds: Counts
    dropped: int
    drops: tuple[Drop, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberIntake:
    """A member's files. `noted`: what the node had to assume about the member."""

    slug: str
    name: str
    files: tuple[FileFacts, ...]
    noted: tuple[str, ...] = ()


def intake_document(
    members: Sequence[MemberIntake], *, title: str, handling: str, restrictions: str, made_at: datetime
) -> Document:
    """One section a member, its files and drops as tables; bounded for a page that opens at once."""
    files = sum(len(member.files) for member in members)
    mentions = sum(f.mentions for member in members for f in member.files)
    drops = sum(f.dropped for member in members for f in member.files)
    unread = sum(f.format == "unreadable" for member in members for f in member.files)
    answer = Paragraph(
        runs(
            figure_of(count(files, "file"), "intake"),
            f" of {count(len(members), 'member')} were read: ",
            figure_of(count(mentions, "selector"), "intake"),
            " recognised, ",
            figure_of(count(drops, "line or object", "lines or objects"), "intake"),
            " dropped, ",
            figure_of(count(unread, "file"), "intake"),
            " unreadable.",
        ),
        lead=True,
    )
    sections = [Section("summary", "In short", (answer, _members(members)))]
    sections += [_member(member, place) for place, member in enumerate(members, 1)]
    return Document(
        title="Intake",
        subtitle=title,
        handling=handling,
        restrictions=restrictions,
        made=made(made_at),
        date=(made_at.year, made_at.month, made_at.day),
        sections=tuple(sections),
        methods=standard("intake"),
    )


def _members(members: Sequence[MemberIntake]) -> Table:
    rows = tuple(
        (
            runs(m.name),
            runs(number(len(m.files))),
            runs(number(sum(f.claims for f in m.files))),
            runs(number(sum(f.mentions for f in m.files))),
            runs(number(sum(f.dropped for f in m.files))),
        )
        for m in members
    )
    return Table(
        "by-member",
        "By member",
        (
            Column("Member", share=3),
            numeric("Files", "intake"),
            numeric("Claims", "intake"),
            numeric("Selectors", "intake"),
            numeric("Dropped", "intake"),
        ),
        rows,
    )


def _member(member: MemberIntake, place: int) -> Section:
    blocks: list[Block] = [Paragraph(runs(sentence(note))) for note in member.noted]
    shown = member.files[:MOST_FILES]
    more = len(member.files) - len(shown)
    blocks.append(
        Table(
            f"files-{place}",
            "Files",
            (
                Column("File", share=3),
                Column("Read as", share=1),
                Column("Recognised", share=3),
                numeric("Selectors", "intake", 0.9),
                numeric("Dropped", "intake", 0.9),
            ),
            tuple(_file(f) for f in shown),
            f"And {number(more)} more files; intake.json has all." if more else "",
        )
    )
    dropped = sum(f.dropped for f in member.files)
    rows = list(islice(((f.path, drop) for f in member.files for drop in f.drops), MOST_DROPS))
    if rows:
        blocks.append(
            Table(
                f"drops-{place}",
                "Dropped, and why",
                (
                    Column("File", share=2),
                    numeric("Line", share=0.6),
                    Column("Reason", share=2.4),
                    Column("Excerpt", share=2.4),
                ),
                tuple(_drop(path, drop) for path, drop in rows),
                f"The first {number(len(rows))} of {number(dropped)}; intake.json has all."
                if dropped > len(rows)
                else "",
            )
        )
    return Section(f"member-{place}", member.name, tuple(blocks))


def _file(f: FileFacts) -> tuple[Runs, ...]:
    ranked = sorted(f.kinds, key=lambda kv: (-kv[1], kv[0]))
    said = ", ".join(count(many, selector_kind(kind), selector_kind(kind, many=True)) for kind, many in ranked[:4])
    if len(ranked) > 4:
        said += f" and {number(len(ranked) - 4)} more kinds"
    notes = f" ({'; '.join(f.notes[:3])})" if f.notes else ""
    return (
        runs(code(f.path)),
        runs(f.format),
        runs((said or "nothing") + notes),
        runs(number(f.mentions)),
        runs(number(f.dropped)),
    )


def _drop(path: str, drop: Drop) -> tuple[Runs, ...]:
    line = "–" if drop.line is None else number(drop.line)
    return (
        runs(code(path)),
        runs(line),
        runs(sentence(drop.reason)),
        runs(code(excerpt(drop.excerpt))) if drop.excerpt else runs(""),
    )
