"""The question to the planner as an address: every condition is in it, so that it can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from accord.model.errors import InputError
from accord.services.browse_plans import WhatIf
from accord.web.queries import text_of
from accord.web.render import PageRequest

MOST_CHOICES = 500
MOST_BUDGET = 1e6
"""Working days; more than any alliance has."""
_OFFSET, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, 0xFFFFFFFFFFFFFFFF


def read(request: PageRequest, keys: Iterable[str] = (), *, assume: bool = False) -> WhatIf:
    """The question of an address. `keys`: of the map, among which `want` names some; `assume`: when it does not say.

    Raises `InputError` for a budget that is none.
    """
    named = set(_several(request, "want"))
    return WhatIf(
        refused_members=frozenset(_several(request, "refuse")),
        struck_actions=frozenset(_several(request, "strike")),
        budget=budget(text_of(request, "budget")),
        forbidden_jurisdictions=frozenset(_several(request, "forbid")),
        assume=assume or bool(text_of(request, "assume")),
        wanted=frozenset(key for key in keys if mark(key) in named) if named else frozenset(),
    )


def written(question: WhatIf, **changes: Any) -> str:
    """The query part of its address, in one order, so that equal questions have equal addresses."""
    asked = question._replace(**changes)
    pairs = [
        *(("refuse", one) for one in sorted(asked.refused_members)),
        *(("strike", one) for one in sorted(asked.struck_actions)),
        *(("forbid", one) for one in sorted(asked.forbidden_jurisdictions)),
        *(("want", mark(one)) for one in sorted(asked.wanted)),
        *([("budget", f"{asked.budget:g}")] if asked.budget is not None else []),
        *([("assume", "1")] if asked.assume else []),
    ]
    return urlencode(pairs)


def mark(key: str) -> str:
    """A short name for a key of the map in an address: FNV-1a, 64 bits, as the map's script makes it."""
    value = _OFFSET
    for byte in key.encode("utf-8", "replace"):
        value = ((value ^ byte) * _PRIME) & _MASK
    return f"{value:016x}"


def budget(text: str) -> float | None:
    """Working days; None when nothing is said. Raises `InputError`."""
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST_BUDGET:
        raise InputError("The budget is a number of working days, 0 or more.", action="Correct it and ask again.")
    return value


def _several(request: PageRequest, name: str) -> list[str]:
    """Values of a parameter that may stand several times, or be written with commas."""
    values = [part for value in request.query_params.getall(name, []) for part in str(value).split(",")]
    return [value.replace("\x00", "")[:300] for value in values if value][:MOST_CHOICES]
