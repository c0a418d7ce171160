"""When a claim was added: an instant that grows with the order of commits.

Who reads what was added after the last instant they saw must not miss what was committed later under an earlier one.
So those who add wait for each other from here to their commit; keep what lies between short.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

_LOCK = text("select pg_advisory_xact_lock(7089057378828353537)")  # `accord` in ASCII, 1
_LAST = text("select added_at from claim where served order by added_at desc limit 1")
_STEP = timedelta(microseconds=1)


def lock(connection: Connection) -> None:
    """Lets nobody else add claims until this transaction ends."""
    connection.execute(_LOCK)


def following(connection: Connection, now: Callable[[], datetime]) -> datetime:
    """The moment for claims that this transaction adds: now, or just after the last one if the clock went back.

    `now` is asked once nobody else adds any.

    For the node's transactions, which see every claim.
    """
    lock(connection)
    last = connection.scalar(_LAST)
    moment = now()
    return moment if last is None or moment > last else last + _STEP
