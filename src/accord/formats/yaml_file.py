"""YAML as a stream of events: nothing is constructed, no alias is expanded, and every value knows its line."""

from __future__ import annotations

from typing import Any

import yaml

from accord.formats.limits import Limits
from accord.model.errors import LimitError, UnreadableError

_Loader = getattr(yaml, "CLoader", yaml.Loader)
_MAX_NODES = 5_000_000  # about 1 GB of Python objects


class Scalar(str):
    """A string that knows its line (from 1)."""

    __slots__ = ("line",)
    line: int


def load(text: str, limits: Limits) -> list[Any]:
    """The documents as dicts, lists and `Scalar`s; an alias is left out.

    Raises `UnreadableError` with the line for bad syntax, `LimitError` for depth and number of nodes.
    """
    documents: list[Any] = []
    stack: list[_Open] = []
    nodes = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            nodes += 1
            if nodes > _MAX_NODES:
                raise LimitError(f"it holds more than {_MAX_NODES:,} nodes")
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(stack) >= limits.max_depth:
                    raise LimitError(f"nested deeper than {limits.max_depth} levels", line=_line(event))
                stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else []))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                _put(documents, stack, stack.pop().node)
            elif isinstance(event, yaml.ScalarEvent):
                scalar = Scalar(event.value)
                scalar.line = _line(event)
                _put(documents, stack, scalar)
            elif isinstance(event, yaml.AliasEvent):
                _put(documents, stack, Scalar(""))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is no YAML"
        raise UnreadableError(str(problem), line=mark.line + 1 if mark else None) from None
    return documents


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Open:
    """A node whose end has not come yet, and the key that waits for its value."""

    __slots__ = ("key", "node")

    def __init__(self, node: dict[str, Any] | list[Any]) -> None:
        self.node = node
        self.key: str | None = None


def _put(documents: list[Any], stack: list[_Open], value: Any) -> None:
    if not stack:
        documents.append(value)
        return
    top = stack[-1]
    if isinstance(top.node, list):
        top.node.append(value)
    elif top.key is None:
        top.key = value if isinstance(value, str) else "?"
    else:
        top.node[top.key] = value
        top.key = None
