"""What each stage of a command cost: seconds, CPU seconds of this process, and its peak memory so far."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
            told = self.stages.setdefault(name, {"seconds": 0.0, "cpu_seconds": 0.0, "peak_memory_mb": 0.0})
            told["seconds"] = round(told["seconds"] + time.perf_counter() - wall, 3)
            told["cpu_seconds"] = round(told["cpu_seconds"] + _cpu() - cpu, 3)
            told["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _TO_BYTES / 1e6, 1)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
