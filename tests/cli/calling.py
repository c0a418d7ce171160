"""The command `accord` as people call it: a process of its own, with a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.adapters.database import EmbeddedServer
from accord.exercise import files, world
from accord.model.errors import AccordError

ACCORD = Path(sys.executable).with_name("accord")
LIMIT_S = 240


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def summary(self) -> Any:
        return json.loads(self.out)


def call(*words: object, cwd: Path | None = None, **settings: str) -> Done:
    done = subprocess.run(_command(words), capture_output=True, text=True, timeout=LIMIT_S, cwd=cwd,
                          env=_environment(settings), check=False)  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def interrupt(number: int, when: Callable[[], bool], *words: object, after_s: float = 0.0) -> Done:
    """Starts the command, sends the signal once `when` holds (and `after_s` more have passed), waits for its end."""
    process = subprocess.Popen(_command(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=_environment({}))  # fmt: skip
    deadline = time.monotonic() + LIMIT_S
    while not when() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(after_s)
    process.send_signal(number)
    out, err = process.communicate(timeout=LIMIT_S)
    return Done(process.returncode, out, err)


def discard(data_dir: Path) -> None:
    with suppress(AccordError):
        EmbeddedServer.discard(data_dir)


def write_exercise(folder: Path, seed: int) -> Path:
    """A small exercise; gives the folder of its members."""
    write(folder, dict(files(world(seed, "small"))))
    return folder / "members"


def write(folder: Path, content: dict[str, bytes]) -> Path:
    for path, data in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def results(out: Path) -> dict[str, bytes]:
    """The files of a run that must be the same every time."""
    return {file.name: file.read_bytes() for file in sorted(out.iterdir()) if file.name != "timings.json"}


def _command(words: tuple[object, ...]) -> list[str]:
    return [str(ACCORD), *map(str, words)]


def _environment(settings: dict[str, str]) -> dict[str, str]:
    # With its compiled modules kept a command starts in half the time.
    left = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in left.items() if not name.startswith("ACCORD_")}
    return {**kept, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200", **settings}
