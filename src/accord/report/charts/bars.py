"""Horizontal bars: how many of each kind, the label before and the number after the bar."""

from __future__ import annotations

from collections.abc import Sequence

from accord.report.charts.drawing import Box, Canvas, Drawing, fitted, text_width
from accord.report.text import number, plain

_ROW = 26.0


def bars(key: str, title: str, rows: Sequence[tuple[str, int]], *, ink: str = "accent", width: float = 720) -> Drawing:
    """One bar a row, in the order given, on a scale from 0 to the greatest."""
    rows = [(plain(label, 80), value) for label, value in rows]
    left = min(width * 0.45, max((text_width(label, 13) for label, _ in rows), default=0) + 12)
    top = max((value for _, value in rows), default=0) or 1
    room = width - left - max((text_width(number(value), 13) for _, value in rows), default=0) - 10
    height = len(rows) * _ROW + 4
    said = "; ".join(f"{label}: {number(value)}" for label, value in rows[:6])
    canvas = Canvas(key, width, max(height, 30), title, f"Bars. {said or 'None.'}")
    for place, (label, value) in enumerate(rows):
        y = place * _ROW + 2
        canvas.text(0, y + 16, fitted(label, left - 12, 13), size=13, ink="ink")
        end = left + max(1.5 if value else 0.0, room * value / top)
        canvas.rect(Box(left, y + 5, end, y + 19), f"f-{ink}", radius=2)
        canvas.text(end + 6, y + 16, number(value), size=13, ink="ink-2")
    return canvas.drawing()
