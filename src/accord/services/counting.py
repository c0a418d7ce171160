"""What the node itself can count of a plan's targets: mentions by period, and when each was seen again.

Counted in what every member may see, and under the strictest marking of it: a figure tells of its sources.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from accord.impact import Declaration
from accord.impact.periods import day_of, index_of
from accord.model.errors import InputError
from accord.model.handling import Handling
from accord.services.browse import PURPOSE
from accord.services.derived import ANY_MEMBER, handling_of_derived
from accord.services.node import Node
from accord.store import drawn, effects
from accord.store.engine import begin

TARGETS = "targets"
UNTOUCHED = "untouched"
"""Columns: the plan's targets; and what is on the map but was not to be touched, where the business may move to."""
MOST_KEYS = 20_000


def targets(node: Node) -> tuple[list[str], Handling]:
    """`kind|value` of everything that the plan acts on, and the handling that it carries.

    Raises `InputError` when there is no plan with targets.
    """
    with begin(node.engine, ANY_MEMBER, node.clock.now(), purpose=PURPOSE) as connection:
        found = _targets(drawn.newest_plan(connection) or {})
        handling = handling_of_derived(connection)
    if not found:
        raise InputError(
            "There is no plan whose targets could be counted.", action="Plan first, or bring figures in as a file."
        )
    return found[:MOST_KEYS], handling


def described(keys: Sequence[str]) -> str:
    """`84 targets, list 1a2b3c4d5e6f`: so that a declaration's digest covers which they are."""
    digest = hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
    return f"{len(keys)} target{'' if len(keys) == 1 else 's'}, list {digest[:12]}"


def series(node: Node, keys: Sequence[str], declaration: Declaration) -> tuple[bytes, Handling]:
    """A CSV file of mentions by period, the columns `targets` and `untouched`, and the handling that it carries.

    A period in which something was contributed but none of them mentioned is 0; beyond the days that contributions
    tell of there is no row. Raises `InputError` when nothing tells of the window.
    """
    now = node.clock.now()
    since = datetime.combine(declaration.window_first, time(), UTC)
    with begin(node.engine, ANY_MEMBER, now, purpose=PURPOSE) as connection:
        span = effects.watched(connection, since, now)
        hit = Counter(dict(effects.mentions_by_day(connection, keys, now)))
        rest = _others(drawn.newest_map(connection) or {}, set(keys))
        other = Counter(dict(effects.mentions_by_day(connection, rest, now)))
        handling = handling_of_derived(connection)
    if span is None:
        raise InputError(
            f"No contribution tells of the days from {declaration.window_first} on.",
            action="Wait for contributions with dates, or bring figures in as a file.",
        )
    return _csv(declaration, span, {TARGETS: hit, UNTOUCHED: other}), handling


def spells(node: Node, keys: Sequence[str], day: date) -> tuple[bytes, Handling]:
    """A CSV file (group, days, returned) of targets seen before `day`, and the handling that it carries.

    Groups are kinds. What was not seen again counts as away until the last day that any contribution tells of.
    """
    now = node.clock.now()
    with begin(node.engine, ANY_MEMBER, now, purpose=PURPOSE) as connection:
        span = effects.watched(connection, datetime.combine(day, time(), UTC), now)
        found = effects.returns(connection, keys, day, now)
        handling = handling_of_derived(connection)
    if span is None or not found:
        raise InputError(
            "None of the targets was seen before the day, or nothing was contributed since.",
            action="Wait for contributions that tell of the time after the day.",
        )
    rows = [f"{kind},{((back or span[1]) - day).days},{'yes' if back else 'no'}" for kind, _, back in found]
    return ("group,days,returned\n" + "\n".join(rows) + "\n").encode(), handling


def _csv(declaration: Declaration, span: tuple[date, date], columns: dict[str, Counter[date]]) -> bytes:
    frequency = declaration.frequency
    origin = day_of(0, declaration.window_first, frequency)
    first = index_of(span[0], origin, frequency)
    last = index_of(min(span[1], declaration.window_last), origin, frequency)
    sums: dict[str, Counter[int]] = {}
    for name, days in columns.items():
        sums[name] = Counter()
        for day, times in days.items():
            sums[name][index_of(day, origin, frequency)] += times
    rows = [
        f"{day_of(place, origin, frequency)},{','.join(str(sums[name][place]) for name in columns)}"
        for place in range(first, last + 1)
    ]
    return "\n".join([f"day,{','.join(columns)}", *rows, ""]).encode()


def _targets(plan: dict[str, Any]) -> list[str]:
    return sorted({f"{kind}|{value}" for step in plan.get("steps") or [] for kind, value in step.get("targets") or []})


def _others(chart: dict[str, Any], hit: set[str]) -> list[str]:
    return sorted({str(node[0]) for node in chart.get("nodes") or []} - hit)[:MOST_KEYS]
