"""What was counted, what would have been expected, and the difference: one picture of an effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from accord.report.charts.axes import mark, ticks
from accord.report.charts.drawing import Canvas, Drawing, fitted, points, text_width
from accord.report.text import day, number

_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 16.0, 46.0, 30.0
_NARROW, _NARROW_TOP = 560.0, 66.0
"""Below this width the key takes a line of its own."""
_FAR = 4.0
"""An interval that reaches beyond so many times the greatest count is cut: the picture would be of the interval."""


class Period(NamedTuple):
    """One period: what was counted (None: not recorded), what was expected with its 95 % limits."""

    day: date
    observed: float | None
    expected: float | None
    low: float | None
    high: float | None


class Happening(NamedTuple):
    """A day on which something was done."""

    name: str
    day: date


def effect(
    key: str,
    title: str,
    periods: Sequence[Period],
    happenings: Sequence[Happening],
    *,
    unit: str,
    difference: str = "",
    width: float = 720,
    height: float = 300,
) -> Drawing:
    """Counts as a line, the expected path dashed with its band, what lies between them shaded after the first day.

    `difference`: the one number, written into the shaded part (`31 % fewer`). Periods in order, at least one.
    """
    counted = [p.observed for p in periods if p.observed is not None]
    most = max([1e-9, *counted, *(p.expected or 0 for p in periods)])
    reach = min(max([most, *(p.high or 0 for p in periods)]), _FAR * most)
    scale = ticks(reach, 4)
    names = " and ".join(f"{one.name} on {day(one.day)}" for one in happenings[:3])
    canvas = Canvas(
        key,
        width,
        height,
        title,
        f"{len(periods)} periods from {day(periods[0].day)} to {day(periods[-1].day)}: counted, and expected without "
        f"what was done ({names}), with its 95 % interval.",
    )
    top = _NARROW_TOP if width < _NARROW else _TOP
    first, last = periods[0].day.toordinal(), max(periods[-1].day.toordinal(), periods[0].day.toordinal() + 1)

    def x(when: date) -> float:
        return _LEFT + (width - _LEFT - _RIGHT) * min(1.0, max(0.0, (when.toordinal() - first) / (last - first)))

    def y(value: float) -> float:
        return top + (height - top - _BOTTOM) * (1 - min(1.0, value / scale[-1]))

    _frame(canvas, scale, unit, y)
    _days(canvas, periods, x)
    gap = _paths(canvas, periods, happenings, x, y)
    _happened(canvas, happenings, x, top)
    _said(canvas, difference, gap, periods, x=x, y=y)
    _key(canvas)
    return canvas.drawing()


def _paths(
    canvas: Canvas,
    periods: Sequence[Period],
    happenings: Sequence[Happening],
    x: Callable[[date], float],
    y: Callable[[float], float],
) -> list[Period]:
    """Band, what lies between, the expected path, the counts; gives the periods that the shaded part is drawn over."""
    after = [p for p in periods if happenings and p.day >= happenings[0].day]
    band = [p for p in periods if p.low is not None and p.high is not None]
    if band:
        edge = [(x(p.day), y(p.high or 0)) for p in band] + [(x(p.day), y(p.low or 0)) for p in reversed(band)]
        canvas.path(points(edge) + "Z", "f-line")
    gap = [p for p in after if p.observed is not None and p.expected is not None]
    if len(gap) > 1:
        edge = [(x(p.day), y(p.expected or 0)) for p in gap] + [(x(p.day), y(p.observed or 0)) for p in reversed(gap)]
        canvas.path(points(edge) + "Z", "f-accent-soft")
    awaited = [(x(p.day), y(p.expected)) for p in periods if p.expected is not None]
    if awaited:
        canvas.path(points(awaited), "s-ink-2", width=1.4, dash="5 4")
    for stretch in _stretches(periods):
        places = [(x(p.day), y(p.observed or 0)) for p in stretch]
        if len(places) == 1:
            canvas.circle(*places[0], 2, "f-accent")
        else:
            canvas.path(points(places), "s-accent", width=1.6 if len(periods) < 400 else 1.0)
    return gap


def _frame(canvas: Canvas, scale: Sequence[float], unit: str, y: Callable[[float], float]) -> None:
    for value in scale:
        canvas.line(_LEFT, y(value), canvas.width - _RIGHT, y(value), "s-line-2" if value == 0 else "s-line")
        label = mark(value) if value < 10_000 else number(value)
        canvas.text(_LEFT - 8, y(value) + 4, label, size=12, ink="ink-3", anchor="end")
    canvas.text(0, 30 if canvas.width < _NARROW else 12, fitted(unit, 200, 12), size=12, ink="ink-3")


def _days(canvas: Canvas, periods: Sequence[Period], x: Callable[[date], float]) -> None:
    last = -100.0
    most = 4 if canvas.width >= _NARROW else 2
    for place in range(most + 1):
        when = periods[(len(periods) - 1) * place // most].day
        label = day(when)
        half = text_width(label, 12) / 2
        middle = min(max(x(when), _LEFT + half), canvas.width - half)
        if middle - half > last + 8:
            canvas.text(middle, canvas.height - 8, label, size=12, ink="ink-3", anchor="middle")
            last = middle + half


def _stretches(periods: Sequence[Period]) -> list[list[Period]]:
    """Runs of periods without a gap: a line through a gap would show counts that nobody made."""
    runs: list[list[Period]] = [[]]
    for period in periods:
        if period.observed is None:
            runs.append([])
        else:
            runs[-1].append(period)
    return [run for run in runs if run]


def _happened(canvas: Canvas, happenings: Sequence[Happening], x: Callable[[date], float], top: float) -> None:
    for place, one in enumerate(happenings):
        at = x(one.day)
        canvas.line(at, top - 8, at, canvas.height - _BOTTOM, "s-ink", width=1.2)
        if place > 2:
            continue
        anchor = "end" if at > canvas.width * 0.6 else "start"
        shift = -5 if anchor == "end" else 5
        label = fitted(f"{one.name}, {day(one.day)}", canvas.width * 0.55, 12)
        canvas.text(at + shift, top - 2 + 14 * place, label, size=12, ink="ink", anchor=anchor, weight=600, halo=True)


def _said(
    canvas: Canvas,
    difference: str,
    gap: Sequence[Period],
    periods: Sequence[Period],
    *,
    x: Callable[[date], float],
    y: Callable[[float], float],
) -> None:
    """The one number, near the middle of what it is about, under the lines; over them where they touch the ground."""
    if not difference or not gap:
        return
    half = text_width(difference, 15) / 2 * 1.1
    at = min(max(x(gap[len(gap) // 2].day), _LEFT + half), canvas.width - half)
    near = [p for p in periods if abs(x(p.day) - at) <= half + 8]
    heights = [y(value) for p in near for value in (p.observed, p.expected) if value is not None]
    place = max(heights) + 22
    if place > canvas.height - _BOTTOM - 6:
        place = min(heights) - 12
    canvas.text(at, place, difference, size=15, ink="accent", anchor="middle", weight=600, halo=True)


def _key(canvas: Canvas) -> None:
    drawn = (("counted", "s-accent"), ("expected without it", "s-ink-2"), ("95 % interval", "f-line"))
    at = max(0.0, canvas.width - sum(34 + text_width(words, 12) for words, _ in drawn))
    for words, classes in drawn:
        if classes.startswith("f-"):
            canvas.path(points([(at, 3), (at + 18, 3), (at + 18, 13), (at, 13)]) + "Z", classes)
        else:
            canvas.line(at, 8, at + 18, 8, classes, width=1.6, dash="5 4" if classes == "s-ink-2" else "")
        canvas.text(at + 23, 12, words, size=12, ink="ink-2")
        at += 34 + text_width(words, 12)
