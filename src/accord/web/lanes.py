"""The two time lanes of a lead: when each side saw what it handed in, drawn on one axis. Geometry only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accord.services.browse_leads import LeadView
from accord.web.show import MONTHS
from accord.web.texts import _

LEFT, WIDTH, ROW = 130.0, 470.0, 26.0
"""Units of the drawing: labels left of LEFT, lanes of WIDTH beside them."""


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
    """None when not both sides say when they saw it."""
    sides = (lead.us, lead.them)
    spans = [(s.seen_from or s.seen_to, s.seen_to or s.seen_from) for s in sides]
    if any(first is None or last is None for first, last in spans):
        return None
    known = [(first, last) for first, last in spans if first and last]
    start, end = min(first for first, _last in known), max(last for _first, last in known)
    if end - start < timedelta(days=1):
        start, end = start - timedelta(days=1), end + timedelta(days=1)

    def place(moment: datetime) -> float:
        return LEFT + WIDTH * (moment - start) / (end - start)

    lanes = tuple(
        Lane(_("You") if side.mine else side.member_name, place(first), max(3.0, place(last) - place(first)), ROW * i + 8, i == 0)
        for i, (side, (first, last)) in enumerate(zip(sides, known, strict=True))
    )  # fmt: skip
    both_from, both_to = max(first for first, _l in known), min(last for _f, last in known)
    overlap = (place(both_from), max(2.0, place(both_to) - place(both_from))) if both_from <= both_to else None
    ticks = tuple((LEFT + WIDTH * i / 4, _short(start + (end - start) * i / 4, end - start)) for i in range(5))
    return Lanes(lanes, overlap, ticks, _finding(both_from, both_to))


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
