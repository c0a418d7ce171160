"""Interned handlings: each distinct one has an id, an audience, and never loses or changes it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from weakref import WeakKeyDictionary

import rfc8785
from sqlalchemy import Connection, Engine, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from accord.model.errors import AbsentError
from accord.model.handling import Handling, Tlp
from accord.policy.codec import from_document, to_document
from accord.policy.decide import Decision, Viewer, decide, moves_with_time
from accord.policy.lattice import meet
from accord.store.tables import audience, contribution

__all__ = ["Decide", "from_document", "handling", "intern", "intern_meet", "to_document", "visible_bits"]

Decide = Callable[[Viewer, Handling, str, datetime], Decision]
MAX_VIEWERS_KEPT = 1_000
"""Each takes a byte an audience: 5 MB at 5,000 audiences."""

_books: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()
_books_lock = threading.Lock()


def intern(connection: Connection, handling: Handling) -> int:
    """The audience of a handling, made if it is new. In a viewer's transaction call `engine.look_as` after it."""
    document = to_document(handling)
    digest = hashlib.sha256(rfc8785.dumps(document)).digest()
    found = connection.scalar(select(func.accord_intern(digest, cast(document, JSONB))))
    return int(found)  # type: ignore[arg-type]  # the function never gives null


def handling(connection: Connection, number: int) -> Handling:
    """The handling that an audience stands for. Raises `AbsentError`."""
    document = connection.scalar(select(audience.c.handling).where(audience.c.id == number))
    if document is None:
        raise AbsentError("There is no such handling.")
    return from_document(document)


def intern_meet(connection: Connection, *numbers: int) -> int:
    """The audience that sees what all of these see; one alone is its own meet. The connection must see them."""
    if len(set(numbers)) == 1:
        return numbers[0]
    rows = connection.execute(select(audience.c.handling).where(audience.c.id.in_(numbers)))
    return intern(connection, meet(*(from_document(row[0]) for row in rows)))


def strictest_tlp(connection: Connection) -> Tlp:
    """The strictest TLP among the contributions that stand and that this transaction sees; clear without any."""
    used = select(contribution.c.audience).where(contribution.c.withdrawn_at.is_(None))
    rows = connection.execute(select(audience.c.handling).where(audience.c.id.in_(used)))
    return max((from_document(row[0]).tlp for row in rows), default=Tlp.CLEAR)


def visible_bits(
    connection: Connection, viewer: Viewer, now: datetime, *, purpose: str = "", rule: Decide = decide
) -> str:
    """Bit n is `1` when the viewer may see audience n; at least one bit. The connection must see all audiences."""
    return _known(connection.engine).bits(connection, viewer, now, purpose, rule)


@dataclass(slots=True)
class _Known:
    """The audiences a process has read (they never change), and what was decided on them (unless time decides).

    Without it a request that may see among 5,000 audiences would read and judge them all.
    """

    handlings: dict[int, Handling] = field(default_factory=dict)
    timed: dict[int, Handling] = field(default_factory=dict)
    """Those on which time decides: judged anew each time."""
    decided: dict[tuple[Viewer, str, Decide], tuple[bytearray, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bits(self, connection: Connection, viewer: Viewer, now: datetime, purpose: str, rule: Decide) -> str:
        self._learn(connection)
        with self.lock:
            bits, done = self.decided.pop((viewer, purpose, rule), (bytearray(b"0"), 0))
            fresh = list(islice(self.handlings.items(), done, None))
            for number, handling in chain(fresh, self.timed.items()):
                bits.extend(b"0" * (number + 1 - len(bits)))
                bits[number] = b"01"[rule(viewer, handling, purpose, now).allowed]
            self.decided[viewer, purpose, rule] = bits, len(self.handlings)
            if len(self.decided) > MAX_VIEWERS_KEPT:
                del self.decided[next(iter(self.decided))]  # the one not asked for longest
            return bits.decode()

    def _learn(self, connection: Connection) -> None:
        with self.lock:
            top = max(self.handlings, default=0)
            gaps = [] if len(self.handlings) == top else [n for n in range(1, top) if n not in self.handlings]
        # A gap is an id that was rolled back, or that another transaction had taken and not yet committed.
        rows = connection.execute(
            select(audience.c.id, audience.c.handling).where(or_(audience.c.id > top, audience.c.id.in_(gaps)))
        ).all()
        with self.lock:
            for number, document in rows:
                handling = self.handlings.setdefault(number, from_document(document))
                if moves_with_time(handling):
                    self.timed[number] = handling


def _known(engine: Engine) -> _Known:
    with _books_lock:
        return _books.setdefault(engine, _Known())
