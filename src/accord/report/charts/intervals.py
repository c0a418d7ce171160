"""Estimates with their intervals on one scale of percent: the day itself, placebo dates, substitutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accord.report.charts.drawing import Canvas, Drawing, fitted, text_width
from accord.report.text import number

_ROW, _HEAD, _FOOT = 22.0, 8.0, 30.0
_MOST = 200.0
"""Percent: what lies beyond is cut at the edge; the table has it."""


class Estimate(NamedTuple):
    """A change in percent with its interval; `main`: the one that the others are to be compared with."""

    name: str
    percent: float
    low: float
    high: float
    main: bool = False


def intervals(key: str, title: str, rows: Sequence[Estimate], *, width: float = 720) -> Drawing:
    """One row an estimate: a dot with a bar for its interval, over a line at no change."""
    left = min(260.0, width * 0.42, max((text_width(row.name, 12) for row in rows), default=0) + 14)
    height = _HEAD + len(rows) * _ROW + _FOOT
    reach = min(_MOST, max([10.0, *(max(abs(row.low), abs(row.high)) for row in rows)]))
    low = max(-100.0, -reach)
    canvas = Canvas(
        key, width, height, title,
        f"{len(rows)} estimates in percent with their intervals; a bar that crosses the line at 0 shows no effect.",
    )  # fmt: skip

    def x(percent: float) -> float:
        return left + (width - left - 14) * (min(reach, max(low, percent)) - low) / (reach - low)

    for at in (low, 0.0, reach):
        canvas.line(x(at), _HEAD, x(at), height - _FOOT + 4, "s-ink-2" if at == 0 else "s-line")
        label = f"{'+' if at > 0 else ''}{number(at)} %"
        anchor = "start" if at == low and low < 0 else "end" if at == reach else "middle"
        canvas.text(x(at), height - 10, label, size=12, ink="ink-3", anchor=anchor)
    for place, row in enumerate(rows):
        y = _HEAD + place * _ROW + _ROW / 2
        ink = "accent" if row.main else "ink-2"
        name = fitted(row.name, left - 12, 12)
        canvas.text(0, y + 4, name, size=12, ink="ink" if row.main else "ink-2", weight=600 if row.main else 400)
        canvas.line(x(row.low), y, x(row.high), y, f"s-{ink}", width=2.4 if row.main else 1.4)
        canvas.circle(x(row.percent), y, 4.2 if row.main else 3, f"f-{ink}")
    return canvas.drawing()
