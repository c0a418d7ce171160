"""Connections and the two kinds of transaction: a viewer's, and the node's own. There is no third way to the rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, text

from accord.policy.decide import Viewer, decide
from accord.store import audiences
from accord.store.texts import storable_json

__all__ = ["Connection", "Engine", "begin", "look_as", "look_as_node", "make_engine", "node_transaction"]

_OPEN = text(
    "select set_config('accord.visible', :visible, true), set_config('statement_timeout', :timeout, true),"
    " set_config('max_parallel_workers_per_gather', '0', true)"
)
EVERYTHING = "all"
_SEEN = "accord.visible"


def driver_url(url: str) -> str:
    """SQLAlchemy's name of a libpq URI."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def make_engine(url: str, *, pool_size: int = 8, statement_timeout_ms: int = 30_000) -> Engine:
    """Connections as the application's role. Connects on first use; dispose of it at the end."""
    return create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=storable_json,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC", "application_name": "accord"},
        execution_options={"statement_timeout_ms": statement_timeout_ms},
    )


@contextmanager
def begin(
    engine: Engine,
    viewer: Viewer,
    now: datetime,
    *,
    purpose: str = "",
    statement_timeout_ms: int | None = None,
    rule: audiences.Decide = decide,
) -> Iterator[Connection]:
    """A transaction that sees, and may write, only rows that policy lets this viewer see now.

    Committed at the end, rolled back on any exception. A handling that it interns itself shows after `look_as`.
    `statement_timeout_ms`: for long work in a viewer's place; a request keeps the engine's own. `rule`: what decides,
    when it is to be less than all that policy allows; equal ones share what was decided.
    """
    with engine.begin() as connection:
        if statement_timeout_ms is not None:
            connection.execution_options(statement_timeout_ms=statement_timeout_ms)
        look_as(connection, viewer, now, purpose=purpose, rule=rule)
        yield connection


@contextmanager
def node_transaction(engine: Engine, *, statement_timeout_ms: int = 1_800_000) -> Iterator[Connection]:
    """A transaction of the node itself that sees every row: jobs, intake, upkeep. Never for a person's request.

    Whatever it derives must carry the meet of its sources' handlings.
    """
    with engine.begin() as connection:
        look_as_node(connection, statement_timeout_ms=statement_timeout_ms)
        yield connection


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own connection under it, in the same transaction; for COPY and for procrastinate."""
    return cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)


def look_as(
    connection: Connection, viewer: Viewer, now: datetime, *, purpose: str = "", rule: audiences.Decide = decide
) -> None:
    """Sets what the rest of the transaction sees; call again after interning a handling of the viewer's own."""
    timeout_ms = connection.get_execution_options().get("statement_timeout_ms", 30_000)
    _open(connection, EVERYTHING, timeout_ms)  # to read the handlings that policy decides on
    bits = audiences.visible_bits(connection, viewer, now, purpose=purpose, rule=rule)
    _open(connection, bits, timeout_ms)
    connection.info[_SEEN] = bits


def few_visible(connection: Connection, at_most: int) -> list[int] | None:
    """The audiences that this viewer's transaction sees, when they are few; None when they are most, or many."""
    bits: str = connection.info[_SEEN]
    seen = bits.count("1")
    return [n for n, bit in enumerate(bits) if bit == "1"] if seen <= at_most and 4 * seen < len(bits) else None


def look_as_node(connection: Connection, *, statement_timeout_ms: int = 1_800_000) -> None:
    """Lets the rest of the transaction see every row; for `node_transaction` and for tests."""
    _open(connection, EVERYTHING, statement_timeout_ms)


def _open(connection: Connection, visible: str, timeout_ms: int) -> None:
    connection.execute(_OPEN, {"visible": visible, "timeout": str(timeout_ms)})
