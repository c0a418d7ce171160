"""Work that a command does itself, shown to people like any other: on the page with its bar, and stopped from there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from accord.jobs.app import Jobs
from accord.jobs.runner import WorkProgress
from accord.model.errors import AccordError, CancelledWorkError, ConflictError
from accord.model.ports import Progress
from accord.store import work
from accord.store.engine import node_transaction

INTERRUPTED = "Interrupted; what was finished is kept. Run the same command again to go on."


class _Discreet:
    """How far work is, in whole percent and without its details.

    Details name members and files, totals count them, also those that not everybody who sees this work may know of.
    """

    def __init__(self, shown: Progress) -> None:
        self._shown = shown

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:  # noqa: ARG002  kept back
        if total:
            self._shown.report(stage, min(100, 100 * done // total), 100)
        else:
            self._shown.report(stage, 0, None)


@contextmanager
def tracked(jobs: Jobs, task: str, title: str, audience: int) -> Iterator[Progress]:
    """A row of `work` for what is done inside, ended as it ends.

    Raises `ConflictError` when the same task runs already in another process: two would do everything twice. A row
    that a killed process left is ended first.
    """
    with node_transaction(jobs.engine) as connection:
        left = work.running(connection, task)
    for number in left:
        with work.hold(jobs.engine, number) as free:
            if not free:
                raise ConflictError(f"{title} is under way already.", action="Wait for it, or stop it on its page.")
            with node_transaction(jobs.engine) as connection:
                work.end(connection, number, work.FAILED, INTERRUPTED, jobs.clock.now())
    number = jobs.ids.new()
    with work.hold(jobs.engine, number):
        with node_transaction(jobs.engine) as connection:
            at = jobs.clock.now()
            work.add(connection, id=number, task=task, title=title, audience=audience, asked_at=at)
            work.start(connection, number, at)
        state, message = work.FAILED, INTERRUPTED
        try:
            yield _Discreet(WorkProgress(jobs, number, threading.Event()))
            state, message = work.DONE, ""
        except CancelledWorkError as error:
            state, message = work.CANCELLED, str(error)
            raise
        except AccordError as error:
            message = str(error)
            raise
        finally:
            with node_transaction(jobs.engine) as connection:
                work.end(connection, number, state, message, jobs.clock.now())
