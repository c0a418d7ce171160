"""The document model: what a report says, apart from how it is set. `html` and `typst` give it its two forms.

Text is a tuple of runs. A run that states a figure names the `Method` that made it, by its key; `Document.check`
raises when a key leads nowhere, so that no number can stand in a report without its origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from accord.model.errors import InputError

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Run(NamedTuple):
    """A stretch of text. `style`: plain, strong, code (a selector, already defanged), quiet.

    `method`: key of the method that made the figure, or empty. `to`: key of a section or block to lead to, or empty.
    """

    text: str
    style: str = "plain"
    method: str = ""
    to: str = ""


Runs = tuple[Run, ...]


def runs(*parts: Run | str) -> Runs:
    """Text from runs and plain strings."""
    return tuple(Run(part) if isinstance(part, str) else part for part in parts)


def strong(text: str) -> Run:
    return Run(text, "strong")


def code(text: str) -> Run:
    return Run(text, "code")


def quiet(text: str) -> Run:
    return Run(text, "quiet")


def figure_of(text: str, method: str) -> Run:
    """A figure with the key of the method that made it."""
    return Run(text, "plain", method)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`lead`: set larger, as the answer that its reader came for."""

    text: Runs
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Runs, ...]
    numbered: bool = False


class Column(NamedTuple):
    """`numeric` columns are aligned right in tabular figures. `method`: made every figure of the column.

    `share`: the part of the width that it asks for, relative to the other columns.
    """

    title: str
    numeric: bool = False
    method: str = ""
    share: float = 1.0


def numeric(title: str, method: str = "", share: float = 1.0) -> Column:
    """A column of figures, all made by one method."""
    return Column(title, numeric=True, method=method, share=share)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. `caption` says what the table holds; `note` what it leaves out. `key` is unique in a document."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Runs, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture. `title` states the finding, `alt` describes the picture, `behind` gives the same in figures.

    `svg`: one element without styles of its own, its classes those of `tokens`; width and height in CSS pixels.
    """

    key: str
    title: str
    caption: Runs
    svg: str
    width: float
    height: float
    alt: str
    source: str
    method: str
    behind: Table | None = None


class KeyNumber(NamedTuple):
    value: str
    label: str
    method: str


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    items: tuple[KeyNumber, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """Something that must not be overlooked. `tone`: note, attention (a clock or a gap), harm (someone is hurt)."""

    title: str
    text: Runs
    tone: str = "note"


class Meter(NamedTuple):
    """A strength 0..1 with its word, so that colour never stands alone. `text`: one sentence about it."""

    title: str
    value: float
    word: str
    text: Runs


@dataclass(frozen=True, slots=True)
class Finding:
    """One explained finding: its sentence, whose it is, how strong each side of it is, and the evidence as a table."""

    key: str
    title: str
    byline: Runs
    meters: tuple[Meter, ...]
    evidence: Table | None
    text: tuple[Runs, ...] = ()


Block = Paragraph | Bullets | Table | Figure | KeyNumbers | Callout | Finding


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is its anchor. Sections nest twice at most: three levels with the document's title."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Method(NamedTuple):
    """How figures were made: the stage that made them, what it does, and the query or call to repeat it."""

    key: str
    stage: str
    text: str
    query: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `handling` is its TLP label, `restrictions` further conditions in words; `made` a written date.

    `date`: year, month, day of the PDF's metadata, so that the same records give the same bytes.
    """

    title: str
    subtitle: str
    handling: str
    restrictions: str
    made: str
    date: tuple[int, int, int]
    sections: tuple[Section, ...]
    methods: tuple[Method, ...] = ()
    footnote: str = field(default="")

    def check(self) -> None:
        """Raises `InputError` for a key that is malformed, used twice or leads nowhere, and for ragged tables."""
        keys = [method_key(method.key) for method in self.methods]
        for section, _ in walk(self.sections):
            keys.append(section.key)
            keys.extend(block.key for block in section.blocks if isinstance(block, Table | Figure | Finding))
            keys.extend(table.key for table in tables(section.blocks) if table.key not in keys)
        twice = {key for key in keys if keys.count(key) > 1}
        bad = {key for key in keys if not KEY.fullmatch(key)}
        if twice or bad:
            raise InputError(f"The report's keys are not usable: twice {sorted(twice)}, malformed {sorted(bad)}.")
        known = set(keys)
        for section, _ in walk(self.sections):
            for run in every_run(section.blocks):
                wanted = {method_key(run.method) if run.method else "", run.to} - {""}
                if wanted - known:
                    raise InputError(f"Section {section.key!r} refers to {sorted(wanted - known)}, which is not there.")
            for table in tables(section.blocks):
                if any(len(row) != len(table.columns) for row in table.rows):
                    raise InputError(f"Table {table.key!r} has rows of differing length.")


def method_key(key: str) -> str:
    """The anchor of a method."""
    return f"how-{key}"


def walk(sections: tuple[Section, ...], level: int = 1) -> Iterator[tuple[Section, int]]:
    """Every section with its level from 1, in reading order."""
    for section in sections:
        yield section, level
        yield from walk(section.sections, level + 1)


def tables(blocks: tuple[Block, ...]) -> Iterator[Table]:
    """Every table of the blocks, those behind figures and findings too."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Figure) and block.behind:
            yield block.behind
        elif isinstance(block, Finding) and block.evidence:
            yield block.evidence


def every_run(blocks: tuple[Block, ...]) -> Iterator[Run]:
    """Every run of the blocks; methods named outside runs come as empty runs, so that one check sees them all."""
    for table in tables(blocks):
        yield from (Run("", method=column.method) for column in table.columns)
        yield from (run for row in table.rows for cell in row for run in cell)
    for block in blocks:
        yield from _own_runs(block)


def _own_runs(block: Block) -> Iterator[Run]:
    match block:
        case Paragraph() | Callout():
            yield from block.text
        case Bullets():
            yield from (run for item in block.items for run in item)
        case Figure():
            yield from block.caption
            yield Run("", method=block.method)
        case KeyNumbers():
            yield from (Run(item.value, method=item.method) for item in block.items)
        case Finding():
            yield from block.byline
            yield from (run for meter in block.meters for run in meter.text)
            yield from (run for text in block.text for run in text)
        case Table():
            pass
