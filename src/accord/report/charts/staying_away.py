"""How long things stayed away: Kaplan–Meier curves with their limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accord.report.charts.axes import mark, ticks
from accord.report.charts.drawing import Canvas, Drawing, fitted, points

_LEFT, _TOP, _BOTTOM = 46.0, 24.0, 40.0
_INKS = ("accent", "c4", "c1", "c5", "c2", "ink-2")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "4 4")
MOST_GROUPS = len(_INKS)
"""More curves cannot be told apart; the table has them all."""


class Curve(NamedTuple):
    """The share still away after each of `days`, with limits, stepping down on these days; watched until `end`."""

    name: str
    days: tuple[float, ...]
    away: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def staying_away(
    key: str, title: str, curves: Sequence[Curve], *, end: float, width: float = 720, height: float = 260
) -> Drawing:
    """At most `MOST_GROUPS` step curves with names beside them; the band is drawn for one alone."""
    shown = curves[:MOST_GROUPS]
    right = min(150.0, width * 0.28)
    scale = ticks(max(end, 1.0), 6)
    canvas = Canvas(
        key, width, height, title,
        f"{len(shown)} curves from 100 % on day 0: the share of what was taken down that was still away after so many "
        f"days, to day {end:g}.",
    )  # fmt: skip

    def x(days: float) -> float:
        return _LEFT + (width - _LEFT - right) * min(1.0, days / scale[-1])

    def y(share: float) -> float:
        return _TOP + (height - _TOP - _BOTTOM) * (1 - share)

    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(_LEFT, y(share), width - right, y(share), "s-line-2" if share in (0, 0.5) else "s-line")
        canvas.text(_LEFT - 8, y(share) + 4, f"{share * 100:.0f}", size=12, ink="ink-3", anchor="end")
    for days in scale:
        canvas.text(x(days), y(0) + 18, mark(days), size=12, ink="ink-3", anchor="middle")
    canvas.text(0, 12, "% still away", size=12, ink="ink-3")
    canvas.text(width - right, height - 6, "days since it was taken down", size=12, ink="ink-3", anchor="end")
    if len(shown) == 1:
        one = shown[0]
        upper, lower = _steps(one.days, one.high, end), _steps(one.days, one.low, end)
        canvas.path(points([(x(d), y(s)) for d, s in upper] + [(x(d), y(s)) for d, s in reversed(lower)]) + "Z",
                    "f-accent-soft")  # fmt: skip
    taken: list[float] = []
    for place, one in enumerate(shown):
        path = _steps(one.days, one.away, end)
        canvas.path(points([(x(d), y(s)) for d, s in path]), f"s-{_INKS[place]}", width=1.8, dash=_DASHES[place])
        at = y(path[-1][1]) + 4
        while any(abs(at - other) < 14 for other in taken):
            at -= 14
        taken.append(at)
        canvas.text(x(path[-1][0]) + 6, at, fitted(one.name, right - 8, 12), size=12, ink="ink")
    return canvas.drawing()


def _steps(days: Sequence[float], shares: Sequence[float], end: float) -> list[tuple[float, float]]:
    path, level = [(0.0, 1.0)], 1.0
    for day, share in zip(days, shares, strict=True):
        path += [(day, level), (day, share)]
        level = share
    return [*path, (max(end, path[-1][0]), level)]
