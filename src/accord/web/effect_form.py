"""The form of a declaration: its fields as a person filled them in, and the declaration that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar

from accord.impact import Declaration, Frequency, Intervention, Rung, Shape
from accord.model.errors import InputError
from accord.model.handling import Tlp
from accord.services.counting import TARGETS, UNTOUCHED

E = TypeVar("E", bound=StrEnum)

FIELDS = (
    "metric", "unit", "rung", "population", "column", "frequency", "window_first", "window_last", "name_1", "day_1",
    "until_1", "name_2", "day_2", "until_2", "name_3", "day_3", "until_3", "comparison", "expected", "shape", "waves",
    "substitutes", "donors", "after", "watches", "source", "tlp",
)  # fmt: skip
USUAL = {"rung": "outcome", "frequency": "week", "shape": "level", "comparison": "before and after", "source": "file"}
MAX_FIELD = 2_000


class Filled(NamedTuple):
    """What a form asks for. `counts`: the node counts its plan's targets itself."""

    declaration: Declaration
    tlp: Tlp
    watches_return: bool
    counts: bool


def values(field: Callable[[str], str]) -> dict[str, str]:
    """The fields as text, bounded; what was not sent is empty."""
    return {name: field(name).strip()[:MAX_FIELD] for name in FIELDS}


def filled(given: Mapping[str, str], today: date) -> Filled:
    """Raises `InputError` with what to correct, and `RefusedError` when the action day has passed."""
    counts = given["source"] == "node"
    days = [
        Intervention(given[f"name_{n}"] or "The action day", _day(given, f"day_{n}"), _maybe_day(given, f"until_{n}"))
        for n in (1, 2, 3)
        if n == 1 or given[f"day_{n}"]
    ]
    declaration = Declaration(
        metric=given["metric"] or ("Mentions of the plan's targets" if counts else ""),
        unit=given["unit"] or ("mentions" if counts else ""),
        rung=_one_of(Rung, given, "rung"),
        population=given["population"] or ("what members of this node report" if counts else ""),
        column=TARGETS if counts else given["column"],
        frequency=_one_of(Frequency, given, "frequency"),
        window_first=_day(given, "window_first"),
        window_last=_day(given, "window_last"),
        interventions=tuple(days),
        declared_at=min(today, date.max) if given["after"] else min(today, _before(days[0].day, today)),
        comparison=given["comparison"] or "before and after",
        expected_percent=_number(given, "expected"),
        shape=_one_of(Shape, given, "shape"),
        harmonics=_whole(given, "waves"),
        substitutes=(UNTOUCHED,) if counts else _names(given, "substitutes"),
        donors=() if counts else _names(given, "donors"),
        retrospective=bool(given["after"]),
    )
    return Filled(declaration, _tlp(given), bool(given["watches"]), counts)


def _before(first: date, today: date) -> date:
    """A day on which it may be declared; whether that is today is for the service to say, in its own words."""
    return date.fromordinal(max(1, first.toordinal() - 1)) if today >= first else today


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise InputError(f"{_label(name)} is not a date.", action="Write it as 2026-03-31.") from None


def _maybe_day(given: Mapping[str, str], name: str) -> date | None:
    return _day(given, name) if given[name] else None


def _number(given: Mapping[str, str], name: str) -> float | None:
    text = given[name].replace(",", ".").replace("−", "-").rstrip("% ")
    try:
        return float(text) if text else None
    except ValueError:
        raise InputError("The expected effect is not a number of percent.", action="Write −20, or leave it.") from None


def _whole(given: Mapping[str, str], name: str) -> int | None:
    if given[name] and not (given[name].isdecimal() and len(given[name]) < 3):
        raise InputError("The waves over the year are not a whole number.", action="Give 0 to 6, or leave it.")
    return int(given[name]) if given[name] else None


def _names(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in given[name].split(",") if word.strip())


def _one_of(kind: type[E], given: Mapping[str, str], name: str) -> E:
    try:
        return kind(given[name])
    except ValueError:
        raise InputError(f"{_label(name)} is not one of the choices.", action="Choose one.") from None


def _tlp(given: Mapping[str, str]) -> Tlp:
    try:
        return Tlp.from_label(given["tlp"])
    except ValueError:
        raise InputError("The handling is missing.", action="Choose a TLP label.") from None


def _label(name: str) -> str:
    words = {
        "window_first": "The window's first day", "window_last": "The window's last day", "rung": "What it is",
        "frequency": "The period", "shape": "The shape",
    }  # fmt: skip
    return words.get(name, "The action day" if name.startswith("day") else "The end of the effect")
