"""Who shares with whom: a matrix of members, the number of selectors both hold in each cell."""

from __future__ import annotations

from collections.abc import Sequence

from accord.report.charts.drawing import Box, Canvas, Drawing, fitted, text_width
from accord.report.text import number, plain

_CELL_HEIGHT = 28.0
_STEPS = ("sunken", "state-received", "state-vetted", "state-action", "state-outcome")


def overlap_matrix(
    key: str, title: str, names: Sequence[str], counts: Sequence[Sequence[int]], *, width: float = 720
) -> Drawing:
    """A square matrix in the order given. Rows carry names and letters, columns the letters, so that no text is turned.

    `counts[i][j]`: selectors that i and j both hold; the diagonal: all that i holds, shown without shade.
    """
    names = [plain(name, 80) for name in names]
    size = len(names)
    left = min(240.0 if size <= 14 else 190.0, max((text_width(name, 12) for name in names), default=0) + 34)
    step = (width - left) / max(size, 1)
    height = 26 + size * _CELL_HEIGHT + 4
    pairs = [counts[i][j] for i in range(size) for j in range(size) if i != j]
    top = max(pairs, default=0)
    canvas = Canvas(
        key,
        width,
        height,
        title,
        f"A matrix of {size} members. The strongest pair shares {number(top)} selectors; "
        f"{sum(1 for value in pairs if value) // 2} of {len(pairs) // 2} pairs share any.",
    )
    for column in range(size):
        canvas.text(left + (column + 0.5) * step, 16, _letter(column), size=12, ink="ink-3", anchor="middle")
    for row, name in enumerate(names):
        y = 26 + row * _CELL_HEIGHT
        canvas.text(0, y + 18, _letter(row), size=12, ink="ink-3")
        canvas.text(20, y + 18, fitted(name, left - 30, 12), size=12, ink="ink")
        for column in range(size):
            box = Box(left + column * step + 1, y + 1, left + (column + 1) * step - 1, y + _CELL_HEIGHT - 1)
            _cell(canvas, box, counts[row][column], top, own=row == column)
    return canvas.drawing()


def shade(value: int, top: int) -> int:
    """The step of shade 0..4 of a count: by its order of magnitude, since overlap is skewed. 0 only for none."""
    if value <= 0 or top <= 0:
        return 0
    return next((step for step in (1, 2, 3) if value <= top ** (step / 4)), 4)


def inks(step: int) -> str:
    """The token of the ink that reads on a step of shade, in light and dark (WCAG 1.4.3, 4.5:1)."""
    return ("ink-3", "ink", "ink", "surface", "surface")[step]


def _cell(canvas: Canvas, box: Box, value: int, top: int, *, own: bool) -> None:
    step = 0 if own else shade(value, top)
    canvas.rect(box, f"f-{_STEPS[step]}", radius=3)
    if own and not value:
        return
    shown = number(value) if value else "·"
    room = box.right - box.left - 2
    size = 12.0
    while text_width(shown, size) > room and size > 8:
        size -= 0.5
    if text_width(shown, size) > room:
        shown = _short(value)
        size = 9.0
    canvas.text(
        (box.left + box.right) / 2,
        (box.top + box.bottom) / 2 + size * 0.36,
        shown,
        size=size,
        ink=inks(step),
        anchor="middle",
    )


def _short(value: int) -> str:
    return f"{value / 1e6:.0f}M" if value >= 1e6 else f"{value / 1e3:.0f}k"


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
