"""What could be done if the holders of common powers joined: acts on an assumption, and marked so.

The holders are told from what they control (`registry of .example`), never guessed as organisations.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from accord.disruption.powers import Act, wanted, within
from accord.model.errors import InputError, LimitError, UnreadableError
from accord.model.maps import Map
from accord.model.members import ActionType, Capability

PREFIX = "assumed:"
"""In front of the slug of a member that is none."""
MAX_BYTES = 64 * 1024
MAX_POWERS = 100
_NUMBERS = {
    "lead_time_hours": (0.0, 1e5),
    "cost": (0.0, 1e6),
    "cost_per_target": (0.0, 1e6),
    "success": (1e-6, 1.0),
    "collateral": (0.0, 1.0),
}
"""Bounds as in member.toml."""
_KNOWN = {"action", "power", "scope", *_NUMBERS}


class Power(NamedTuple):
    """An act that is assumed to be possible, on terms. `capability.scope` may narrow it; its target kinds are empty."""

    capability: Capability


@cache
def common_powers() -> tuple[Power, ...]:
    """The directory of common powers that comes with Accord."""
    return read_powers((files("accord.model") / "vocabulary" / "powers.toml").read_bytes(), path="powers.toml")


def read_powers(data: bytes, *, path: str = "") -> tuple[Power, ...]:
    """Powers from TOML, a [[power]] each. Raises `InputError`, `LimitError`, `UnreadableError` that name the entry."""
    if len(data) > MAX_BYTES:
        raise LimitError("A file of powers of over 64 KiB.", action="Shorten it.", path=path)
    try:
        entries = tomllib.loads(data.decode("utf-8-sig")).get("power", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"Not TOML: {str(error)[:200]}.", action="Mend it.", path=path) from None
    if not isinstance(entries, list) or not entries or len(entries) > MAX_POWERS:
        raise InputError(f"Not 1 to {MAX_POWERS} entries [[power]].", action="Write at least one.", path=path)
    return tuple(_power(entry, number, path) for number, entry in enumerate(entries, 1))


def assumed_acts(chart: Map, taken: Collection[int], powers: Collection[Power]) -> list[Act]:
    """Acts on nodes outside `taken` that nobody can take yet, as if the holders had these powers.

    The first power that fits an act counts. Order and bounds as `powers.wanted`.
    """
    found = []
    for act in wanted(chart, taken):
        holder = act.capability.power
        for power in powers:
            if power.capability.action is not act.capability.action:
                continue
            reach = within(power.capability.scope)
            targets = tuple(i for i in act.targets if reach(chart.nodes[i]))
            if not targets:
                continue
            given = replace(power.capability, target_kinds=act.capability.target_kinds, scope=())
            cost = round(given.cost + given.cost_per_target * len(targets), 3)
            title = act.title if len(targets) == len(act.targets) else f"{act.title} (within its scope)"
            found.append(Act(f"{PREFIX}{given.action}/{holder}", f"{PREFIX}{holder}", given, title, targets, cost))
            break
    return found


def is_assumed(member: str) -> bool:
    """Whether a member's slug stands for the holder of an assumed power."""
    return member.startswith(PREFIX)


def holder_name(member: str) -> str:
    """`Registry of .example`."""
    name = member.removeprefix(PREFIX)
    return name[:1].upper() + name[1:]


def rows_of(powers: Collection[Power]) -> list[dict[str, Any]]:
    """The powers as plain values, as a plan document keeps them."""
    return [
        {
            "action": power.capability.action.value,
            "power": power.capability.power,
            "scope": list(power.capability.scope),
            **{name: getattr(power.capability, name) for name in _NUMBERS},
        }
        for power in powers
    ]


def powers_from(rows: Collection[Mapping[str, Any]]) -> tuple[Power, ...]:
    """The inverse of `rows_of`. Raises `InputError`."""
    return tuple(_power(dict(row), number, "") for number, row in enumerate(rows, 1))


def _power(entry: Any, number: int, path: str) -> Power:
    fault = _fault(entry)
    if fault:
        raise InputError(
            f"[[power]] {number}: {fault}.", action="The form is in docs/how-to/plan-on-assumed-powers.md.", path=path
        )
    numbers = {name: float(entry[name]) for name in _NUMBERS if name in entry}
    scope, words = tuple(entry.get("scope", ())), entry.get("power", "")
    return Power(Capability(ActionType(entry["action"]), frozenset(), scope, (), words, **numbers))


def _fault(entry: Any) -> str:
    """What is wrong with an entry; empty when nothing is."""
    if not isinstance(entry, dict):
        return "it is no table"
    if unknown := sorted(set(entry) - _KNOWN):
        return f"{unknown[0][:40]} is no known key"
    if entry.get("action") not in list(ActionType):  # a list in a file cannot be looked up in a set
        return f"action is none of {', '.join(kind.value for kind in ActionType)}"
    words, scope = entry.get("power", ""), entry.get("scope", [])
    if not isinstance(words, str) or len(words) > 500:
        return "power is no short text"
    if not isinstance(scope, list) or not all(isinstance(one, str) for one in scope):
        return "scope is no list of texts"
    wrong = [name for name, bounds in _NUMBERS.items() if name in entry and not _within(entry[name], *bounds)]
    return "" if not wrong else f"{wrong[0]} is no number from {_NUMBERS[wrong[0]][0]:g} to {_NUMBERS[wrong[0]][1]:g}"


def _within(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
