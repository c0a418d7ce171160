"""Markdown and AsciiDoc: prose, tables, fenced lists. Hosts count where they are defanged, set as code, or listed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from accord.formats import values
from accord.formats.decode import lines
from accord.formats.gather import Gathering
from accord.formats.hints import Hint, hint_of
from accord.formats.rows import Cell, take_row
from accord.formats.table import header_of
from accord.formats.text import read_line

_HEADING = re.compile(r"\s{0,3}(#{1,6}|={1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```+|~~~+|----+|\.\.\.\.+)\s*[\w+-]*\s*$")
_CODE = re.compile(r"`+([^`]{2,2000}?)`+")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()]{0,2000}\)|(?:https?://|link:)[^\s\[]{0,500}\[([^\[\]]{0,500})\]")
_PASSED = re.compile(r"(?<![\w/+])(\+{1,2})(?=[^\s+])([^`|\s]{1,300}?)(?<=[^\s+])\1(?![\w+])")  # AsciiDoc: as it stands
_RULE = re.compile(r"\s*\|?[\s|:=+-]*\Z")
_FILE_ENDING = re.compile(
    r"(?i)\.(exe|dll|sys|js|jse|vbs|ps1|bat|cmd|zip|rar|7z|docx?m?|xlsx?m?|pdf|txt|md|py|sh|so|app)\Z"
)


class _Table:
    """A table as it comes by; in AsciiDoc a row may spread over lines, one cell each."""

    def __init__(self) -> None:
        self.hints: list[Hint | None] = []
        self.width = 0
        self.at = 0

    def cells(self, line: str) -> Iterator[tuple[Hint | None, str]]:
        parts = [part.strip() for part in line.strip().strip("|").split("|")]
        if not self.width:
            header = header_of([_bare(part) for part in parts])
            self.width, self.hints = len(parts), header or []
            if header is not None:
                return
        if len(parts) > 1:  # a row begins; single cells go on where the last line ended
            self.at = 0
        for part in parts:
            yield (self.hints[self.at] if self.at < len(self.hints) else None), part
            self.at = (self.at + 1) % max(1, self.width)


def _bare(text: str) -> str:
    return text.replace("`", "").replace("*", "").replace("\\", "").strip()


def read_markup(gathering: Gathering, text: str, *, asciidoc: bool) -> None:
    """Reads a marked-up document line by line; the first heading is its title."""
    fence: str | None = None
    table: _Table | None = None
    under: Hint | None = None
    bound = gathering.limits.max_line_bytes
    for number, line in lines(text):
        if len(line) > bound:
            gathering.drop(number, f"the line is longer than {bound:,} characters", line[:200])
            continue
        stripped = line.strip()
        mark = _FENCE.match(line)
        if mark and (fence is None or stripped.startswith(fence)):
            fence = mark.group(1)[:3] if fence is None else None
        elif fence is not None:
            if stripped:
                read_line(gathering, line, number, under=under)
        elif asciidoc and stripped.startswith("|==="):
            table = _Table() if table is None else None
        else:
            heading = _HEADING.match(line)
            under = hint_of(heading.group(2)) if heading else under
            plain = _PASSED.sub(r"\2", line) if asciidoc and "+" in line else line
            table = _either(gathering, table, plain, number, asciidoc=asciidoc)


def _either(gathering: Gathering, table: _Table | None, line: str, number: int, *, asciidoc: bool) -> _Table | None:
    """A line of a table or of text; gives the table that goes on after it."""
    stripped = line.strip()
    if stripped.startswith("|"):
        table = table or _Table()
        _table_line(gathering, table, line, number)
        return table
    _line(gathering, stripped, number)
    return table if asciidoc else None


def _table_line(gathering: Gathering, table: _Table, line: str, number: int) -> None:
    if _RULE.match(line):
        return
    for hint, part in table.cells(line):
        code = _CODE.fullmatch(part)
        if hint is None and not code:
            _line(gathering, part, number)
        elif part:
            take_row(gathering, [Cell(hint, _bare(part), number)])


def _line(gathering: Gathering, line: str, number: int) -> None:
    heading = _HEADING.match(line)
    if heading:
        line = heading.group(2)
        gathering.title(_bare(_LINK.sub(lambda m: m.group(1) or m.group(2) or "", line)))
    if not line:
        return
    for code in _CODE.finditer(line):
        text = code.group(1).strip()
        if not _FILE_ENDING.search(text) and not values.whole(gathering, text, number):
            values.within(gathering, text, number, marked_hosts_only=True)
    rest = _CODE.sub(" ", _LINK.sub(lambda m: f" {m.group(1) or m.group(2) or ''} ", line))
    values.within(gathering, rest, number, marked_hosts_only=True)
    gathering.names(_bare(_LINK.sub(lambda m: f" {m.group(1) or m.group(2) or ''} ", line)), number)
    values.marked(gathering, line)
