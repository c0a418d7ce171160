"""Decisions that take something from sight, counted, so that what was being derived meanwhile is not kept.

Whoever decides takes the next number and holds it until the transaction ends. Whoever derives reads the number before
anything else, and holds it where the result is kept: another number means that the result may tell of what is gone.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from accord.store import moments
from accord.store.handling_tables import ruling


def begin(connection: Connection) -> None:
    """The next number; no other decision begins, and nothing derived is kept, until this transaction ends.

    Call it before anything else is locked. Who adds claims waits for each other too: that lock comes first, always.
    """
    moments.lock(connection)
    connection.execute(update(ruling).values(number=ruling.c.number + 1))


def number(connection: Connection) -> int:
    """How many there were."""
    return int(connection.scalar(select(ruling.c.number)) or 0)


def hold(connection: Connection) -> int:
    """As `number`, and there is no other before this transaction ends."""
    return int(connection.scalar(select(ruling.c.number).with_for_update(read=True)) or 0)
