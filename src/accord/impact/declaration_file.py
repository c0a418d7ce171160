"""A declaration from TOML, as handed in: bounded, and every refusal named."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from accord.impact.declaration import Declaration, Intervention, Rung, Shape
from accord.impact.periods import Frequency
from accord.model.errors import InputError, LimitError, UnreadableError

MAX_BYTES = 64 * 1024

_E = TypeVar("_E", bound=StrEnum)

_WORDS = ("metric", "unit", "population", "column")
_OPTIONAL: dict[str, tuple[type, ...]] = {
    "comparison": (str,),
    "expected_percent": (int, float),
    "trend": (bool,),
    "harmonics": (int,),
    "retrospective": (bool,),
}
_KNOWN = {*_WORDS, *_OPTIONAL, "rung", "frequency", "declared_at", "shape", "substitutes", "donors"} | {
    "window",
    "intervention",
}


def read_declaration(data: bytes, *, path: str = "") -> Declaration:
    """The declaration of a TOML file; docs/explanation/impact.md has the form. Unknown keys are refused.

    Raises `InputError`, `LimitError`, `UnreadableError`, and `RefusedError` for a declaration after the day.
    """
    table = _toml(data, path)
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise InputError(f"Unknown in a declaration: {', '.join(unknown)[:200]}.", action=_form(), path=path)
    window = _table(table, "window", path)
    try:
        return Declaration(
            **{name: _typed(table, name, (str,), path) for name in _WORDS},
            **{name: _typed(table, name, kinds, path) for name, kinds in _OPTIONAL.items() if name in table},
            rung=_one_of(Rung, table.get("rung"), "rung", path),
            frequency=_one_of(Frequency, table.get("frequency"), "frequency", path),
            shape=_one_of(Shape, table.get("shape", "level"), "shape", path),
            window_first=_day(window.get("first"), "window.first", path),
            window_last=_day(window.get("last"), "window.last", path),
            declared_at=_day(table.get("declared_at"), "declared_at", path),
            interventions=_interventions(table, path),
            substitutes=_names(table, "substitutes", path),
            donors=_names(table, "donors", path),
        )
    except InputError as error:
        error.path = error.path or path
        raise


def _toml(data: bytes, path: str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise LimitError("A declaration of over 64 KiB.", action="Shorten it.", path=path)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"Not TOML: {str(error)[:200]}.", action=_form(), path=path) from None


def _interventions(table: Mapping[str, Any], path: str) -> tuple[Intervention, ...]:
    entries = table.get("intervention")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("No [[intervention]].", action=_form(), path=path)
    found = []
    for entry in entries:
        if unknown := sorted(set(entry) - {"name", "date", "until"}):
            raise InputError(f"Unknown in [[intervention]]: {', '.join(unknown)[:200]}.", action=_form(), path=path)
        until = _day(entry["until"], "until", path) if "until" in entry else None
        found.append(Intervention(_typed(entry, "name", (str,), path), _day(entry.get("date"), "date", path), until))
    return tuple(found)


def _typed(table: Mapping[str, Any], name: str, kinds: tuple[type, ...], path: str) -> Any:
    value = table.get(name)
    wrong = not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
    if wrong or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(f"{name} is missing or not {kinds[0].__name__}.", action=_form(), path=path)
    return value


def _names(table: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{name} is not a list of column names.", action=_form(), path=path)
    return tuple(value)


def _table(table: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
    value = table.get(name)
    if not isinstance(value, dict) or set(value) != {"first", "last"}:
        raise InputError(f"[{name}] needs first and last, and nothing else.", action=_form(), path=path)
    return value


def _day(value: Any, name: str, path: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise InputError(f"{name} is missing or not a date.", action="Write it as 2026-03-31, unquoted.", path=path)
    return value


def _one_of(kind: type[_E], value: Any, name: str, path: str) -> _E:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(one.value for one in kind)
        raise InputError(f"{name} is not one of {allowed}.", action=_form(), path=path) from None


def _form() -> str:
    return "The form is in docs/explanation/impact.md."
