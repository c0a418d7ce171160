"""Equal steps of time: a day, seven days from the first row on, or a calendar month."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Frequency(StrEnum):
    """How long one period of a series is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


PER_YEAR = {Frequency.DAY: 365.25, Frequency.WEEK: 365.25 / 7, Frequency.MONTH: 12.0}
"""Periods in a mean year."""

_DAYS = {Frequency.DAY: 1, Frequency.WEEK: 7}


def index_of(day: date, origin: date, frequency: Frequency) -> int:
    """The number of the period that holds `day`, 0 being the one that begins on `origin`; negative before it."""
    if frequency is Frequency.MONTH:
        return (day.year - origin.year) * 12 + day.month - origin.month
    return (day - origin).days // _DAYS[frequency]


def day_of(index: int, origin: date, frequency: Frequency) -> date:
    """The first day of a period."""
    if frequency is Frequency.MONTH:
        months = origin.year * 12 + origin.month - 1 + index
        return date(months // 12, months % 12 + 1, 1)
    return origin + timedelta(days=index * _DAYS[frequency])


def begins_period(day: date, origin: date, frequency: Frequency) -> bool:
    """Whether a period of the series that holds `origin` starts on this very day."""
    if frequency is Frequency.MONTH:
        return day.day == 1
    return (day - origin).days % _DAYS[frequency] == 0
