"""Exchanges side by side: a few at once, each with its time, so that a slow server holds up none but its own.

The threads are this piece of work's own and end with it; where each exchange stands is in the database. One that is
given up goes on in its thread until it next says how far it is, or its connection's own time ends; meanwhile its lock
keeps others from it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from accord.model.errors import NodeError
from accord.model.ports import Progress

LANES = 4
"""At once, where there are connections to the database for it: each holds one, and another while it writes."""
MOST_S = 1_800.0
"""Of one exchange in a row: what is left is for the next time."""
LOOK_AGAIN_S = 1.0
"""How often it is looked, while others run, whether more are due."""


class OutOfTimeError(NodeError):
    """It did not come to its end in its time; it goes on where it stands."""


class InLane:
    """How one exchange says how far it is: to the work that all are part of, and is told there to stop.

    Raises `OutOfTimeError` after `MOST_S`, and whatever the whole work was stopped by.
    """

    def __init__(self, whole: Progress, guard: threading.Lock, most_s: float) -> None:
        self._whole = whole
        self._guard = guard
        self._ends_s = time.monotonic() + most_s

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        with self._guard:
            self._whole.report(stage, done, total, detail)
        if time.monotonic() > self._ends_s:
            raise OutOfTimeError(
                "It took longer than half an hour.", action="Nothing is lost: it goes on where it stands."
            )


def run_in_lanes(
    due: Callable[[], Sequence[UUID]],
    run: Callable[[UUID, Progress], None],
    progress: Progress,
    *,
    lanes: int = LANES,
    most_s: float = MOST_S,
) -> None:
    """Runs all that is due, each once, also what becomes due meanwhile, until none is and all have ended.

    Raises what `progress` raises, at once; what a run raises, when the others have ended.
    """
    guard, ended = threading.Lock(), queue.SimpleQueue[tuple[UUID, BaseException | None]]()
    begun: set[UUID] = set()
    busy: set[UUID] = set()
    failure: BaseException | None = None

    def lane(number: UUID) -> None:
        try:
            run(number, InLane(progress, guard, most_s))
        except BaseException as error:  # noqa: BLE001  whatever it is: a thread keeps it to itself, so it is raised where the lanes are waited for
            ended.put((number, error))
        else:
            ended.put((number, None))

    while True:
        waiting = [number for number in due() if number not in begun]
        for number in waiting[: lanes - len(busy)]:
            begun.add(number)
            busy.add(number)
            threading.Thread(target=lane, args=(number,), name="accord-exchange", daemon=True).start()
        if not busy:
            break
        try:
            number, error = ended.get(timeout=LOOK_AGAIN_S)
            busy.discard(number)
            failure = failure or error
        except queue.Empty:
            pass
        with guard:
            progress.report("exchanging", len(begun) - len(busy), len(begun))
    if failure is not None:
        raise failure
