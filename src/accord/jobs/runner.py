"""Runs one piece of work: alone, with progress, to one of its ends, whatever happens in it."""

from __future__ import annotations

import threading
import time
import traceback
from uuid import UUID

import structlog

from accord.jobs.app import Jobs
from accord.model.errors import AbsentError, AccordError, CancelledWorkError
from accord.store import work
from accord.store.engine import node_transaction

MAX_TRIES = 3
"""Work that killed its worker this often (by its memory, say) would do so again. Clean stops do not count."""
REPORT_EVERY_S = 0.2
"""A report is a transaction (0.3 ms without, 1 ms with fsync); people see no more than five a second."""

_log = structlog.get_logger("accord.jobs")


class NodeStoppingError(Exception):
    """The node stops in order; the work goes back into the queue."""


class ElsewhereError(Exception):
    """Another worker works on it."""


class WorkProgress:
    """`model.ports.Progress` that writes into the work's row, in transactions of its own."""

    def __init__(self, jobs: Jobs, number: UUID, stopping: threading.Event) -> None:
        self._jobs = jobs
        self._number = number
        self._stopping = stopping
        self._stage = ""
        self._next_s = 0.0

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        if self._stopping.is_set():
            raise NodeStoppingError
        now_s = time.monotonic()
        if stage == self._stage and now_s < self._next_s and done != total:
            return
        self._stage, self._next_s = stage, now_s + REPORT_EVERY_S
        with node_transaction(self._jobs.engine) as connection:
            at = self._jobs.clock.now()
            asked = work.beat(connection, self._number, stage=stage, done=done, total=total, message=detail, at=at)
        if asked:
            raise CancelledWorkError("Stopped on request.", action="What was finished is kept.")


def run(jobs: Jobs, task: str, number: UUID, given: dict[str, object], stopping: threading.Event) -> None:
    """Does a piece of work and writes down its end. Raises `NodeStoppingError` and `ElsewhereError` only."""
    with work.hold(jobs.engine, number) as held:
        if not held:
            raise ElsewhereError
        if not _may_start(jobs, number):
            return
        try:
            jobs.tasks[task](WorkProgress(jobs, number, stopping), **given)
        except NodeStoppingError:
            with node_transaction(jobs.engine) as connection:
                work.put_back(connection, number)
            raise
        except CancelledWorkError as error:
            _end(jobs, number, work.CANCELLED, str(error))
        except AccordError as error:
            _end(jobs, number, work.FAILED, str(error))
        except Exception as error:  # noqa: BLE001  whatever a task does, its work must end and the worker go on
            # Where, not what: the text of a foreign error may quote the case.
            at = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            _log.error("job_failed", task=task, work=str(number), error=type(error).__name__, at=at)
            sentence = (
                f"An error in Accord itself ({type(error).__name__}) stopped this. Report it with the id {number}."
            )
            _end(jobs, number, work.FAILED, sentence)
        else:
            _end(jobs, number, work.DONE, "")


def _may_start(jobs: Jobs, number: UUID) -> bool:
    try:
        with node_transaction(jobs.engine) as connection:
            row = work.start(connection, number, jobs.clock.now())
    except AbsentError:  # its data was removed since
        return False
    if row.state in work.ENDED:
        return False
    if row.cancel_asked:
        _end(jobs, number, work.CANCELLED, "Stopped on request.")
        return False
    if row.tries > MAX_TRIES:
        _end(
            jobs,
            number,
            work.FAILED,
            f"Given up after {MAX_TRIES} interruptions; ask for it again once the cause is gone.",
        )
        return False
    return True


def _end(jobs: Jobs, number: UUID, state: str, message: str) -> None:
    with node_transaction(jobs.engine) as connection:
        work.end(connection, number, state, message, jobs.clock.now())
