"""How long a search may take: a share of time that somebody else measures, a stop, or neither: work is counted then."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Pace = Callable[[], float]
"""How much of the time allowed is over, 0 … 1; from 1 on the search stops. Asked between chunks of work."""
Stop = Callable[[], bool]
"""True as soon as the best so far is wanted. Asked between chunks of work; results depend on it only if it says so."""


class Allowance(NamedTuple):
    """Without a pace the amount of work is fixed, so that the same seed gives the same result on every machine."""

    pace: Pace | None = None
    stop: Stop | None = None

    @property
    def timed(self) -> bool:
        return self.pace is not None

    def over(self) -> float:
        """The share of the time that is over; without a pace 0.0, until stopped: then 1.0."""
        if self.stop is not None and self.stop():
            return 1.0
        return 0.0 if self.pace is None else self.pace()

    def part(self, begin: float, end: float) -> Allowance:
        """The time between two shares of it as an allowance of its own."""
        pace = self.pace
        return self._replace(pace=None if pace is None else lambda: (pace() - begin) / (end - begin))


FREE = Allowance()
"""As long as the work takes."""
