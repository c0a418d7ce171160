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


def walk(gathering: Gathering, root: Any, line_of: Callable[[str], int | None]) -> None:
    """Takes what a tree of mappings and lists holds, in the order of the document. No recursion: depth is bounded."""
    stack: list[tuple[Any, Hint | None, tuple[Cell, ...], int]] = [(root, None, (), 1)]
    while stack:
        node, hint, inherited, depth = stack.pop()
        if depth > gathering.limits.max_depth:
            gathering.drop(None, f"nested deeper than {gathering.limits.max_depth} levels")
        elif isinstance(node, Mapping):
            stack += reversed(_mapping(gathering, node, inherited, line_of, depth))
        elif isinstance(node, Sequence) and not isinstance(node, str):
            stack += reversed([(child, hint, inherited, depth + 1) for child in node])
        elif (text := _text(node)) is not None:
            take_row(gathering, [*inherited, Cell(hint, text, line_of(text))])


def _mapping(
    gathering: Gathering,
    node: Mapping[str, Any],
    inherited: tuple[Cell, ...],
    line_of: Callable[[str], int | None],
    depth: int,
) -> list[tuple[Any, Hint | None, tuple[Cell, ...], int]]:
    """Reads the plain values of a mapping as a row, and gives what is nested in it."""
    row: list[Cell] = []
    nested: list[tuple[Any, Hint | None, tuple[Cell, ...], int]] = []
    for key, value in node.items():
        hint = hint_of(str(key))
        if depth == 1 and isinstance(value, str) and str(key).lower() in _TITLES:
            gathering.title(value)
        if hint is None and len(key) > 3:
            values.whole(gathering, str(key), line_of(str(key)))
        text = _text(value)
        if text is not None:
            row.append(Cell(hint, text, line_of(text)))
        elif isinstance(value, Mapping | list):
            nested.append((value, hint, inherited, depth + 1))
    currency = tuple(Cell(cell.hint, cell.text) for cell in row if cell.hint is Role.CURRENCY)
    context = currency or inherited
    take_row(gathering, [*(() if currency else inherited), *row])
    return [(value, hint, context, at) for value, hint, _, at in nested]
