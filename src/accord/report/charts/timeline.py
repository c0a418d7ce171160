"""When each member saw something: one lane a member, one mark a period, stronger in colour for more sightings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from accord.report.charts.drawing import Box, Canvas, Drawing, fitted, text_box, text_width
from accord.report.text import day, plain

_ROW, _HEAD, _FOOT = 26.0, 6.0, 26.0
_SHADES = ("state-vetted", "state-used", "state-action", "state-outcome")


class Lane(NamedTuple):
    """A member's name, and contributions by the day on which what they report was seen; days in order."""

    name: str
    seen: tuple[tuple[date, int], ...]


def timeline(key: str, title: str, lanes: Sequence[Lane], *, width: float = 720) -> Drawing:
    """Lanes on one scale of days, in periods as wide as 4 pixels at least; a hatched lane has no dates."""
    lanes = [Lane(plain(lane.name, 80), lane.seen) for lane in lanes]
    days = [seen for lane in lanes for seen, _ in lane.seen]
    left = min(236.0, max((text_width(lane.name, 12) for lane in lanes), default=0) + 12)
    height = _HEAD + len(lanes) * _ROW + _FOOT
    if not days:
        canvas = Canvas(key, width, height, title, "No dates are known.")
        for place, lane in enumerate(lanes):
            canvas.text(0, _HEAD + place * _ROW + 16, fitted(lane.name, left - 8, 12), size=12, ink="ink")
            canvas.text(left, _HEAD + place * _ROW + 16, "no dates in its files", size=12, ink="ink-3")
        return canvas.drawing()
    first, last = min(days), max(days)
    span = max(1, (last - first).days + 1)
    canvas = Canvas(
        key,
        width,
        height,
        title,
        f"{len(lanes)} lanes from {day(first)} to {day(last)}; each mark is a period with sightings.",
    )
    slots = int(min(span, (width - left) // 5))

    def x(when: date) -> float:
        return left + (width - left) * ((when - first).days + 0.5) / span

    for at, label in _dates(first, last):
        canvas.line(x(at), _HEAD, x(at), height - _FOOT + 4, "s-line")
        half = text_width(label, 12) / 2
        middle = min(max(x(at), left + half), width - half)
        if not any(text_box(middle, height - 6, label, 12, "middle").meets(other, 2) for other in canvas.labels):
            canvas.text(middle, height - 6, label, size=12, ink="ink-3", anchor="middle")
    for place, lane in enumerate(lanes):
        _lane(canvas, lane, _HEAD + place * _ROW, _Scale(left, slots, first, span))
    return canvas.drawing()


class _Scale(NamedTuple):
    """Where lanes start, in how many slots they are cut, the first day and the number of days."""

    left: float
    slots: int
    first: date
    span: int


def _lane(canvas: Canvas, lane: Lane, y: float, scale: _Scale) -> None:
    left, slots, first, span = scale
    canvas.text(0, y + 16, fitted(lane.name, left - 10, 12), size=12, ink="ink")
    canvas.line(left, y + _ROW - 1, canvas.width, y + _ROW - 1, "s-line")
    if not lane.seen:
        canvas.text(left + 2, y + 16, "no dates in its files", size=12, ink="ink-3", halo=True)
        return
    filled: dict[int, int] = {}
    for when, many in lane.seen:
        slot = (when - first).days * slots // span
        filled[slot] = filled.get(slot, 0) + many
    step = (canvas.width - left) / slots
    for slot, many in sorted(filled.items()):
        mark = Box(left + slot * step, y + 4, left + slot * step + min(max(step - 1, 2), 14), y + _ROW - 5)
        canvas.rect(mark, f"f-{_SHADES[min(3, many.bit_length() - 1)]}", radius=1)


def _dates(first: date, last: date) -> list[tuple[date, str]]:
    """Dates to write below: years, or months, or days, six at most, by what the span holds."""
    span = (last - first).days
    if span > 900:
        years = range(first.year + 1, last.year + 1)
        step = -(-len(years) // 6)
        return [(date(year, 1, 1), str(year)) for year in years[::step]]
    if span > 14:
        return [(at, day(at)) for at in (first + timedelta(days=span * n // 4) for n in range(5))]
    return [(first, day(first))] if span < 3 else [(first, day(first)), (last, day(last))]
