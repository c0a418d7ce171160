"""The two time lanes of a lead: when each side saw what it handed in, drawn on one axis. Geometry only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accord.services.browse_leads import LeadView
from accord.web.show import MONTHS
from accord.web.texts import _

LEFT, WIDTH, ROW = 130.0, 470.0, 26.0
"""Units of the drawing: labels left of LEFT, lanes of WIDTH beside them."""
_EARLIEST, _LATEST = 1980, 2200
"""Years outside are a slip of the pen, and would make the drawing say nothing."""


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    x: float
    width: float
    y: float
    ours: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """`overlap`: x and width where both saw; `ticks`: x and words. `finding` is the chart's title."""

    lanes: tuple[Lane, ...]
    overlap: tuple[float, float] | None
    ticks: tuple[tuple[float, str], ...]
    finding: str


def lanes_of(lead: LeadView) -> Lanes | None:
    """None when not both sides say when they saw it, or say it at the edge of the calendar."""
    known = []
    for side in (lead.us, lead.them):
        first, last = side.seen_from or side.seen_to, side.seen_to or side.seen_from
        if first is None or last is None or not _EARLIEST <= first.year <= last.year <= _LATEST:
            return None
        known.append((side, first, last))
    start, end = min(first for _s, first, _l in known), max(last for _s, _f, last in known)
    if end - start < timedelta(days=1):
        start, end = start - timedelta(days=1), end + timedelta(days=1)

    def place(moment: datetime) -> float:
        return LEFT + WIDTH * (moment - start) / (end - start)

    lanes = []
    for row, (side, first, last) in enumerate(known):
        label = _("You") if side.mine else side.member_name
        lanes.append(Lane(label, place(first), max(3.0, place(last) - place(first)), ROW * row + 8, ours=row == 0))
    both_from, both_to = max(first for _s, first, _l in known), min(last for _s, _f, last in known)
    overlap = (place(both_from), max(2.0, place(both_to) - place(both_from))) if both_from <= both_to else None
    ticks = tuple((LEFT + WIDTH * i / 4, _short(start + (end - start) * i / 4, end - start)) for i in range(5))
    return Lanes(tuple(lanes), overlap, ticks, _finding(both_from, both_to))


def _finding(both_from: datetime, both_to: datetime) -> str:
    days = (both_to - both_from).days
    if days >= 1:
        return _("Both saw it over the same {n} days").format(n=days)
    if days >= 0:
        return _("Both saw it at the same time")
    return _("{n} days lie between the two").format(n=-days)


def _short(moment: datetime, whole: timedelta) -> str:
    if whole > timedelta(days=500):
        return f"{MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment.day} {MONTHS[moment.month - 1]}"
