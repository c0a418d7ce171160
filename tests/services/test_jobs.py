"""Jobs: deferred with the caller's data, seen while they run, cancelled, taken up again after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from accord.adapters.clock import SystemClock, SystemIds
from accord.jobs.app import Jobs
from accord.jobs.worker import Worker
from accord.model.errors import InputError
from accord.model.handling import Handling
from accord.policy.decide import Viewer
from accord.store import audiences, work
from accord.store import engine as engines
from accord.store.tables import work as work_table

VIEWER = Viewer(uuid4())


@pytest.fixture
def jobs(database):
    return Jobs(database.app, database.engine, SystemClock(), SystemIds())


def defer(jobs, task, **given):
    with engines.node_transaction(jobs.engine) as connection:
        audience = audiences.intern(connection, Handling())
        return jobs.defer(connection, task, title=task, audience=audience, **given)


def ended(jobs, number, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    for row in jobs.follow(number, poll_s=0.02):
        assert time.monotonic() < deadline, row
    return row


def test_work_is_done_with_what_it_was_given(jobs):
    seen = []
    jobs.register("sum", lambda progress, *, numbers: seen.append(sum(numbers)))
    number = defer(jobs, "sum", numbers=[1, 2, 3])
    with Worker(jobs):
        row = ended(jobs, number)
    assert (row.state, row.tries, seen) == (work.DONE, 1, [6])


def test_work_of_a_rolled_back_transaction_never_was(jobs):
    ran = []
    jobs.register("never", lambda progress: ran.append(1))
    jobs.register("after", lambda progress: None)
    with jobs.engine.connect() as connection:
        engines.look_as_node(connection)
        audience = audiences.intern(connection, Handling())
        jobs.defer(connection, "never", title="never", audience=audience)
        connection.rollback()
    number = defer(jobs, "after")
    with Worker(jobs):
        ended(jobs, number)
    assert ran == []
    with engines.node_transaction(jobs.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(work_table)) == 1


def test_progress_is_seen_while_it_runs_by_whom_it_concerns_only(jobs):
    go_on = threading.Event()

    def slow(progress):
        progress.report("reading", 3, 10, "file 3")
        assert go_on.wait(20)

    jobs.register("slow", slow)
    with engines.node_transaction(jobs.engine) as connection:
        owner = uuid4()
        audience = audiences.intern(connection, Handling(circles=frozenset(), originators=frozenset({owner})))
        number = jobs.defer(connection, "slow", title="Reading", audience=audience)
    with Worker(jobs):
        for row in jobs.follow(number):
            if row.stage:
                break
        now = datetime.now(UTC)
        with engines.begin(jobs.engine, Viewer(owner), now) as connection:
            mine = work.latest(connection)
        with engines.begin(jobs.engine, VIEWER, now) as connection:
            others = work.latest(connection)
        go_on.set()
        assert ended(jobs, number).state == work.DONE
    assert [(row.stage, row.done, row.total, row.message) for row in mine] == [("reading", 3, 10, "file 3")]
    assert others == []


def forever(progress):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        progress.report("waiting", 0, None)
        time.sleep(0.02)


def test_running_work_is_cancelled_at_its_next_report(jobs):
    jobs.register("forever", forever)
    number = defer(jobs, "forever")
    with Worker(jobs):
        for row in jobs.follow(number):
            if row.state == work.RUNNING:
                break
        with engines.node_transaction(jobs.engine) as connection:
            jobs.cancel(connection, number)
        row = ended(jobs, number)
    assert (row.state, row.message) == (work.CANCELLED, "Stopped on request. What was finished is kept.")


def test_waiting_work_is_cancelled_at_once_and_never_runs(jobs):
    ran = []
    jobs.register("waits", lambda progress: ran.append(1))
    jobs.register("next", lambda progress: None)
    number = defer(jobs, "waits")
    with engines.node_transaction(jobs.engine) as connection:
        jobs.cancel(connection, number)
        assert work.get(connection, number).state == work.CANCELLED
    after = defer(jobs, "next")
    with Worker(jobs):
        ended(jobs, after)
    assert ran == []


def test_errors_end_the_work_with_a_sentence_and_the_worker_goes_on(jobs):
    def wrong(progress):
        raise InputError("Line 3 is broken.", action="Mend it.")

    def bug(progress):
        raise KeyError("secret of a case")

    jobs.register("wrong", wrong)
    jobs.register("bug", bug)
    jobs.register("fine", lambda progress: None)
    numbers = [defer(jobs, task) for task in ("wrong", "bug", "fine")]
    with Worker(jobs):
        rows = [ended(jobs, number) for number in numbers]
    assert [row.state for row in rows] == [work.FAILED, work.FAILED, work.DONE]
    assert rows[0].message == "Line 3 is broken. Mend it."
    assert "KeyError" in rows[1].message
    assert "secret" not in rows[1].message


def test_stopping_in_order_puts_work_back_without_counting_the_try(jobs):
    jobs.register("forever", forever)
    number = defer(jobs, "forever")
    worker = Worker(jobs)
    with worker:
        for row in jobs.follow(number):
            if row.state == work.RUNNING:
                break
        assert worker.stop()
    with engines.node_transaction(jobs.engine) as connection:
        row = work.get(connection, number)
    assert (row.state, row.tries) == (work.WAITING, 0)
    again = Jobs(jobs.url, jobs.engine, jobs.clock, jobs.ids)
    again.register("forever", lambda progress: None)
    with Worker(again):
        assert ended(again, number).state == work.DONE


def test_waiting_work_can_stand_for_more_of_the_same(jobs):
    first = defer(jobs, "leads", unless_waiting=True)
    assert defer(jobs, "leads", unless_waiting=True) == first
    assert defer(jobs, "leads") != first


KILLED = """
import sys, time
from uuid import UUID
from accord.adapters.clock import SystemClock, SystemIds
from accord.jobs.app import Jobs
from accord.jobs.worker import Worker
from accord.store.engine import make_engine

def hang(progress):
    while True:
        progress.report("hanging", 1, 2)
        time.sleep(0.05)

jobs = Jobs(sys.argv[1], make_engine(sys.argv[1]), SystemClock(), SystemIds())
jobs.register("hang", hang)
with Worker(jobs):
    time.sleep(60)
"""


def test_work_of_a_killed_worker_is_taken_up_again(jobs):
    number = defer(jobs, "hang")
    process = subprocess.Popen([sys.executable, "-c", KILLED, jobs.url])
    try:
        for row in jobs.follow(number):
            if row.stage == "hanging":
                break
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    jobs.register("hang", lambda progress: progress.report("again", 2, 2))
    with Worker(jobs):
        row = ended(jobs, number)
    assert (row.state, row.stage, row.tries) == (work.DONE, "again", 2)


def test_work_in_hand_is_not_taken_up_by_another(jobs):
    number = defer(jobs, "held")
    with work.hold(jobs.engine, number) as held, work.hold(jobs.engine, number) as twice:
        assert (held, twice) == (True, False)
    with work.hold(jobs.engine, number) as again:
        assert again
