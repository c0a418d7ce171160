"""What a conversion could not carry, and why: counted by cause, so that a report stays short."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple


class Loss(NamedTuple):
    """`what` was not carried, so many times, and why; both are short sentences or names, the same for one cause."""

    what: str
    times: int
    why: str


class Losses:
    """Losses in the making."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, why: str, count: int = 1) -> None:
        if count:
            self._counted[what, why] += count

    def told(self) -> tuple[Loss, ...]:
        """In order of what was lost."""
        return tuple(Loss(what, count, why) for (what, why), count in sorted(self._counted.items()))


def merged(*several: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """The losses of several conversions as one list."""
    together = Losses()
    for losses in several:
        for loss in losses:
            together.add(loss.what, loss.why, loss.times)
    return together.told()
