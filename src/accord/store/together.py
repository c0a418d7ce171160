"""Statements sent together: a transaction is opened, and what it needs first is asked, in one round trip.

libpq's pipeline by hand. The driver's own spends more time in Python than three round trips take. Each statement is
prepared once a connection; all are answered before anything else is asked, so that nobody else has to know of it.
"""

from __future__ import annotations

import select
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.abc import Transformer as Reader
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection, Engine, event

from accord.store.driver import driver_of

_PREPARED = "accord.prepared"
_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Asked(NamedTuple):
    """A statement with parameters as `$1`, and their texts; `binary`: the form in which values come back."""

    query: bytes
    given: Sequence[Buffer | None] = ()
    binary: bool = False


BEGIN = Asked(b"begin")
BEGIN_READING = Asked(b"begin read only")


def ask_together(
    connection: Connection, asked: Sequence[Asked], *, begin: Asked = BEGIN
) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement, run in their order; a transaction is begun before them when none is open.

    Raises what the driver raises for the first that fails; those after it are not run.
    """
    driver = driver_of(connection)
    return [_rows(driver, result) for result in results_together(connection, asked, begin=begin)]


def results_together(connection: Connection, asked: Sequence[Asked], *, begin: Asked = BEGIN) -> list[PGresult]:
    """As `ask_together`, what libpq holds of each answer: for what goes out as it came, and is never decoded."""
    driver = driver_of(connection)
    idle = driver.pgconn.transaction_status == pq.TransactionStatus.IDLE
    every = [begin, *asked] if idle else list(asked)
    prepared: _Prepared = connection.info.setdefault(_PREPARED, _Prepared())
    try:
        results = _run(driver.pgconn, every, prepared)
    except psycopg.errors.InvalidSqlStatementName:
        prepared.names.clear()
        if not idle:
            raise
        driver.rollback()
        results = _run(driver.pgconn, every, prepared)
    except psycopg.OperationalError:
        if driver.pgconn.status != pq.ConnStatus.OK:
            connection.invalidate()
        raise
    return results[len(every) - len(asked) :]


def with_names(connection: Connection, query: str, given: Mapping[str, Any], *, binary: bool = False) -> Asked:
    """A statement of our own with parameters as `%(name)s`; those that it does not name are left out."""
    named = [name for name in given if f"%({name})s" in query]
    for number, name in enumerate(named, 1):
        query = query.replace(f"%({name})s", f"${number}")
    writing = Transformer(driver_of(connection))
    values = writing.dump_sequence([given[name] for name in named], [PyFormat.TEXT] * len(named))
    return Asked(query.encode(), values, binary)


def forget_at_rollback(engine: Engine) -> None:
    """The driver has the server drop whatever a connection prepared when it rolls back (`DEALLOCATE ALL`)."""

    def rolled_back(connection: Connection, *_savepoint: Any) -> None:
        prepared: _Prepared | None = connection.info.get(_PREPARED)
        if prepared is not None:
            prepared.names.clear()

    for what in ("rollback", "rollback_savepoint"):
        event.listen(engine, what, rolled_back)


class _Prepared:
    """The names of what a connection has prepared; none comes again, for whether the server dropped it is not known."""

    def __init__(self) -> None:
        self.names: dict[bytes, bytes] = {}
        self.tried = 0

    def next_name(self) -> bytes:
        self.tried += 1
        return b"accord_%d" % self.tried


def _run(server: PGconn, every: Sequence[Asked], prepared: _Prepared) -> list[PGresult]:
    server.enter_pipeline_mode()
    fresh: dict[bytes, bytes] = {}
    for one in every:
        name = prepared.names.get(one.query) or fresh.get(one.query)
        if name is None:
            name = fresh[one.query] = prepared.next_name()
            server.send_prepare(name, one.query)
        server.send_query_prepared(name, one.given, None, int(one.binary))
    server.pipeline_sync()
    results = _answers(server)
    server.exit_pipeline_mode()
    for result in results:
        if result.status not in _GOOD:
            raise psycopg.errors.error_from_result(result)
    prepared.names |= fresh
    asked, answers = list[PGresult](), iter(results)
    for one in every:
        if fresh.pop(one.query, None):
            next(answers)  # what preparing it said
        asked.append(next(answers))
    return asked


def _answers(server: PGconn) -> list[PGresult]:
    """All that comes up to the end of the pipeline. Other threads go on meanwhile: waiting is not libpq's."""
    waiting = select.poll()
    found: list[PGresult] = []
    while True:
        unsent = server.flush()
        while unsent or server.is_busy():
            waiting.register(server.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            waiting.poll()
            server.consume_input()
            unsent = server.flush()
        result = server.get_result()
        if result is None:  # the end of one statement's answer
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _rows(driver: psycopg.Connection[Any], result: PGresult) -> list[tuple[Any, ...]]:
    return reading(driver, result).load_rows(0, result.ntuples, tuple) if result.ntuples else []


def reading(driver: psycopg.Connection[Any], result: PGresult) -> Reader:
    """What decodes rows of this answer."""
    reader: Reader = Transformer(driver)
    reader.set_pgresult(result)
    return reader
