"""Long work over the node's own database: put in the queue with the data it belongs to, followed, cancelled.

`Worker` (jobs.worker) does it, inside the process that serves or inside `accord run`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import procrastinate

from accord.model.ports import Clock, Ids, Progress
from accord.store import work
from accord.store.engine import Connection, Engine, driver_of, node_transaction

PREFIX = "accord."
"""In front of every task's name in the queue, so that other programs' jobs are left alone."""


class Work(Protocol):
    """What a task does. It reports often (a cancel shows only then) and may be run again after a kill: idempotent."""

    def __call__(self, progress: Progress, /, **given: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Jobs:
    """The tasks of one node and their queue. `url`: libpq URI of the application's role, for the worker's own pool."""

    url: str
    engine: Engine
    clock: Clock
    ids: Ids
    tasks: dict[str, Work] = field(default_factory=dict)
    # Never opened: it only writes jobs through connections that it is given.
    _queue: procrastinate.App = field(
        default_factory=lambda: procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
    )

    def register(self, task: str, does: Work) -> None:
        """Names what a task does; before a worker starts. The name (`intake`) stays the same between versions."""
        if task in self.tasks:
            raise ValueError(f"the task {task!r} is there already")
        self.tasks[task] = does

    def defer(
        self,
        connection: Connection,
        task: str,
        *,
        title: str,
        audience: int,
        person_id: UUID | None = None,
        one_at_a_time: str | None = None,
        unless_waiting: bool = False,
        **given: Any,
    ) -> UUID:
        """Puts work in the queue inside the caller's transaction; its id. It begins once that is committed.

        `given` is JSON and goes to the task. Work of one `one_at_a_time` word never runs side by side. `unless_waiting`
        gives the id of a piece of the same task that waits already, instead of another (node transactions only).
        """
        if unless_waiting and (there := work.waiting(connection, task)) is not None:
            return there
        number = self.ids.new()
        asked_at = self.clock.now()
        work.add(
            connection, id=number, task=task, title=title, audience=audience, asked_at=asked_at, person_id=person_id
        )
        job = self._queue.configure_task(PREFIX + task, connection=driver_of(connection), lock=one_at_a_time)
        job.defer(work_id=str(number), given=given)
        return number

    def cancel(self, connection: Connection, number: UUID) -> None:
        """Asks to stop a piece of work. Raises `AbsentError` when this viewer knows of none."""
        work.ask_cancel(connection, number, self.clock.now())

    def follow(self, number: UUID, *, poll_s: float = 0.1) -> Iterator[Any]:
        """The row of `work` each time it has changed, the last one when it has ended. For the node's own processes."""
        before = None
        while before is None or before.state not in work.ENDED:
            with node_transaction(self.engine) as connection:
                now = work.get(connection, number)
            if now != before:
                yield now
                before = now
            else:
                time.sleep(poll_s)
