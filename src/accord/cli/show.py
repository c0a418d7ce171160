"""How the command line talks: a progress line a stage, tables, errors in words, exit codes that mean something."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from accord.custody.errors import MisconductError
from accord.model.errors import AccordError, InputError
from accord.model.ports import Progress as Reports

PARTIAL = 8
"""Exit code when the work was done but some of the input could not be read."""

console = Console(stderr=True, highlight=False, markup=False, emoji=False)
"""Takes text as it is: names of files and members are the sender's, and `[/x]` in one is no command to us."""


def plain(text: str) -> str:
    """What may be shown in a terminal: control characters, which may move its cursor or worse, become U+FFFD."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def print_json(value: object) -> None:
    """One JSON document on standard output, keys sorted."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    sys.stdout.buffer.flush()


def explain(error: AccordError) -> None:
    """Says what happened, where, and what to do next."""
    where = ""
    if isinstance(error, InputError) and error.path:
        where = f" ({error.path}" + (f", line {error.line})" if error.line else ")")
    console.print(Text(f"{type(error).__name__.removesuffix('Error')}:", "bold red"), plain(error.message + where))
    if isinstance(error, MisconductError):
        console.print(f"  What it proves: {plain(error.proves)}")
    if error.action:
        console.print(f"  {plain(error.action)}")


class Stages:
    """A bar for each stage, implementing `model.ports.Progress`."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total, detail=detail)
        self._bars.update(self._tasks[stage], completed=done, total=total, detail=plain(detail[:60]))


class Both:
    """Tells two who watch; the second may refuse to go on."""

    def __init__(self, one: Reports, other: Reports) -> None:
        self._both = (one, other)

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        for watcher in self._both:
            watcher.report(stage, done, total, detail)


@contextmanager
def stages(*, quiet: bool = False) -> Iterator[Stages]:
    """Progress of a command on standard error; nothing when `quiet`."""
    bars = Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", style="dim", markup=False),
        console=console,
        disable=quiet,
    )
    with bars:
        yield Stages(bars)
