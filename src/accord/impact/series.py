"""Counts in equal periods, checked once: what cannot be measured is refused here, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from accord.impact.periods import Frequency, day_of, index_of
from accord.model.errors import InputError, LimitError

Floats = NDArray[np.float64]

MAX_PERIODS = 8_000
"""22 years of days. The time of a fit is linear in it: about 4 s there, and a finding takes up to twelve fits."""

MAX_COUNT = 1e12
"""A count above it is a mistake of units, and would leave doubles without a digit for one event."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts per period. `values`: (n,) floats ≥ 0, nan where nothing was recorded (a gap, which is not a zero).

    `origin`: first day of period 0; for months the first of the month.
    """

    name: str
    origin: date
    frequency: Frequency
    values: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _checked(self.name, self.values))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def gaps(self) -> int:
        return int(np.isnan(self.values).sum())

    def day(self, index: int) -> date:
        return day_of(index, self.origin, self.frequency)

    def between(self, first: date, last: date) -> Series:
        """The periods that hold `first` to `last`, both included; cut at the ends of the series."""
        start = max(0, index_of(first, self.origin, self.frequency))
        stop = min(len(self), index_of(last, self.origin, self.frequency) + 1)
        if start >= stop:
            raise InputError(
                f"{self.name} has no value between {first} and {last}; it covers {self.origin} to "
                f"{self.day(len(self) - 1)}.",
                action="Correct the declared window, or hand in the series that covers it.",
            )
        return Series(self.name, self.day(start), self.frequency, self.values[start:stop])

    def masked(self, periods: NDArray[np.bool_]) -> Series:
        """The same series with these periods as gaps."""
        return Series(self.name, self.origin, self.frequency, np.where(periods, np.nan, self.values))


def total(name: str, parts: tuple[Series, ...]) -> Series:
    """Several aligned series added up; a period is a gap when it is one in any of them."""
    return Series(name, parts[0].origin, parts[0].frequency, np.sum([part.values for part in parts], axis=0))


def refuse_empty(series: Series) -> None:
    """Raises `InputError` when there is nothing to compare: no value, one value, or zeros alone."""
    seen = series.values[~np.isnan(series.values)]
    if len(seen) < 2:
        raise InputError(
            f"{series.name} has {len(seen)} value(s) in the window: a change needs several before and after.",
            action="Hand in a longer series, or one of shorter periods.",
        )
    if not seen.any():
        raise InputError(
            f"All {len(seen)} values of {series.name} are 0: a change in percent of nothing has no meaning.",
            action="Measure something that happened before the action day.",
        )


def _checked(name: str, values: Floats) -> Floats:
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1 or len(array) == 0:
        raise InputError(f"{name} has no values.", action="Hand in one count a period.")
    if len(array) > MAX_PERIODS:
        raise LimitError(
            f"{name} has {len(array):,} periods; at most {MAX_PERIODS:,} are measured.",
            action="Add the counts up to longer periods.",
        )
    if np.isinf(array).any() or (array > MAX_COUNT).any():
        raise InputError(f"{name} has a count above {MAX_COUNT:.0e}.", action="Correct the unit of the counts.")
    if (array < 0).any():
        at = int(np.flatnonzero(array < 0)[0])
        raise InputError(f"{name} is negative in period {at + 1}: {array[at]:g}.", action="Counts are 0 or more.")
    array.flags.writeable = False
    return array
