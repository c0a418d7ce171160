"""Placebo dates: the same method where nothing happened, on the days before the intervention alone.

A method that finds effects at dates without one is not believed at the date that matters. All placebos together raise
a false alarm in at most 5 of 100 series: each is tested at 5 % over their number (Bonferroni).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from accord.impact.change import Change
from accord.impact.declaration import Declaration, Intervention
from accord.impact.design import MIN_AFTER, MIN_BEFORE, season_terms
from accord.impact.its import interrupted
from accord.impact.periods import index_of
from accord.impact.series import Series
from accord.model.errors import InputError

MAX_DATES = 8
ALARM = 0.05


@dataclass(frozen=True, slots=True)
class Placebos:
    """`changes`: one a placebo date, oldest first; empty when the time before is too short for any."""

    changes: tuple[Change, ...]

    @property
    def found(self) -> int:
        """How many of the 95 % intervals exclude 0; one in twenty is to be expected."""
        return sum(change.excludes_zero for change in self.changes)

    @property
    def alarm(self) -> bool:
        """Whether the method finds what is not there, beyond chance."""
        return any(change.p < ALARM / len(self.changes) for change in self.changes)


def placebos(series: Series, declaration: Declaration, dates: int = MAX_DATES) -> Placebos:
    """Measures at up to `dates` evenly spaced dates of the time before; each only with the days before the real one.

    The periods after a placebo date last as long as those after the real one, where there is room.
    """
    real = declaration.interventions[0]
    past = series.between(declaration.window_first, real.day - timedelta(days=1))
    end = index_of(real.day, past.origin, past.frequency)  # exclusive; a period cut by the day is not before it
    past = series.between(declaration.window_first, past.day(max(0, end - 1)))
    length = _length(series, declaration)
    first, last = max(MIN_BEFORE, len(past) // 3), len(past) - max(MIN_AFTER, min(length, len(past) // 4))
    whole = series.between(declaration.window_first, declaration.window_last)
    waves = season_terms(series.frequency, len(whole), declaration.harmonics)  # the model of the real date
    found = []
    for at in _spaced(first, last, dates):
        asked = replace(
            declaration,
            interventions=(Intervention("placebo", past.day(at), _until(past, at, length)),),
            window_last=past.day(len(past) - 1),
            harmonics=waves,
            retrospective=True,
        )
        try:
            found.append(interrupted(past, asked).changes[0])
        except InputError:
            continue  # too few values on a side, or zeros alone: no placebo can be had here
    return Placebos(tuple(found))


def _length(series: Series, declaration: Declaration) -> int:
    real = declaration.interventions[0]
    end = real.until or declaration.window_last + timedelta(days=1)
    span = index_of(end, series.origin, series.frequency) - index_of(real.day, series.origin, series.frequency)
    return max(MIN_AFTER, span)


def _until(past: Series, at: int, length: int) -> date | None:
    return past.day(at + length) if at + length < len(past) else None


def _spaced(first: int, last: int, most: int) -> list[int]:
    if last < first:
        return []
    return sorted({first + round((last - first) * k / max(1, most - 1)) for k in range(most)})
