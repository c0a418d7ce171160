"""The disruption curve: what remains of the network's capability as the plan's actions add up their cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from accord.report.charts.axes import mark, ticks
from accord.report.charts.drawing import Box, Canvas, Drawing, points, text_box
from accord.report.text import number

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 24.0, 26.0, 44.0


class Step(NamedTuple):
    """After a step: its number in the plan, cost so far in working days, residual share with its band, who acts."""

    number: int
    cost: float
    residual: float
    low: float
    high: float
    member: str


def disruption_curve(
    key: str, title: str, steps: Sequence[Step], *, budget: float | None, width: float = 720, height: float = 300
) -> Drawing:
    """Residual capability in % over cost in working days; the band is the steps' low to high; marks are numbered."""
    end = steps[-1] if steps else Step(0, 0, 1, 1, 1, "")
    reach = max([step.cost for step in steps] + [budget or 0, 1e-9])
    marks = ticks(reach, 6)
    canvas = Canvas(
        key,
        width,
        height,
        title,
        f"A falling curve from 100 % at no cost to {end.residual * 100:.0f} % after {end.cost:g} working days, "
        f"in {len(steps)} steps.",
    )

    def x(cost: float) -> float:
        return _LEFT + (width - _LEFT - _RIGHT) * cost / marks[-1]

    def y(share: float) -> float:
        return _TOP + (height - _TOP - _BOTTOM) * (1 - min(1.0, max(0.0, share)))

    _frame(canvas, marks, x, y)
    start = Step(0, 0, 1, 1, 1, "")
    every = [start, *steps]
    band = [(x(s.cost), y(s.high)) for s in every] + [(x(s.cost), y(s.low)) for s in reversed(every)]
    canvas.path(points(band) + "Z", "f-accent-soft")
    canvas.path(points([(x(s.cost), y(s.residual)) for s in every]), "s-accent", width=2)
    if budget is not None and budget > 0:
        _budget(canvas, x(budget), y(0), budget)
    _marks(canvas, [(x(s.cost), y(s.residual), s) for s in steps])
    return canvas.drawing()


def _frame(canvas: Canvas, marks: list[float], x: Callable[[float], float], y: Callable[[float], float]) -> None:
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(_LEFT, y(share), canvas.width - _RIGHT, y(share), "s-line-2" if share == 0 else "s-line")
        canvas.text(_LEFT - 8, y(share) + 4, f"{share * 100:.0f}", size=12, ink="ink-3", anchor="end")
    for cost in marks:
        canvas.line(x(cost), y(0), x(cost), y(0) + 4, "s-line-2")
        canvas.text(x(cost), y(0) + 18, mark(cost), size=12, ink="ink-3", anchor="middle")
    canvas.text(_LEFT - 8, 14, "% of capability that remains", size=12, ink="ink-3")
    canvas.text(canvas.width - _RIGHT, canvas.height - 8, "working days spent", size=12, ink="ink-3", anchor="end")


def _budget(canvas: Canvas, at: float, ground: float, budget: float) -> None:
    canvas.line(at, _TOP, at, ground, "s-ink-2", dash="2 3")
    label = f"budget {number(budget)} days"
    anchor = "end" if at > canvas.width / 2 else "start"
    shift = -6 if anchor == "end" else 6
    canvas.text(at + shift, _TOP + 10, label, size=12, ink="ink-2", anchor=anchor)


def _marks(canvas: Canvas, places: list[tuple[float, float, Step]]) -> None:
    """Dots for all steps; numbers only where they stand clear of each other and of other labels."""
    dots = [Box(px - 5, py - 5, px + 5, py + 5) for px, py, _ in places]
    for number_of, (px, py, step) in enumerate(places):
        canvas.circle(px, py, 4, "f-accent s-canvas", width=1.5)
        text = str(step.number)
        box = text_box(px + 7, py - 7, text, 12)
        near = [*canvas.labels, *(dot for other, dot in enumerate(dots) if other != number_of)]
        if box.right < canvas.width and not any(box.meets(other, 1) for other in near):
            canvas.text(px + 7, py - 7, text, size=12, ink="ink")
