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
    _Walk(gathering, line_of).node(root, None, (), 1)


class _Walk:
    def __init__(self, gathering: Gathering, line_of: LineOf) -> None:
        self._gathering = gathering
        self._line_of = line_of
        self._max_depth = gathering.limits.max_depth

    def node(self, node: Any, hint: Hint | None, inherited: tuple[Cell, ...], depth: int) -> None:
        """`hint`: what the key above says; `inherited`: currencies that hold here; `depth` is bounded."""
        if depth > self._max_depth:
            self._gathering.drop(None, f"nested deeper than {self._max_depth} levels")
        elif isinstance(node, Mapping):
            self._mapping(node, inherited, depth)
        elif isinstance(node, Sequence) and not isinstance(node, str):
            for child in node:
                self.node(child, hint, inherited, depth + 1)
        elif (text := _text(node)) is not None:
            take_row(self._gathering, [*inherited, Cell(hint, text, self._line_of(text))])

    def _mapping(self, node: Mapping[str, Any], inherited: tuple[Cell, ...], depth: int) -> None:
        """The plain values are a row, taken after what is nested among them."""
        row: list[Cell] = []
        hints = {key: hint_of(str(key)) for key in node}
        said = tuple(Cell(Role.CURRENCY, str(node[key])) for key, hint in hints.items() if hint is Role.CURRENCY)
        context = said or inherited
        for key, value in node.items():
            hint, text = hints[key], _text(value)
            if depth == 1 and isinstance(value, str) and str(key).lower() in _TITLES:
                self._gathering.title(value)
            if hint is None and len(key) > 3:
                values.whole(self._gathering, str(key), self._line_of(str(key)))
            if text is not None:
                row.append(Cell(hint, text, self._line_of(text)))
            elif isinstance(value, Mapping | list):
                self.node(value, hint, context, depth + 1)
        take_row(self._gathering, [*context, *row])
