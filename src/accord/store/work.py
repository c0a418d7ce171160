"""Long work as people see it: one row a piece, with stage, progress and end; procrastinate's job stands behind it.

Who works on a piece holds a lock of the database's on its id. The lock goes with the connection, so it tells the
killed from the slow, which a heartbeat does not: code that keeps Python's interpreter to itself sends none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, insert, select, text, update

from accord.model.errors import AbsentError
from accord.store.tables import work
from accord.store.texts import storable

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = frozenset({DONE, FAILED, CANCELLED})
_MAX_COUNT = 2**31 - 1

_ABANDONED = text(
    """
    with abandoned as (
        select job.id, (job.args ->> 'work_id')::uuid as work_id from procrastinate_jobs job
        where job.status = 'doing' and job.task_name like 'accord.%'
        and not exists (
            select from procrastinate_events event where event.job_id = job.id and event.type = 'started'
            and event.at > now() - make_interval(secs => :grace)
        )
        and not exists (
            select from pg_locks held where held.locktype = 'advisory' and held.objsubid = 1
            and held.database = (select oid from pg_database where datname = current_database())
            and (held.classid::bigint << 32) | held.objid::bigint
                = ('x' || left(replace(job.args ->> 'work_id', '-', ''), 16))::bit(64)::bigint
        )
        for update of job skip locked
    )
    select work_id, procrastinate_retry_job_v2(id, now(), null, null, null) from abandoned
    """
)


def add(
    connection: Connection,
    *,
    id: UUID,  # noqa: A002  the column's name
    task: str,
    title: str,
    audience: int,
    asked_at: datetime,
    person_id: UUID | None = None,
) -> None:
    """Adds a piece of work that waits."""
    who = {"id": id, "task": task, "title": storable(title), "audience": audience, "person_id": person_id}
    begun = {"state": WAITING, "stage": "", "done": 0, "message": "", "cancel_asked": False, "tries": 0}
    connection.execute(insert(work).values({**who, **begun, "asked_at": asked_at}))


def get(connection: Connection, number: UUID) -> Row[Any]:
    """One piece of work. Raises `AbsentError`, also for one this viewer may not know of."""
    found = connection.execute(select(work).where(work.c.id == number)).one_or_none()
    if found is None:
        raise AbsentError("There is no such work.")
    return found


def latest(connection: Connection, *, limit: int = 20) -> list[Row[Any]]:
    """The work asked for last, first."""
    return list(connection.execute(select(work).order_by(work.c.asked_at.desc(), work.c.id).limit(limit)))


def waiting(connection: Connection, task: str) -> UUID | None:
    """A piece of this task that waits, if there is one."""
    return connection.scalar(select(work.c.id).where(work.c.task == task, work.c.state == WAITING).limit(1))


def running(connection: Connection, task: str) -> list[UUID]:
    """Pieces of this task that somebody works on, or worked on when killed."""
    return list(connection.scalars(select(work.c.id).where(work.c.task == task, work.c.state == RUNNING)))


def newest_of(connection: Connection, task: str) -> Row[Any] | None:
    """The piece of this task that was asked for last."""
    return connection.execute(
        select(work).where(work.c.task == task).order_by(work.c.asked_at.desc(), work.c.id).limit(1)
    ).first()


def start(connection: Connection, number: UUID, at: datetime) -> Row[Any]:
    """Says that somebody works on it, unless it has ended; the row as it is then. Raises `AbsentError`."""
    alive = update(work).where(work.c.id == number, work.c.state.not_in(ENDED))
    connection.execute(alive.values(state=RUNNING, tries=work.c.tries + 1, beat_at=at))
    return get(connection, number)


def beat(
    connection: Connection, number: UUID, *, stage: str, done: int, total: int | None, message: str, at: datetime
) -> bool:
    """Writes down how far it is; true when a person asked to stop."""
    counts = {"done": min(done, _MAX_COUNT), "total": None if total is None else min(total, _MAX_COUNT)}
    values = {"stage": storable(stage), "message": storable(message), "beat_at": at, **counts}
    changed = update(work).where(work.c.id == number).values(values).returning(work.c.cancel_asked)
    return connection.scalar(changed) is not False


def end(connection: Connection, number: UUID, state: str, message: str, at: datetime) -> None:
    """Says how it ended: done, failed or cancelled, and why."""
    assert state in ENDED
    values = {"state": state, "message": storable(message), "beat_at": at, "ended_at": at}
    connection.execute(update(work).where(work.c.id == number).values(values))


def put_back(connection: Connection, number: UUID) -> None:
    """It waits again and that try does not count: the node stopped in order."""
    values = {"state": WAITING, "tries": work.c.tries - 1}
    connection.execute(update(work).where(work.c.id == number, work.c.state == RUNNING).values(values))


def ask_cancel(connection: Connection, number: UUID, at: datetime) -> None:
    """Asks to stop it; what waits ends at once, what runs at its next report. Raises `AbsentError`."""
    this = work.c.id == number
    asked = connection.execute(update(work).where(this).values(cancel_asked=True))
    if asked.rowcount == 0:
        raise AbsentError("There is no such work.")
    values = {"state": CANCELLED, "ended_at": at, "message": "Stopped before it began."}
    connection.execute(update(work).where(this, work.c.state == WAITING).values(values))


def take_up_abandoned(connection: Connection, *, grace_s: float) -> list[UUID]:
    """Puts work back in the queue that nobody works on any more, for its worker was killed; what it put back.

    `grace_s`: how long after taking a job a worker may take to lock it.
    """
    numbers = [row.work_id for row in connection.execute(_ABANDONED, {"grace": grace_s})]
    if numbers:
        values = {"state": WAITING, "message": "Interrupted; taken up again."}
        connection.execute(update(work).where(work.c.id.in_(numbers), work.c.state == RUNNING).values(values))
    return numbers


@contextmanager
def hold(engine: Engine, number: UUID) -> Iterator[bool]:
    """Holds the lock on a piece of work while one works on it; false when somebody else does."""
    key = {"key": int.from_bytes(number.bytes[:8], "big", signed=True)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = connection.scalar(text("select pg_try_advisory_lock(:key)"), key) is True
        try:
            yield held
        finally:
            if held:
                connection.execute(text("select pg_advisory_unlock(:key)"), key)
