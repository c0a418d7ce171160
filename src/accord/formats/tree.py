"""JSON and YAML of no known standard: every string is looked at, and the keys say what it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.hints import Hint, Role, hint_of
from accord.formats.rows import Cell, take_row

_TITLES = ("title", "name", "campaign", "report", "info")
LineOf = Callable[[str], int | None]
_MISSES = 200  # strings that are searched for in vain before line numbers are given up for this file


class Locator:
    """Lines of strings in a JSON text, found in the order of the walk."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._line = 1
        self._misses = 0

    def line(self, text: str) -> int | None:
        """The line of the next place where the string stands; None when it is written with escapes, or not ahead."""
        if self._misses > _MISSES:
            return None
        try:
            at = self._data.find(orjson.dumps(text), self._at)
        except orjson.JSONEncodeError:
            return None
        if at < 0:
            self._misses += 1
            return None
        self._line += self._data.count(b"\n", self._at, at)
        self._at = at
        return self._line


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def walk(gathering: Gathering, root: Any, line_of: LineOf) -> None:
    """Takes what a tree of mappings and lists holds. `line_of` is asked in the order of the document."""
    _node(gathering, root, None, (), line_of, 1)


def _node(
    gathering: Gathering, node: Any, hint: Hint | None, inherited: tuple[Cell, ...], line_of: LineOf, depth: int
) -> None:
    if depth > gathering.limits.max_depth:
        gathering.drop(None, f"nested deeper than {gathering.limits.max_depth} levels")
    elif isinstance(node, Mapping):
        _mapping(gathering, node, inherited, line_of, depth)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for child in node:
            _node(gathering, child, hint, inherited, line_of, depth + 1)
    elif (text := _text(node)) is not None:
        take_row(gathering, [*inherited, Cell(hint, text, line_of(text))])


def _mapping(
    gathering: Gathering, node: Mapping[str, Any], inherited: tuple[Cell, ...], line_of: LineOf, depth: int
) -> None:
    """The plain values of a mapping are a row, taken after what is nested in it; a currency holds for all below."""
    row: list[Cell] = []
    hints = {key: hint_of(str(key)) for key in node}
    said = tuple(Cell(Role.CURRENCY, str(node[key])) for key, hint in hints.items() if hint is Role.CURRENCY)
    context = said or inherited
    for key, value in node.items():
        hint, text = hints[key], _text(value)
        if depth == 1 and isinstance(value, str) and str(key).lower() in _TITLES:
            gathering.title(value)
        if hint is None and len(key) > 3:
            values.whole(gathering, str(key), line_of(str(key)))
        if text is not None:
            row.append(Cell(hint, text, line_of(text)))
        elif isinstance(value, Mapping | list):
            _node(gathering, value, hint, context, line_of, depth + 1)
    take_row(gathering, [*context, *row])
