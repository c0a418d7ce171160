"""CSV and TSV: any delimiter, columns in any order, header or none, titles and comments between the rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from accord.formats import values
from accord.formats.decode import lines
from accord.formats.gather import Gathering
from accord.formats.hints import Hint, Role, hint_of, is_kind
from accord.formats.rows import Cell, take_row
from accord.model.selectors import SelectorKind

DELIMITERS = "\t,;|"
_SAMPLE_LINES = 200
_JOINED_LINES = 30  # physical lines that one quoted cell may span; beyond, the quote is a stray one
_COMMENT = re.compile(r"\s*(#(?![A-Za-z0-9_]+\s*[,\t;])|//|;;)")
_POST = re.compile(r"https?://(x|twitter|t|mastodon|infosec)\.[a-z]+/\S+/\d{6,}")
_NO_HEADER = re.compile(r"[.@\\]|\S{31}|\A\W*\d[\d\W]*\Z|\A(19|20)\d\d\D|.{61}|://")
_DATED = re.compile(r"(19|20)\d\d[-/.]\d\d[-/.]\d\d")


def delimiter(text: str) -> str | None:
    """The delimiter that most lines of the beginning share, or None when there is none."""
    sample = [line for _, line in islice(lines(text), _SAMPLE_LINES) if line.strip() and not _COMMENT.match(line)]
    if not sample:
        return None
    best, share = None, 0.0
    for candidate in DELIMITERS:
        counts = Counter(line.count(candidate) for line in sample)
        filled = sum(count for number, count in counts.items() if number) / len(sample)
        modal = max((count for number, count in counts.items() if number), default=0) / len(sample)
        score = filled / 2 + modal
        if filled >= 0.5 and score > share + 1e-9:
            best, share = candidate, score
    return best


def rows(gathering: Gathering, text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line. Quoted cells may span lines, within a bound."""
    held: list[str] = []
    first = 0
    bound = gathering.limits.max_line_bytes
    for number, line in lines(text):
        if len(line) > bound:
            gathering.drop(number, f"the line is longer than {bound:,} characters", line[:200])
            continue
        first = first if held else number
        held.append(line)
        if '"' not in line and len(held) == 1:
            held.clear()
            yield number, line.split(mark)
        elif sum(part.count('"') for part in held) % 2 == 0:
            yield first, _cells("\n".join(held), mark)
            held.clear()
        elif len(held) >= _JOINED_LINES:
            yield from _loose(gathering, first, held, mark)
            held.clear()
    yield from _loose(gathering, first, held, mark)


def _loose(gathering: Gathering, first: int, held: Sequence[str], mark: str) -> Iterator[tuple[int, list[str]]]:
    """Lines after a quote that never closes, each for itself."""
    if held:
        gathering.note(f"line {first}: a quotation mark that never closes was ignored")
    for offset, line in enumerate(held):
        yield first + offset, line.replace('"', "").split(mark)


def _cells(text: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([text] if "\n" not in text else text.splitlines(keepends=True), delimiter=mark), [])
    except csv.Error:
        return text.replace('"', "").split(mark)


def header_of(cells: Sequence[str], *, first: bool = True) -> list[Hint | None] | None:
    """What the columns hold if these cells are a header, else None: enough of them say something, and none is a value.

    `first`: nothing but comments stood before; further down, every cell must be a known word.
    """
    if not first and any(cell and not cell.isspace() and hint_of(cell.strip()) is None for cell in cells):
        return None  # which nearly every row of a long table shows by its first cell
    hints = [hint_of(cell.strip()) for cell in cells]
    filled = [cell.strip() for cell in cells if not cell.isspace() and cell]
    known = sum(hint is not None for hint in hints)
    enough = known >= 1 and known * 2 >= len(filled) if first else len(filled) == known > 1
    values = sum(bool(_NO_HEADER.search(cell)) for cell in filled)
    return hints if enough and values * 4 <= (known if first else 0) else None  # a total may stand among many titles


def guess(sample: Sequence[Sequence[str]]) -> list[Hint | None]:
    """What the columns hold, from the cells alone: type words, dates, addresses of posts."""
    width = max((len(row) for row in sample), default=0)
    hints: list[Hint | None] = []
    for column in range(width):
        cells = [row[column].strip() for row in sample if column < len(row) and row[column].strip()]
        hints.append(_column(cells))
    if Role.TYPE in hints:
        after = hints.index(Role.TYPE) + 1
        if after < width and hints[after] is None:
            hints[after] = Role.VALUE
    return hints


def _column(cells: Sequence[str]) -> Hint | None:
    if not cells:
        return None
    half = len(cells) / 2
    if sum(is_kind(hint_of(cell)) for cell in cells) > half:
        return Role.TYPE
    if sum(bool(_DATED.match(cell)) for cell in cells) > half:
        return Role.DATE
    if sum(bool(_POST.match(cell)) for cell in cells) > half:
        return Role.LINK
    if sum(cell.startswith("#") for cell in cells) > half:
        return Role.NOTE
    return None


def read_table(gathering: Gathering, text: str, mark: str) -> None:
    """Reads a whole table. Row by row: a known header changes the columns, a title or comment is prose."""
    hints: list[Hint | None] | None = None
    waiting: list[tuple[int, list[str]]] = []
    for number, cells in rows(gathering, text, mark):
        if _aside(gathering, number, cells):
            continue
        header = header_of(cells, first=hints is None and not waiting)
        if header is not None:
            _flush(gathering, waiting, hints)
            hints = header
        elif hints is None and len(waiting) < _SAMPLE_LINES:
            waiting.append((number, cells))
        else:
            hints = _flush(gathering, waiting, hints)
            _row(gathering, number, cells, hints)
    _flush(gathering, waiting, hints)


def _flush(
    gathering: Gathering, waiting: list[tuple[int, list[str]]], hints: list[Hint | None] | None
) -> list[Hint | None]:
    if hints is None:
        hints = guess([cells for _, cells in waiting])
        if waiting:
            gathering.note("no header: the columns were told by their cells")
    for number, cells in waiting:
        _row(gathering, number, cells, hints)
    waiting.clear()
    return hints


def _row(gathering: Gathering, number: int, cells: Sequence[str], hints: Sequence[Hint | None]) -> None:
    width = len(hints)
    take_row(
        gathering,
        [
            Cell(hints[at] if at < width else None, cell.strip().strip('"'), number)
            for at, cell in enumerate(cells)
            if cell and not cell.isspace()
        ],
    )


def _aside(gathering: Gathering, number: int, cells: Sequence[str]) -> bool:
    """Whether a row is a comment, a title or nothing; what it says is read as prose."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    if not filled:
        return True
    if _COMMENT.match(cells[0]):
        values.prose(gathering, ", ".join(filled), number)
        return True
    if (
        len(filled) == 1
        and len(cells) > 1
        and " " in filled[0].strip()
        and not isinstance(hint_of(filled[0]), SelectorKind)
    ):
        values.prose(gathering, filled[0], number)
        return True
    return False
