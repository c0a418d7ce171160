"""Interned handlings: each distinct one has an id, an audience, and never loses or changes it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import rfc8785
from sqlalchemy import Connection, Engine, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from accord.model.errors import AbsentError
from accord.model.handling import Handling, Tlp
from accord.policy.codec import from_document, to_document
from accord.policy.decide import Viewer, decide, moves_with_time
from accord.policy.lattice import meet
from accord.policy.within import Rule
from accord.store.tables import audience, contribution
from accord.store.together import BEGIN, Asked, ask_together

__all__ = [
    "Decide",
    "from_document",
    "handling",
    "handlings",
    "intern",
    "intern_meet",
    "learn",
    "to_document",
    "visible_bits",
]

Decide = Rule
UNSURE = "accord.unsure"
"""Of a connection: audiences that its transaction reads and that may be its own."""
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


def handlings(connection: Connection, numbers: Iterable[int]) -> dict[int, Handling]:
    """The handlings of these audiences, as far as the transaction sees them."""
    rows = connection.execute(select(audience.c.id, audience.c.handling).where(audience.c.id.in_(list(numbers))))
    return {number: from_document(document) for number, document in rows}


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
    """Bit n is `1` when the viewer may see audience n; at least one bit. `learn` first: it judges what is known."""
    text = _known(connection.engine).bits(viewer, now, purpose, rule)
    unsure: Mapping[int, Handling] = connection.info.get(UNSURE, {})
    if not unsure:
        return text
    bits = bytearray(text.encode())
    for number, given in unsure.items():
        bits.extend(b"0" * (number + 1 - len(bits)))
        bits[number] = b"01"[rule(viewer, given, purpose, now).allowed]
    return bits.decode()


class Learnt(NamedTuple):
    """Whether there are audiences that were not known before, and the answers to what was asked besides."""

    fresh: bool
    answers: list[list[tuple[Any, ...]]]


def learn(connection: Connection, timeout_ms: int, *also: Asked, begun: Asked = BEGIN) -> Learnt:
    """Lets the transaction see every row, reads what audiences are new, and asks `also`, together.

    What a transaction reads once it has written may be its own, and not stand after all: its id could come again, with
    another handling. Such audiences are known to this transaction alone, until another one reads them.
    """
    forget_unsure(connection)
    book = _known(connection.engine)
    top, gaps = book.place()
    asked = [seeing_everything(timeout_ms), Asked(_NEW, (b"%d" % top, f"{{{','.join(map(str, gaps))}}}".encode()))]
    _, found, *answers = ask_together(connection, [*asked, *also], begin=begun)
    if len(found) >= _AT_ONCE:  # `also` may have ended seeing everything
        _, found = ask_together(connection, [asked[0], asked[1]._replace(query=_NEW_ALL)])
    if not found:  # the usual
        return Learnt(fresh=False, answers=answers)
    read = {number: from_document(document) for number, document, _ in sorted(found, key=itemgetter(0))}
    if found[0][2]:
        book.add(read)
    else:
        connection.info[UNSURE] = read
    return Learnt(fresh=True, answers=answers)


def forget_unsure(connection: Connection) -> None:
    """Before judging anew: what the transaction made itself is read again."""
    connection.info.pop(UNSURE, None)


def seeing_everything(timeout_ms: int) -> Asked:
    """What lets the transaction see every row; each statement ends after so long."""
    return Asked(_SEE_EVERYTHING, (str(timeout_ms).encode(),))


EVERYTHING = "all"
_SEE_EVERYTHING = b"""
select set_config('accord.visible', 'all', true), set_config('statement_timeout', $1, true),
    set_config('max_parallel_workers_per_gather', '0', true)
"""
_AT_ONCE = 50
"""With a limit the plan for any number costs little enough to be kept; without it, each request plans anew."""
_NEW_ROWS = """
(select id, handling, pg_current_xact_id_if_assigned() is null from audience where id > $1::integer order by id{limit})
union all
select id, handling, pg_current_xact_id_if_assigned() is null from audience where id = any($2::integer[])
"""
_NEW, _NEW_ALL = (_NEW_ROWS.format(limit=limit).encode() for limit in (f" limit {_AT_ONCE}", ""))


@dataclass(slots=True)
class _Decided:
    """What was decided for one viewer, a byte an audience, on the first `done` of those known."""

    bits: bytearray = field(default_factory=lambda: bytearray(b"0"))
    done: int = 0
    text: str = "0"


@dataclass(slots=True)
class _Known:
    """The audiences a process has read (they never change), and what was decided on them (unless time decides).

    Without it a request that may see among 5,000 audiences would read and judge them all.
    """

    handlings: dict[int, Handling] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    """Their ids as they became known."""
    top: int = 0
    gaps: set[int] = field(default_factory=set)
    """Ids below the last that were rolled back, or that another transaction had taken and not yet committed."""
    timed: dict[int, Handling] = field(default_factory=dict)
    """Those on which time decides: judged anew each time."""
    decided: dict[tuple[Viewer, str, Decide], _Decided] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bits(self, viewer: Viewer, now: datetime, purpose: str, rule: Decide) -> str:
        with self.lock:
            one = self.decided.pop((viewer, purpose, rule), None) or _Decided()
            fresh = self.order[one.done :]
            if fresh or self.timed:
                bits = one.bits
                for number in chain(fresh, self.timed):
                    bits.extend(b"0" * (number + 1 - len(bits)))
                    bits[number] = b"01"[rule(viewer, self.handlings[number], purpose, now).allowed]
                one.done, one.text = len(self.order), bits.decode()
            self.decided[viewer, purpose, rule] = one
            if len(self.decided) > MAX_VIEWERS_KEPT:
                del self.decided[next(iter(self.decided))]  # the one not asked for longest
            return one.text

    def place(self) -> tuple[int, list[int]]:
        """The last id that is known, and those before it that are not."""
        with self.lock:
            return self.top, list(self.gaps)

    def add(self, read: Mapping[int, Handling]) -> None:
        """Keeps what is new and stands; in the order of ids."""
        with self.lock:
            for number, handling in read.items():
                self._add(number, handling)

    def _add(self, number: int, handling: Handling) -> None:
        if number in self.handlings:  # another thread read it too
            return
        self.handlings[number] = handling
        self.order.append(number)
        self.gaps.update(range(self.top + 1, number))
        self.gaps.discard(number)
        self.top = max(self.top, number)
        if moves_with_time(handling):
            self.timed[number] = handling


def _known(engine: Engine) -> _Known:
    with _books_lock:
        return _books.setdefault(engine, _Known())
