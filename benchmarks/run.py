"""The main job on real members: wall, CPU and peak memory of each stage, and of PostgreSQL beside it.

    python -m benchmarks run                     on ../shared/data/members, without the PDF
    python -m benchmarks.run FOLDER [--pdf]

The command is run as a person would run it, in a fresh data folder, twice: the second time over what is there. The
first run compiles what numba has not kept yet. Bars: under 90 s and 1 GB without the PDF.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from accord.adapters.database import EmbeddedServer
from benchmarks.worlds import SHARED

BAR_S, BAR_MB = 90, 1_000


def main(folder: Path = SHARED / "data/members", *flags: str) -> None:
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}.")
    print(f"run: accord run on {sum(1 for _ in folder.iterdir())} members", flush=True)
    with tempfile.TemporaryDirectory(prefix="accord-b", dir="/tmp") as scratch:
        data_dir, out = Path(scratch) / "n", Path(scratch) / "out"
        try:
            for name in ("first", "again"):
                once(name, folder, data_dir, out, flags)
        finally:
            EmbeddedServer.discard(data_dir)


def once(name: str, folder: Path, data_dir: Path, out: Path, flags: tuple[str, ...]) -> None:
    command = [
        str(Path(sys.executable).with_name("accord")),
        "run",
        str(folder),
        "--out",
        str(out),
        "--data",
        str(data_dir),
    ]
    command += ["--json", *(flags or ("--no-pdf",))]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)  # of this child and of PostgreSQL's programs it waited for
    wall = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) not in (0, 8):
        sys.exit(f"accord run ended with {os.waitstatus_to_exitcode(status)}")
    stages = orjson.loads((out / "timings.json").read_bytes())
    print(f"  {name + ' run':24}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for stage, cost in stages.items():
        print(f"  {stage:24}{cost['seconds']:9.1f}{cost['cpu_seconds']:9.1f}{cost['peak_memory_mb']:9.0f}")
    peak = used.ru_maxrss * 1024 / 1e6
    print(f"  {'whole command':24}{wall:9.1f}{used.ru_utime + used.ru_stime:9.1f}{peak:9.0f}")
    print(f"  {verdict(wall, peak)}; {summary(orjson.loads(said))}", flush=True)


def verdict(wall: float, peak: float) -> str:
    met = wall < BAR_S and peak < BAR_MB
    return f"{'within' if met else 'BEYOND'} the bars of {BAR_S} s and {BAR_MB:,} MB"


def summary(said: dict[str, int]) -> str:
    return ", ".join(f"{said[name]:,} {name}" for name in ("files", "claims", "selectors", "leads"))


if __name__ == "__main__":
    main(*[Path(word) for word in sys.argv[1:2]], *sys.argv[2:])
