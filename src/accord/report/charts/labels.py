"""Places labels beside points so that none covers another, a point, or the edge of the picture.

Greedy in the order given, eight positions a point (Christensen, Marks and Shieber 1995, section 3: the simplest of the
methods compared, and enough where a label may be left out). A grid keeps the cost near the number of labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from accord.report.charts.drawing import Box, text_box

_GRID = 40.0  # pixels; about the size of what is placed


class Wanted(NamedTuple):
    """A label for a point: text, place of the point, how far its mark reaches, which obstacle is the point's own."""

    text: str
    x: float
    y: float
    reach: float
    own: int
    size: float
    mono: bool = True


class Placed(NamedTuple):
    label: Wanted
    x: float
    y: float
    anchor: str
    box: Box


class Room:
    """What is taken, in a grid."""

    def __init__(self, within: Box) -> None:
        self._within = within
        self._cells: dict[tuple[int, int], list[tuple[int, Box]]] = {}

    def take(self, box: Box, name: int = -1) -> None:
        """Marks a box as taken; `name` lets its own label ignore it."""
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append((name, box))

    def free(self, box: Box, own: int, gap: float) -> bool:
        """True when the box lies within the picture and nearer than `gap` to nothing but its own point."""
        inside = self._within
        if box.left < inside.left or box.right > inside.right or box.top < inside.top or box.bottom > inside.bottom:
            return False
        near = Box(box.left - gap, box.top - gap, box.right + gap, box.bottom + gap)
        return not any(
            name != own and box.meets(other, gap) for cell in _cells(near) for name, other in self._cells.get(cell, ())
        )


def place(wanted: Iterable[Wanted], room: Room, most: int, gap: float = 2.0) -> list[Placed]:
    """Labels that found a place, at most `most`; the room then holds them too."""
    done: list[Placed] = []
    for label in wanted:
        if len(done) >= most:
            break
        for x, y, anchor in _positions(label):
            box = text_box(x, y, label.text, label.size, anchor, mono=label.mono)
            if room.free(box, label.own, gap):
                room.take(box)
                done.append(Placed(label, x, y, anchor, box))
                break
    return done


def _positions(label: Wanted) -> Sequence[tuple[float, float, str]]:
    reach, size = label.reach + 3, label.size
    x, y = label.x, label.y
    slant = reach * 0.7
    return (
        (x + reach, y + size * 0.33, "start"),
        (x - reach, y + size * 0.33, "end"),
        (x, y - reach, "middle"),
        (x, y + reach + size * 0.8, "middle"),
        (x + slant, y - slant, "start"),
        (x - slant, y - slant, "end"),
        (x + slant, y + slant + size * 0.7, "start"),
        (x - slant, y + slant + size * 0.7, "end"),
    )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _GRID), int(box.right // _GRID) + 1):
        for row in range(int(box.top // _GRID), int(box.bottom // _GRID) + 1):
            yield column, row
