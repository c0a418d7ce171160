"""CPU time of this process and of the PostgreSQL beside it, so that neighbours on the machine change little."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accord.adapters.cluster import find_place

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Seconds; `database_s` is CPU of all of PostgreSQL's processes, whether they still run or not."""

    wall_s: float = 0.0
    process_s: float = 0.0
    database_s: float = 0.0

    @property
    def cpu_s(self) -> float:
        return self.process_s + self.database_s


def postmaster_of(data_dir: Path) -> int:
    """Process id of the embedded server of a data folder, which must run."""
    return int((find_place(data_dir).cluster / "postmaster.pid").read_text().splitlines()[0])


def database_cpu_s(postmaster: int) -> float:
    """CPU seconds of the postmaster, of its children that run, and of those that ended (proc(5)).

    Of what runs by the scheduler's own count, in nanoseconds; of what ended in ticks of 10 ms: keep connections open.
    """
    total = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        if int(folder.name) == postmaster:
            total += _running_s(folder, fields) + sum(int(field) for field in fields[13:15]) * _TICK_S
        elif int(fields[1]) == postmaster:
            total += _running_s(folder, fields)
    return total


def _running_s(folder: Path, fields: list[str]) -> float:
    try:
        return int((folder / "schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):  # a kernel without it
        return (int(fields[11]) + int(fields[12])) * _TICK_S


@contextmanager
def measured(postmaster: int | None) -> Iterator[Cost]:
    """Fills in what the block costs when it ends."""
    cost = Cost()
    wall, process = time.perf_counter(), time.process_time()
    database = database_cpu_s(postmaster) if postmaster else 0.0
    yield cost
    cost.wall_s = time.perf_counter() - wall
    cost.process_s = time.process_time() - process
    cost.database_s = (database_cpu_s(postmaster) if postmaster else 0.0) - database


def peak_mib() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
