"""Connections and the two kinds of transaction: a viewer's, and the node's own. There is no third way to the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import InternalError
from sqlalchemy.pool import QueuePool

from accord.model.errors import RefusedError
from accord.policy.decide import Viewer, decide
from accord.store import audiences
from accord.store.driver import driver_of
from accord.store.idle import look_before_use
from accord.store.texts import storable_json
from accord.store.together import BEGIN, BEGIN_READING, Asked, ask_together, forget_at_rollback

__all__ = [
    "Connection",
    "Engine",
    "after_commit",
    "as_node",
    "before_looking",
    "begin",
    "connections_kept",
    "driver_of",
    "look_as",
    "look_as_node",
    "make_engine",
    "node_transaction",
]

_SEE = b"select set_config('accord.visible', $1, true)"
_SEE_ALL = text(
    "with before as materialized (select current_setting('accord.visible', true) as visible)"
    " select visible from before where set_config('accord.visible', 'all', true) <> ''"
)
EVERYTHING = audiences.EVERYTHING
_AFTER = "accord.after_commit"
_SEEN = "accord.visible"
_LEARNT = "accord.learnt"


def driver_url(url: str) -> str:
    """SQLAlchemy's name of a libpq URI."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def make_engine(url: str, *, pool_size: int = 8, statement_timeout_ms: int = 30_000) -> Engine:
    """Connections as the application's role. Connects on first use; dispose of it at the end."""
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        json_serializer=storable_json,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC", "application_name": "accord"},
        execution_options={"statement_timeout_ms": statement_timeout_ms},
    )
    look_before_use(engine)
    forget_at_rollback(engine)
    return engine


def connections_kept(engine: Engine) -> int:
    """How many connections it keeps open; under pressure it makes as many more."""
    return cast("QueuePool", engine.pool).size()


@contextmanager
def begin(
    engine: Engine,
    viewer: Viewer,
    now: datetime,
    *,
    purpose: str = "",
    statement_timeout_ms: int | None = None,
    changes: bool = True,
    rule: audiences.Decide = decide,
) -> Iterator[Connection]:
    """A transaction that sees, and may write, only rows that policy lets this viewer see now.

    Committed at the end, rolled back on any exception. A handling that it interns itself shows after `look_as`.
    `statement_timeout_ms`: for long work in a viewer's place; a request keeps the engine's own. `changes` false: the
    database refuses every change, whatever a service tries; raises `RefusedError` then. `rule`: what decides, when it
    is to be less than all that policy allows; equal ones share what was decided.
    """
    try:
        with _transaction(engine) as connection:
            if statement_timeout_ms is not None:
                connection.execution_options(statement_timeout_ms=statement_timeout_ms)
            begun = BEGIN if changes else BEGIN_READING
            look_as(connection, viewer, now, purpose=purpose, rule=rule, begun=begun)
            yield connection
    except InternalError as error:
        if not isinstance(error.orig, psycopg.errors.ReadOnlySqlTransaction):
            raise
        raise RefusedError("Who oversees changes nothing.", action="Ask a colleague whose duty it is.") from None


@contextmanager
def node_transaction(engine: Engine, *, statement_timeout_ms: int = 1_800_000) -> Iterator[Connection]:
    """A transaction of the node itself that sees every row: jobs, intake, upkeep. Never for a person's request.

    Whatever it derives must carry the meet of its sources' handlings.
    """
    with _transaction(engine) as connection:
        look_as_node(connection, statement_timeout_ms=statement_timeout_ms)
        yield connection


@contextmanager
def before_looking(engine: Engine, first: Asked) -> Iterator[tuple[Connection, list[tuple[Any, ...]]]]:
    """As `node_transaction`, for the little that must be read to know who the viewer is: `look_as` comes next.

    Gives the rows of `first` too. Nothing is changed in it before: what was interned would not show.
    """
    with _transaction(engine) as connection:
        learnt = audiences.learn(connection, _timeout_ms(connection), first)
        connection.info[_LEARNT] = True
        yield connection, learnt.answers[0]


def after_commit(connection: Connection, name: str, work: Callable[[], None]) -> None:
    """Has `work` done once the transaction of `begin` or `node_transaction` stands; work of one name once.

    It is not done when the transaction fails; what it raises reaches who opened the transaction, which stands then.
    """
    connection.info.setdefault(_AFTER, {})[name] = work


@contextmanager
def as_node(connection: Connection) -> Iterator[None]:
    """Lets a part of a viewer's transaction see every row, for what must not depend on who asks: the custody log.

    Nothing that is read inside may reach the viewer.
    """
    before = connection.scalar(_SEE_ALL)
    if before == EVERYTHING:
        yield
        return
    yield
    ask_together(connection, [_seeing(before)])  # after an error the transaction is over, and the setting with it


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        try:
            with connection.begin():
                for left in (_AFTER, _LEARNT, audiences.UNSURE):  # by an earlier one that was rolled back
                    connection.info.pop(left, None)
                yield connection
                waiting = connection.info.pop(_AFTER, {})
        except BaseException as error:
            if stop := _stop_in(error):
                # It may have come between a command and its answer: nothing more can be said on this connection, not
                # even that the transaction is to be rolled back, which the server does when it is closed.
                connection.invalidate()
                raise stop from None
            raise
    for work in waiting.values():
        work()


def _stop_in(error: BaseException | None) -> BaseException | None:
    """What stops the process (Ctrl-C, SIGTERM), when that is what this error came from."""
    while error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        error = error.__context__
    return error


def look_as(
    connection: Connection,
    viewer: Viewer,
    now: datetime,
    *,
    purpose: str = "",
    rule: audiences.Decide = decide,
    begun: Asked = BEGIN,
) -> None:
    """Sets what the rest of the transaction sees; call again after interning a handling of the viewer's own.

    `begun`: how a transaction begins that has not yet.
    """
    judge = partial(audiences.visible_bits, connection, viewer, now, purpose=purpose, rule=rule)
    fresh = True
    if not connection.info.pop(_LEARNT, False):
        # What is known is judged and set on the way; only when something new is learnt it is done once more.
        audiences.forget_unsure(connection)
        bits = judge()
        fresh = audiences.learn(connection, _timeout_ms(connection), _seeing(bits), begun=begun).fresh
    if fresh:
        bits = judge()
        ask_together(connection, [_seeing(bits)])
    connection.info[_SEEN] = bits


def few_visible(connection: Connection, at_most: int) -> list[int] | None:
    """The audiences that this viewer's transaction sees, when they are few; None when they are most, or many."""
    bits: str = connection.info[_SEEN]
    seen = bits.count("1")
    return [n for n, bit in enumerate(bits) if bit == "1"] if seen <= at_most and 4 * seen < len(bits) else None


def look_as_node(connection: Connection, *, statement_timeout_ms: int = 1_800_000) -> None:
    """Lets the rest of the transaction see every row; for `node_transaction` and for tests."""
    ask_together(connection, [audiences.seeing_everything(statement_timeout_ms)])


def _seeing(visible: str) -> Asked:
    return Asked(_SEE, (visible.encode(),))


def _timeout_ms(connection: Connection) -> int:
    return int(connection.get_execution_options().get("statement_timeout_ms", 30_000))
