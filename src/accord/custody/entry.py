"""A log entry: a DSSE envelope over an in-toto Statement v1 with the predicate custody-event/v1, as RFC 8785 JSON.

DSSE, protocol.md: signatures are over the pre-authentication encoding of payload type and payload, never over JSON
that was read and written again. The envelope is canonical JSON too, so that an event has one spelling.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody.commitments import commit, salt_of
from accord.custody.errors import MalformedError
from accord.custody.events import EnrolledKey, Event, EventType, KeyAlgorithm, KeyUse, Quote, format_time
from accord.custody.merkle import leaf_hash
from accord.custody.note import decode_base64
from accord.custody.tiles import MAX_ENTRY_BYTES

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://accord.example/custody-event/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
DIGESTS = "digests"
"""The field of `details` that the statement's subject commits to: the item's digests by algorithm."""
_MAX_SIGNATURES = 8


class EntrySignature(NamedTuple):
    """`key_id` as in `events.EnrolledKey`; `raw`: an Ed25519 signature, or a passkey's assertion (`passkey`)."""

    key_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read. `commitments` by field, 32 bytes each; `DIGESTS` among them."""

    raw: bytes
    payload: bytes
    signatures: tuple[EntrySignature, ...]
    id: UUID
    type: EventType
    subject: str
    actor: bytes
    role: str
    claimed_at: datetime
    tool: str
    tool_version: str
    previous: bytes | None
    quotes: tuple[Quote, ...]
    key: EnrolledKey | None
    commitments: dict[str, bytes]

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.raw)

    @property
    def hash(self) -> bytes:
        """What a passkey is asked to sign (its challenge)."""
        return challenge(self.payload)


def statement(event: Event, secret: bytes) -> bytes:
    """The payload to be signed. `secret`: 32 random bytes of this event alone, kept apart and erasable."""
    details = {DIGESTS: {}, **event.details}
    committed = {name: commit(salt_of(secret, name), name, value).hex() for name, value in details.items()}
    predicate: dict[str, Any] = {
        "actor": event.actor.hex(),
        "claimedTime": format_time(event.claimed_at),
        "event": str(event.id),
        "role": event.role,
        "tool": {"name": event.tool, "version": event.tool_version},
        "type": event.type.value,
    }
    subject = {"digest": {"accordCommitment": committed.pop(DIGESTS)}, "name": event.subject}
    predicate["commitments"] = committed
    if event.previous is not None:
        predicate["previous"] = event.previous.hex()
    if event.quotes:
        predicate["quotes"] = [{"index": q.position, "leaf": q.leaf.hex(), "origin": q.origin} for q in event.quotes]
    if event.key is not None:
        predicate["key"] = _key_json(event.key)
    whole = {
        "_type": STATEMENT_TYPE,
        "predicate": predicate,
        "predicateType": PREDICATE_TYPE,
        "subject": [subject],
    }
    return _dump(whole)


def statement_identity(payload: bytes) -> tuple[UUID, datetime]:
    """The event's id and claimed time of a statement that this software made."""
    predicate = _load(payload, "A statement")["predicate"]
    return UUID(predicate["event"]), datetime.fromisoformat(predicate["claimedTime"])


def pre_authentication(payload: bytes) -> bytes:
    """DSSE, protocol.md, "Signature Definition": what is signed."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def challenge(payload: bytes) -> bytes:
    """32 bytes: the WebAuthn challenge for the consent to exactly this statement."""
    return sha256(pre_authentication(payload)).digest()


def sign(payload: bytes, key_id: str, private: Ed25519PrivateKey) -> EntrySignature:
    return EntrySignature(key_id, private.sign(pre_authentication(payload)))


def envelope(payload: bytes, *signatures: EntrySignature) -> bytes:
    """The entry's bytes; the actor's signature comes first. Raises `MalformedError` beyond 65,535 bytes."""
    whole = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": s.key_id, "sig": base64.b64encode(s.raw).decode()} for s in signatures],
    }
    entry = _dump(whole)
    if len(entry) > MAX_ENTRY_BYTES:
        raise MalformedError(f"An entry of {len(entry)} bytes does not fit: {MAX_ENTRY_BYTES} is the limit.")
    return entry


def parse_entry(raw: bytes) -> Entry:
    """Reads an entry; signatures are checked by `keyring`. Raises `MalformedError` for any other spelling or field."""
    outer = _load(raw, "An entry")
    try:
        payload = decode_base64(outer.pop("payload"))
        kind = outer.pop("payloadType")
        signatures = tuple(EntrySignature(_only(s, "keyid"), decode_base64(s["sig"])) for s in outer.pop("signatures"))
        found = _statement(raw, payload, signatures)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise MalformedError(f"An entry lacks a field or has one of the wrong kind ({error}).") from None
    if outer or kind != PAYLOAD_TYPE or not 0 < len(signatures) <= _MAX_SIGNATURES:
        raise MalformedError("An entry is no DSSE envelope with 1 to 8 signatures over an in-toto statement.")
    return found


def _only(signature: dict[str, str], name: str) -> str:
    if set(signature) != {"keyid", "sig"}:
        raise MalformedError("A DSSE signature has other fields than keyid and sig.")
    return str(signature[name])


def _statement(raw: bytes, payload: bytes, signatures: tuple[EntrySignature, ...]) -> Entry:
    whole = _load(payload, "A statement")
    if (whole["_type"], whole["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE) or len(whole) != 4:
        raise MalformedError(f"A statement is not an in-toto Statement v1 with {PREDICATE_TYPE}.")
    (subject,) = whole["subject"]
    predicate = whole["predicate"]
    commitments = {name: _hash(text) for name, text in predicate.pop("commitments").items()}
    commitments[DIGESTS] = _hash(subject["digest"]["accordCommitment"])
    previous = predicate.pop("previous", None)
    quotes = predicate.pop("quotes", [])
    key = predicate.pop("key", None)
    entry = Entry(
        raw=raw,
        payload=payload,
        signatures=signatures,
        id=UUID(predicate.pop("event")),
        type=EventType(predicate.pop("type")),
        subject=str(subject["name"]),
        actor=_hash(predicate.pop("actor")),
        role=str(predicate.pop("role")),
        claimed_at=datetime.fromisoformat(predicate.pop("claimedTime")),
        tool=str(predicate["tool"]["name"]),
        tool_version=str(predicate.pop("tool")["version"]),
        previous=None if previous is None else _hash(previous),
        quotes=tuple(Quote(str(q["origin"]), int(q["index"]), _hash(q["leaf"])) for q in quotes),
        key=None if key is None else _key(key),
        commitments=commitments,
    )
    if predicate or entry.claimed_at.tzinfo is None:
        raise MalformedError(f"A statement has unknown fields ({', '.join(predicate)}), or a time without a zone.")
    return entry


def _hash(text: str) -> bytes:
    raw = _unhex(text)
    if len(raw) != 32:
        raise MalformedError("A hash is not written as 64 lower-case hex digits.")
    return raw


def _unhex(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if raw.hex() != text:
        raise MalformedError("Hexadecimal digits are not in their one canonical form, lower case without spaces.")
    return raw


def _key_json(key: EnrolledKey) -> dict[str, Any]:
    return {
        "algorithm": key.algorithm.value,
        "holder": key.holder.hex(),
        "origin": key.origin,
        "public": key.public.hex(),
        "revoked": key.revoked,
        "rpId": key.rp_id,
        "use": key.use.value,
    }


def _key(value: dict[str, Any]) -> EnrolledKey:
    return EnrolledKey(
        use=KeyUse(value["use"]),
        algorithm=KeyAlgorithm(value["algorithm"]),
        public=_unhex(value["public"]),
        holder=_hash(value["holder"]),
        rp_id=str(value["rpId"]),
        origin=str(value["origin"]),
        revoked=value["revoked"] is True,
    )


def _dump(value: dict[str, Any]) -> bytes:
    """RFC 8785 for what is written here: ASCII names, no floats. A property test compares with `rfc8785`."""
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise MalformedError("A text has half a character (a lone surrogate).") from None


def _load(data: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
        same = isinstance(value, dict) and _dump(value) == data
    except (ValueError, RecursionError):
        raise MalformedError(f"{what} is no JSON.") from None
    if not same:
        raise MalformedError(f"{what} is not in the canonical form of RFC 8785.")
    return value  # type: ignore[no-any-return]  # a dict, by the line above
