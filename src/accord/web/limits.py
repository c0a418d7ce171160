"""How often somebody may ask: token buckets in memory, one a session, token or address, and no more than so many.

A process has its own; who runs several behind one address allows that many times as much. When a limit is met the
answer is 429 with `Retry-After` (RFC 6585, section 4; RFC 9110, section 10.2.3).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from accord.model.errors import AccordError

MOST_KEPT = 50_000
"""Buckets; the one unused for longest goes first, and was full again by then unless the node is flooded."""


class TooManyError(AccordError):
    """Asked too often."""

    def __init__(self, wait_s: int) -> None:
        seconds = "a second" if wait_s == 1 else f"{wait_s} seconds"
        when = seconds if wait_s < 120 else f"{math.ceil(wait_s / 60)} minutes"
        super().__init__("You asked more often than this node allows.", action=f"Come back in {when}.")
        self.wait_s = wait_s


class Pace(NamedTuple):
    """`burst` at once, then `per_minute`."""

    burst: float
    per_minute: float


DOOR = Pace(30, 15)
"""An address that tries to come in. Tokens cannot be guessed at any pace; this keeps the log and the database quiet."""
STRANGER = Pace(240, 120)
"""An address without a session."""
SESSION = Pace(1_200, 1_200)
"""A person: the busiest page sends a dozen requests, the palette one a keystroke."""
TOKEN = Pace(6_000, 12_000)
"""A program that pages through everything; what it costs is bounded by statement timeouts."""
CHANGES = Pace(120, 120)
"""Forms that a session sends."""


class Limits:
    """Buckets of a process. `now_s`: a steady clock. `scale` multiplies every pace; 0 turns limits off, for tests."""

    def __init__(
        self, *, now_s: Callable[[], float] = time.monotonic, scale: float = 1.0, most_kept: int = MOST_KEPT
    ) -> None:
        self._now_s, self._scale, self._most_kept = now_s, scale, most_kept
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str | bytes], tuple[float, float]] = OrderedDict()

    def take(self, kind: str, whose: str | bytes, pace: Pace) -> None:
        """Counts one request. Raises `TooManyError` that says when the next is allowed."""
        if not self._scale:
            return
        burst, rate = pace.burst * self._scale, pace.per_minute * self._scale / 60
        key, now = (kind, whose), self._now_s()
        with self._lock:
            left, at = self._buckets.pop(key, (burst, now))
            left = min(burst, left + (now - at) * rate)
            enough = left >= 1
            self._buckets[key] = (left - 1 if enough else left, now)
            while len(self._buckets) > self._most_kept:
                self._buckets.popitem(last=False)
        if not enough:
            raise TooManyError(max(1, math.ceil((1 - left) / rate)))

    def __len__(self) -> int:
        return len(self._buckets)
