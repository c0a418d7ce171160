"""An item's chain of custody: each event names the digest of the one before, and doubts are found, not hidden.

The chain stands beside the node's log (`custody.log`): the log proves to strangers that nothing was rewritten, the
chain lets anybody who holds the events of one item check them by SHA-256 alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.commitments import canonical
from accord.custody.events import format_time
from accord.custody.item import BEGINNINGS, Act

FORMAT = "accord.example/custody-chain/v1"
LATE = timedelta(hours=24)
"""An event recorded later than this after it happened asks for an explanation. Our figure; no standard sets one."""
SLACK = timedelta(minutes=5)
"""Clocks of two members differ by some minutes without anybody being at fault."""
SEAL_WITHIN = timedelta(hours=24)
OUT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Link:
    """One event. `said`: JSON values that are committed to: reason, authority, place, tool, digests and what else.

    `previous`: digest of the event before, 32 bytes; empty for the first. Instants are aware.
    """

    id: UUID
    item: UUID
    number: int
    act: Act
    happened_at: datetime
    recorded_at: datetime
    person: UUID
    member: UUID
    said: Mapping[str, Any]
    previous: bytes
    digest: bytes


class Doubt(NamedTuple):
    """What somebody who is paid to doubt the item would say, and of which event.

    `broken`: the chain does not hold; else it only asks for an explanation.
    """

    number: int
    broken: bool
    sentence: str


def document(link: Link) -> dict[str, Any]:
    """What the digest of an event is taken over, as JSON values."""
    return {
        "act": link.act.value,
        "format": FORMAT,
        "happened": format_time(link.happened_at),
        "id": str(link.id),
        "item": str(link.item),
        "member": str(link.member),
        "number": link.number,
        "person": str(link.person),
        "previous": link.previous.hex(),
        "recorded": format_time(link.recorded_at),
        "said": dict(link.said),
    }


def digest_of(link: Link) -> bytes:
    """SHA-256 over the RFC 8785 JSON of the event's document. Raises `MalformedError` for what has no such form."""
    return sha256(canonical(document(link))).digest()


def doubts(chain: Sequence[Link], now: datetime) -> list[Doubt]:
    """Every gap and doubt in a chain, in its order; empty when there is nothing to ask."""
    found = [doubt for place, link in enumerate(chain) for doubt in _of_link(chain, place, link)]
    found.extend(_of_whole(chain, now))
    return sorted(set(found), key=lambda doubt: (doubt.number, not doubt.broken, doubt.sentence))


def _broken(number: int, sentence: str) -> Doubt:
    return Doubt(number, broken=True, sentence=sentence)


def _asks(number: int, sentence: str) -> Doubt:
    return Doubt(number, broken=False, sentence=sentence)


def _of_link(chain: Sequence[Link], place: int, link: Link) -> Iterator[Doubt]:
    before = chain[place - 1] if place else None
    if digest_of(link) != link.digest:
        yield _broken(link.number, "This event was changed after it was recorded.")
    if before is None and (link.act not in BEGINNINGS or link.number or link.previous):
        yield _broken(link.number, "The beginning of the chain is missing.")
    if before is not None and link.number != before.number + 1:
        yield _broken(link.number, "An event before this one is missing.")
    elif before is not None and link.previous != before.digest:
        yield _broken(link.number, "This event does not follow from the one before: one of the two was replaced.")
    yield from _of_times(before, link)
    yield from _of_words(link)


def _of_times(before: Link | None, link: Link) -> Iterator[Doubt]:
    if before is not None and link.happened_at < before.happened_at - SLACK:
        yield _asks(link.number, "It is said to have happened before the event that comes before it.")
    if before is not None and link.recorded_at < before.recorded_at - SLACK:
        yield _asks(link.number, "The node's clock went backwards: it was recorded before the event before it.")
    if link.happened_at > link.recorded_at + SLACK:
        yield _asks(link.number, "It is said to have happened after it was recorded.")
    if link.recorded_at - link.happened_at > LATE:
        hours = int((link.recorded_at - link.happened_at).total_seconds() // 3600)
        yield _asks(link.number, f"It was recorded {hours} hours after it happened.")


def _of_words(link: Link) -> Iterator[Doubt]:
    if link.act in (Act.ACQUIRE, Act.RECEIVE) and not str(link.said.get("authority", "")).strip():
        yield _asks(link.number, "No authority or legal basis is named for taking it.")
    if link.act is Act.TRANSFORM and not str(link.said.get("reason", "")).strip():
        yield _broken(link.number, "It was changed, and nobody said why.")


def _of_whole(chain: Sequence[Link], now: datetime) -> Iterator[Doubt]:
    if not chain:
        return
    first, last = chain[0], chain[-1]
    sealed = next((link for link in chain if link.act is Act.SEAL), None)
    if (sealed.happened_at if sealed else now) - first.recorded_at > SEAL_WITHIN:
        yield _asks(first.number, "It was not sealed within a day of its registration.")
    out = None
    for link in chain:
        if link.act is Act.CHECK_OUT:
            out = link
        elif link.act is Act.CHECK_IN:
            out = None
    if out is not None and last.act is not Act.DISPOSE and now - out.happened_at > OUT_FOR:
        yield _asks(out.number, f"It has been out for {(now - out.happened_at).days} days.")
