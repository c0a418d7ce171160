"""The disruption curve as geometry: residual capability over cost, its band, its steps, the budget. No markup here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import orjson

LEFT, TOP, WIDTH, HEIGHT = 34.0, 6.0, 498.0, 142.0
"""The plot's frame in a drawing of 540 × 176."""
MOST_MARKS = 40
APART = 9.0
"""Of more steps than these only some are marked, so far apart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A step: its place, its number, whether its number has room beside it."""

    x: float
    y: float
    cost: float
    number: int
    named: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """Everything the drawing needs. `most`: the cost at the right edge; `points`: JSON for the handle."""

    path: str
    band: str
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    budget: float
    budget_x: float
    residual: float
    low: float
    high: float
    most: float
    points: str


def curve_of(plan: dict[str, Any]) -> Curve | None:
    """The curve of a plan document; None when it has no steps."""
    steps = plan.get("steps") or []
    if not steps:
        return None
    intact = float(plan.get("intact") or 1.0)
    rows = [(0.0, intact, intact, intact, 0)]
    rows += [
        (float(s["cost_so_far"]), float(s["residual"]), float(s["low"]), float(s["high"]), int(s["number"]))
        for s in steps
    ]
    budget = float(plan.get("budget") or rows[-1][0])
    most = _round_up(max(rows[-1][0] * 1.2, min(budget, rows[-1][0] * 1.5)) * 1.02)
    budget = min(budget, most)
    place = [(LEFT + WIDTH * cost / most, _y(residual), _y(low), _y(high)) for cost, residual, low, high, _n in rows]
    reached = [row for row in rows if row[0] <= budget + 1e-9][-1]
    return Curve(
        path="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _l, _h in place),
        band="M" + "L".join(f"{x:.1f} {h:.1f}" for x, _y0, _l, h in place)
        + "L" + "L".join(f"{x:.1f} {low:.1f}" for x, _y0, low, _h in reversed(place)) + "Z",
        marks=_marks(rows, place),
        ticks=tuple((LEFT + WIDTH * i / 4, f"{most * i / 4:g}") for i in range(5)),
        levels=tuple((_y(share), f"{share * 100:.0f}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        budget=budget,
        budget_x=LEFT + WIDTH * budget / most,
        residual=reached[1],
        low=reached[2],
        high=reached[3],
        most=most,
        points=orjson.dumps(
            [{"cost": c, "residual": r, "low": low, "high": high, "number": n} for c, r, low, high, n in rows]
        ).decode(),
    )  # fmt: skip


def _marks(rows: list[tuple[float, float, float, float, int]], place: list[Any]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    named_x = -100.0
    for (cost, _r, _l, _h, number), (x, y, _low, _high) in zip(rows[1:], place[1:], strict=True):
        if len(rows) > MOST_MARKS and marks and x - marks[-1].x < APART:
            continue  # hundreds of dots would hide the line that they stand on
        named = x - named_x >= 22 and number <= 9
        named_x = x if named else named_x
        marks.append(Mark(x, y, cost, number, named))
    return tuple(marks)


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - min(1.0, max(0.0, share)))


def _round_up(value: float) -> float:
    """To a number that four ticks divide well."""
    scale: float = 10 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(scale * step for step in (1, 2, 4, 6, 8, 10, 12) if scale * step >= value)
