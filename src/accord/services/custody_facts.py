"""What an act under custody says of itself, beside verb and subject: the fields after ISO/IEC 27037."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.entry import statement_identity
from accord.custody.events import EventType, Quote, format_time

__all__ = [
    "Consent",
    "CustodyFacts",
    "EventType",
    "Material",
    "Quote",
    "Wanted",
    "Will",
    "identity_of",
    "kind_of",
    "needs_none",
]


class Material(NamedTuple):
    """Something that went into an act or came out of it. Digests in lower hex; `blake3` may be empty."""

    name: str
    sha256: str
    blake3: str = ""


class Consent(NamedTuple):
    """A person's will, confirmed with their passkey over exactly one prepared statement (`services.consent.give`)."""

    asked: UUID
    payload: bytes
    secret: bytes
    key_id: str
    assertion: bytes


class Wanted(NamedTuple):
    """In place of a consent: the act is tried, so that its person can be asked, and nothing of it stays.

    `id`, `at`: of the entry that it would be, the time in whole milliseconds.
    """

    id: UUID
    at: datetime


Will = Consent | Wanted


class Unneeded(Exception):  # noqa: N818  no error: the answer to a question
    """What was tried needs no passkey."""


def needs_none(will: Will | None) -> None:
    """Ends the attempt at an act that is recorded without a consent. Raises `Unneeded`."""
    if isinstance(will, Wanted):
        raise Unneeded


def identity_of(will: Will | None) -> tuple[UUID, datetime] | None:
    """Id and time of the entry that a person was, or is to be, asked for; None: it is made when it is recorded."""
    if will is None:
        return None
    return (will.id, will.at) if isinstance(will, Wanted) else statement_identity(will.payload)


@dataclass(frozen=True, slots=True)
class CustodyFacts:
    """One custody event. All but `kind`, the item's random id and quotes is committed to, not written into the log.

    `item`: a random UUID, never derived from content; its events are chained. `digests`: algorithm → lower hex, of the
    item itself (`sha256`, `blake3`). `authority`: the legal basis and who ordered it. `occurred`: when it happened, if
    not now. `change`, `justification`: an unavoidable change and why (ISO/IEC 27037, section 6). `inputs`, `outputs`:
    what a transformation took and made. `quotes`: entries of other logs that this one rests on (transfer). `more`:
    further JSON values. `consent`: what `services.consent.give` returned; seal, transfer, approval, disposal and
    widening need it.
    """

    kind: EventType
    item: UUID | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    case: str = ""
    authority: str = ""
    reason: str = ""
    place: str = ""
    occurred: datetime | None = None
    inputs: tuple[Material, ...] = ()
    outputs: tuple[Material, ...] = ()
    change: str = ""
    justification: str = ""
    tool: str = "accord"
    tool_version: str = ""
    quotes: tuple[Quote, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    consent: Will | None = None

    def details(self) -> dict[str, Any]:
        """The fields that are committed to, without empty ones; JSON values."""
        texts = ("name", "case", "authority", "reason", "place", "change", "justification")
        found: dict[str, Any] = {name: getattr(self, name) for name in texts if getattr(self, name)}
        for name in ("inputs", "outputs"):
            if materials := getattr(self, name):
                found[name] = [{k: v for k, v in material._asdict().items() if v} for material in materials]
        if self.occurred is not None:
            found["occurred"] = format_time(self.occurred)
        return {**self.more, **found, "digests": dict(self.digests)}


_KINDS = {
    "contribution": EventType.CONTRIBUTION,
    "parcel": EventType.CONTRIBUTION,
    "handling": EventType.HANDLING,
    "lead confirmed": EventType.JUDGEMENT,
    "lead rejected": EventType.JUDGEMENT,
    "judgement": EventType.JUDGEMENT,
    "order": EventType.ORDER,
    "receipt": EventType.RECEIPT,
    "package": EventType.PACKAGE,
    "member": EventType.MEMBERSHIP,
    "person": EventType.MEMBERSHIP,
    "role": EventType.MEMBERSHIP,
}
"""Kinds of entries by the first words of a verb; what needs a person's passkey is never guessed from a verb."""


def kind_of(verb: str) -> EventType:
    """The kind of an act that brought no facts of its own."""
    first = verb.partition(" ")[0]
    return _KINDS.get(verb) or _KINDS.get(first) or EventType.CHANGE
