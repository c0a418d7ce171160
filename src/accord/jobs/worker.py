"""Works on the queue in a thread of this process, with an event loop of its own; no second process to start.

A worker that is killed leaves its job marked as being done by nobody: any worker, also of another process, takes it
up again within `GRACE_S` and `LOOK_EVERY_S`. One that is stopped puts back what it works on.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import procrastinate
import structlog
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from accord.jobs import runner
from accord.jobs.app import PREFIX, Jobs
from accord.model.errors import NodeError
from accord.store import work
from accord.store.engine import node_transaction

GRACE_S = 5.0
LOOK_EVERY_S = 2.0
START_WAIT_S = 30.0

_log = structlog.get_logger("accord.jobs")


class _PutBack(BaseRetryStrategy):
    """Only what says itself that it is to be done later is done again; a task's own errors have ended it."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002  # the port names its arguments
        match exception:
            case runner.NodeStoppingError():
                return RetryDecision(retry_in={"seconds": 0})
            case runner.ElsewhereError():
                return RetryDecision(retry_in={"seconds": int(GRACE_S)})
            case _:
                return None


class Worker:
    """A context manager: works from its beginning to its end. Register every task before."""

    def __init__(self, jobs: Jobs, *, concurrency: int = 1) -> None:
        self._jobs = jobs
        self._concurrency = concurrency
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="accord-worker", daemon=True)
        self._ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(timeout=START_WAIT_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self, *, wait_s: float = 30.0) -> bool:
        """Stops after the next report of what runs; false when that did not come in time (it is then left behind)."""
        self._stopping.set()
        loop, halt = self._ready.result(timeout=START_WAIT_S)
        if not loop.is_closed():
            loop.call_soon_threadsafe(halt.set)
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        # Its records quote arguments and errors; ours do not.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)
        try:
            asyncio.run(self._work())
        except Exception as error:  # noqa: BLE001  the thread's last word: whoever waits for it must hear
            if not self._ready.done():
                self._ready.set_exception(
                    NodeError(f"The worker could not start ({type(error).__name__}).", action="Check the database.")
                )
            _log.error("worker_ended", error=type(error).__name__)

    async def _work(self) -> None:
        connections = procrastinate.PsycopgConnector(
            conninfo=self._jobs.url, min_size=1, max_size=self._concurrency + 3
        )
        app = procrastinate.App(connector=connections)
        for task in self._jobs.tasks:
            app.task(name=PREFIX + task, retry=_PutBack())(self._runner_of(task))
        halt = asyncio.Event()
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    name="accord",
                    concurrency=self._concurrency,
                    install_signal_handlers=False,
                    delete_jobs="successful",  # `work` is the record
                    stalled_worker_timeout=86_400.0,  # seconds; the lock on the work tells better than a heartbeat
                )
            )
            looking = asyncio.create_task(self._look_for_abandoned())
            halting = asyncio.create_task(halt.wait())
            self._ready.set_result((asyncio.get_running_loop(), halt))
            await asyncio.wait({working, halting}, return_when=asyncio.FIRST_COMPLETED)
            for task_ in (looking, halting, working):
                task_.cancel()
            outcomes = await asyncio.gather(working, looking, halting, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def _runner_of(self, task: str) -> Callable[..., None]:
        def run(work_id: str, given: dict[str, Any]) -> None:
            runner.run(self._jobs, task, UUID(work_id), given, self._stopping)

        return run

    async def _look_for_abandoned(self) -> None:
        while True:
            await asyncio.to_thread(self._take_up)
            await asyncio.sleep(LOOK_EVERY_S)

    def _take_up(self) -> None:
        with node_transaction(self._jobs.engine) as connection:
            for number in work.take_up_abandoned(connection, grace_s=GRACE_S):
                _log.warning("job_taken_up_again", work=str(number))
