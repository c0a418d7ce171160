"""From an act to the entry that tells of it: which fields are said, which are committed to, who signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody import entry
from accord.custody.commitments import SECRET_BYTES
from accord.custody.events import NEEDS_PASSKEY, EnrolledKey, Event, EventType
from accord.custody.merkle import leaf_hash
from accord.model.errors import ConflictError
from accord.services.custody_facts import Consent, CustodyFacts, kind_of
from accord.services.custody_room import NODE
from accord.store.custody import Kept
from accord.store.texts import storable, storable_json

VERSION = version("accord")
KEYS = "urn:accord:keys"
"""The chain of all key entries."""


class Signer(NamedTuple):
    """Who signs an entry: their key at the node, their pseudonym (32 bytes), and the role they act in."""

    key_id: str
    private: Ed25519PrivateKey
    holder: bytes
    role: str


class Act(NamedTuple):
    """What `services.record` was told. `person_id` None: the node itself."""

    id: UUID
    verb: str
    subject: str
    audience: int
    person_id: UUID | None
    member_id: UUID | None
    detail: Mapping[str, Any]
    facts: CustodyFacts | None = None

    @property
    def kind(self) -> EventType:
        return self.facts.kind if self.facts else kind_of(self.verb)

    @property
    def chain(self) -> str:
        """The subject as the log names it: the item's random id, else the event's own, so that nothing can be guessed.

        (Ids of contributions follow from their content: a log that named them would confirm guesses at it.)
        """
        return f"urn:uuid:{self.facts.item if self.facts and self.facts.item else self.id}"

    @property
    def chained(self) -> bool:
        return self.facts is not None and self.facts.item is not None


def event_of(act: Act, signer: Signer, claimed_at: datetime, previous: bytes | None, *, confirmed: bool) -> Event:
    """The event of an act. What needs a person's passkey and lacks it is a mere change, and says so."""
    kind, details = act.kind, details_of(act)
    if kind in NEEDS_PASSKEY and not confirmed:
        kind, details = EventType.CHANGE, {**details, "unconfirmed": kind.value}
    facts = act.facts
    return Event(
        id=act.id,
        type=kind,
        subject=act.chain,
        actor=signer.holder,
        role=signer.role,
        claimed_at=claimed_at,
        tool=storable(facts.tool) if facts else "accord",
        tool_version=(facts.tool_version if facts else "") or VERSION,
        previous=previous,
        details=details,
        quotes=facts.quotes if facts else (),
    )


def details_of(act: Act) -> dict[str, Any]:
    """What an entry commits to, by field; the detail as JSON text, since not every JSON value has one spelling."""
    details: dict[str, Any] = _clean(act.facts.details()) if act.facts else {"digests": _digests(act.detail)}
    details["about"] = storable(act.subject)
    details["actor"] = str(act.person_id or NODE)
    details["verb"] = storable(act.verb)
    if act.member_id:
        details["member"] = str(act.member_id)
    if act.detail:
        details["detail"] = json.dumps(json.loads(storable_json(dict(act.detail))), sort_keys=True, ensure_ascii=False)
    return details


def _digests(detail: Mapping[str, Any]) -> dict[str, str]:
    """What an act without facts of its own says of the bytes it is about (a contribution's SHA-256)."""
    digest = detail.get("sha256")
    return {"sha256": digest} if isinstance(digest, str) else {}


class Stated(Exception):  # noqa: N818  no error: what was asked for
    """What a person is to consent to: the statement and its secret. Ends the attempt, and its transaction with it."""

    def __init__(self, payload: bytes, secret: bytes, act: Act) -> None:
        super().__init__(act.verb)
        self.payload, self.secret, self.act = payload, secret, act


def make(event: Event, signer: Signer, secret: bytes, audience: int, *more: entry.EntrySignature) -> Kept:
    """An entry signed by its actor, ready for the outbox; `more`: a new key's or a passkey's signature."""
    payload = entry.statement(event, secret)
    return _kept(event, payload, secret, audience, entry.sign(payload, signer.key_id, signer.private), *more)


def make_confirmed(event: Event, signer: Signer, consent: Consent, audience: int) -> Kept:
    """An entry over exactly the statement that its actor consented to.

    Raises `ConflictError` when the act is another one by now: others recorded in between, or facts changed.
    """
    if entry.statement(event, consent.secret) != consent.payload:
        raise ConflictError(
            "What was confirmed is not what is to be recorded: something changed in between.",
            action="Look at it again and confirm it anew.",
        )
    own = entry.sign(consent.payload, signer.key_id, signer.private)
    theirs = entry.EntrySignature(consent.key_id, consent.assertion)
    return _kept(event, consent.payload, consent.secret, audience, own, theirs)


def key_event(number: UUID, key: EnrolledKey, signer: Signer, now: datetime, previous: bytes | None) -> Event:
    """The enrolment (or end) of a key, in the chain of all such events."""
    return Event(
        id=number, type=EventType.KEY, subject=KEYS, actor=signer.holder, role=signer.role, claimed_at=now,
        tool_version=VERSION, previous=previous, key=key,
    )  # fmt: skip


def _kept(event: Event, payload: bytes, secret: bytes, audience: int, *signatures: entry.EntrySignature) -> Kept:
    raw = entry.envelope(payload, *signatures)
    details = {"digests": {}, **event.details}
    return Kept(event.id, event.type.value, event.subject, leaf_hash(raw), raw, secret, details, audience)


def _clean(value: Any) -> Any:
    """Texts as the database can keep them; otherwise what was committed to could not be opened later."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


__all__ = [
    "KEYS",
    "SECRET_BYTES",
    "Act",
    "Signer",
    "Stated",
    "details_of",
    "event_of",
    "key_event",
    "make",
    "make_confirmed",
]
