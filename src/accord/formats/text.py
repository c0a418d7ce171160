"""Plain text: lists, notes, prose, and tables drawn with bars."""

from __future__ import annotations

import re

from accord.formats import values
from accord.formats.decode import lines
from accord.formats.gather import Gathering
from accord.formats.hints import Hint, hint_of, is_kind
from accord.formats.rows import Cell, take_row
from accord.formats.table import header_of
from accord.model.selectors import SelectorKind

_COMMENT = re.compile(r"\s*(#+|//+|;+|--+)\s*")
_BULLET = re.compile(r"^\s*(?:[-*•–·]|\d{1,3}[.)])\s+")
_WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z']{1,}(?![\w/@]|\.\w)")
_RULE = re.compile(r"[\s|:=+-]*\Z")
_LABELLED = re.compile(r"([A-Za-z][\w #-]{1,30}?)\s*[:=]\s*(\S{1,500})$")
_DIGEST = re.compile(r"[0-9a-fA-F]{32,128}$")
_PROSE_WORDS = 7  # a line with more ordinary words than this is a sentence
_TITLE_CHARS = 160


class Bars:
    """A table drawn with bars, as it comes by: the first row may be a header, rows of dashes are passed over."""

    def __init__(self) -> None:
        self.hints: list[Hint | None] | None = None
        self.begun = False

    def end(self) -> None:
        self.hints, self.begun = None, False

    def row(self, gathering: Gathering, line: str, number: int) -> None:
        if _RULE.match(line):
            return
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        header = header_of(cells) if not self.begun else None
        self.begun = True
        if header is not None:
            self.hints = header
            return
        hints = self.hints or []
        take_row(
            gathering, [Cell(hints[at] if at < len(hints) else None, cell, number) for at, cell in enumerate(cells)]
        )


def is_prose(line: str) -> bool:
    """Whether a line reads as a sentence rather than as an entry of a list."""
    return sum(1 for _ in _WORD.finditer(line)) > _PROSE_WORDS


def read_text(gathering: Gathering, text: str) -> None:
    """Reads plain text line by line. In entries every host counts, in sentences and comments only defanged ones."""
    bound = gathering.limits.max_line_bytes
    bars = Bars()
    for number, line in lines(text):
        if len(line) > bound:
            gathering.drop(number, f"the line is longer than {bound:,} characters", line[:200])
        elif line.lstrip().startswith("|") and line.count("|") > 1:
            bars.row(gathering, line, number)
        elif line and not line.isspace():
            bars.end()
            read_line(gathering, line, number)


def read_line(gathering: Gathering, line: str, number: int, *, under: Hint | None = None) -> None:
    """One line of a list or of prose. `under`: what the heading above says that the list holds."""
    entry = _BULLET.sub("", line).strip().strip(",;\"'")
    labelled = _LABELLED.match(entry)
    if labelled and is_kind(hint := hint_of(labelled.group(1))):
        take_row(gathering, [Cell(hint, labelled.group(2), number)])
        return
    if under is SelectorKind.CERTIFICATE and _DIGEST.match(entry):
        take_row(gathering, [Cell(under, entry, number)])
        return
    comment = _COMMENT.match(line)
    if comment and not line.lstrip().startswith("--"):
        _title(gathering, line[comment.end() :])
        values.prose(gathering, line[comment.end() :], number)
    elif is_prose(entry):
        _title(gathering, entry)
        values.prose(gathering, entry, number)
    elif not values.whole(gathering, entry, number):
        with gathering.row():
            if not values.within(gathering, entry, number, marked_hosts_only=False):
                _title(gathering, entry)
            gathering.names(entry, number)
        values.marked(gathering, entry)


def _title(gathering: Gathering, text: str) -> None:
    """The first heading gives the title: words before the first selector."""
    text = text.strip().rstrip(":")
    if gathering.empty and not gathering.reading.drops and " " in text and 8 <= len(text) <= _TITLE_CHARS:
        gathering.title(text)
