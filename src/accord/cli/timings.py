"""What each stage of a command cost: seconds, CPU seconds of this process, and its peak memory so far."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from accord.model.ports import Progress

_TO_BYTES = 1 if sys.platform == "darwin" else 1024  # getrusage(2): kilobytes on Linux, bytes on macOS


class Timings:
    """Stages in the order in which they ran."""

    def __init__(self) -> None:
        self.stages: dict[str, dict[str, float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measures what is done inside; a stage that runs again adds up."""
        wall, cpu = time.perf_counter(), _cpu()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - wall, _cpu() - cpu)

    @contextmanager
    def reported(self, progress: Progress, first: str) -> Iterator[Progress]:
        """Measures each stage that the work inside reports, from its first report to that of the next.

        What comes before any report counts as `first`. Gives the `Progress` to hand to the work.
        """
        watch = _Watch(self, progress, first)
        try:
            yield watch
        finally:
            watch.turn("")

    def add(self, name: str, wall: float, cpu: float) -> None:
        """Adds seconds to a stage, and notes the peak memory as it is now."""
        told = self.stages.setdefault(name, {"seconds": 0.0, "cpu_seconds": 0.0, "peak_memory_mb": 0.0})
        told["seconds"] = round(told["seconds"] + wall, 3)
        told["cpu_seconds"] = round(told["cpu_seconds"] + cpu, 3)
        told["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _TO_BYTES / 1e6, 1)


class _Watch:
    """Passes reports on, and notes when another stage begins."""

    def __init__(self, timings: Timings, progress: Progress, stage: str) -> None:
        self._timings = timings
        self._progress = progress
        self._stage = stage
        self._begun = time.perf_counter(), _cpu()

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        if stage != self._stage:
            self.turn(stage)
        self._progress.report(stage, done, total, detail)

    def turn(self, stage: str) -> None:
        wall, cpu = self._begun
        self._begun = time.perf_counter(), _cpu()
        self._timings.add(self._stage, self._begun[0] - wall, self._begun[1] - cpu)
        self._stage = stage


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
