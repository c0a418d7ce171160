"""A row: cells with what their headers say. CSV lines, rows of Markdown tables and JSON objects are all rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.hints import Hint, Role, hint_of, is_kind
from accord.model.selectors import FILE_KINDS, WALLET_KINDS, SelectorKind

_LONG_CELL_CHARS = 400  # longer cells are treated as prose whatever their column

_POST = re.compile(r"https?://(?:x|twitter|t|mastodon|infosec)\.[a-z]+/")  # names there are people's
_PASSED: Mapping[Role, str] = {
    Role.LINK: "links to where it was published",
    Role.SKIP: "file names, mutexes and other values of such kinds",
}


class Cell(NamedTuple):
    hint: Hint | None
    text: str
    line: int | None = None


def take_row(gathering: Gathering, cells: Sequence[Cell]) -> None:
    """Takes what a row holds. A type cell decides what the value cells are; notes can correct it."""
    kind = _kind(cells)
    outer = gathering.begin_row()
    for hint, text, line in cells:
        if text and not values.blank(text):
            _take(gathering, kind if hint is Role.VALUE and kind is not None else hint, text, line)
    gathering.end_row(outer)


def _kind(cells: Iterable[Cell]) -> Hint | None:
    """What the row's type or currency cell says its values are."""
    said: Hint | None = None
    words = ""
    for hint, text, _ in cells:
        if hint is Role.TYPE or hint is Role.CURRENCY:
            word = hint_of(text)
            if hint is Role.CURRENCY and word not in WALLET_KINDS:
                continue
            said = word if is_kind(word) or said is None else said
        elif hint is Role.NOTE:
            words += text.lower()
    if said in FILE_KINDS and ("thumbprint" in words or "certificate fingerprint" in words):
        return SelectorKind.CERTIFICATE
    return said


def _take(gathering: Gathering, hint: Hint | None, text: str, line: int | None) -> None:
    if isinstance(hint, SelectorKind):
        values.hinted(gathering, hint, text, line)
    elif hint is Role.NOTE:
        values.remark(gathering, text, line)
    elif len(text) > _LONG_CELL_CHARS:
        values.prose(gathering, text, line)
    elif hint is Role.DATE:
        values.dated(gathering, text)
    elif hint is Role.TRANSACTION:
        gathering.drop(line, values.TRANSACTION_REASON, text)
    elif hint is Role.LINK or hint is Role.SKIP:
        gathering.passed(_PASSED[hint])
        if hint is Role.LINK and not _POST.match(text):
            gathering.names(text, line)  # the address of a report says what it is about
    elif hint in {Role.TYPE, Role.CURRENCY}:
        return
    elif not values.whole(gathering, text, line):
        open_cell(gathering, text, line)


def open_cell(gathering: Gathering, text: str, line: int | None) -> None:
    """A cell of unknown kind that is not one selector: a list of some, or words."""
    worded = text.count(" ") > 3
    if not values.within(gathering, text, line, marked_hosts_only=worded) and worded:
        gathering.passed("cells of words")
    gathering.names(text, line)
    values.marked(gathering, text)
