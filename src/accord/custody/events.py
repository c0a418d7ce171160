"""A custody event: what is said in clear, what is only committed to, and the keys that events are signed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID


class EventType(StrEnum):
    """What an entry records. The first group is about an item, after ISO/IEC 27037, section 6.1 (chain of custody)."""

    ACQUIRE = "acquire"
    RECEIVE = "receive"
    SEAL = "seal"
    ACCESS = "access"
    CHECK_OUT = "check-out"
    CHECK_IN = "check-in"
    TRANSFER_OFFER = "transfer-offer"
    TRANSFER_ACCEPT = "transfer-accept"
    TRANSFORM = "transform"
    DERIVE = "derive"
    EXPORT = "export"
    DISPOSE = "dispose"
    CORRECT = "correct"

    CONTRIBUTION = "contribution"
    HANDLING = "handling"
    WIDENING = "widening"
    JUDGEMENT = "judgement"
    APPROVAL = "approval"
    ORDER = "order"
    RECEIPT = "receipt"
    PACKAGE = "package"
    MEMBERSHIP = "membership"
    CHANGE = "change"  # any other change of the node's state
    KEY = "key"


NEEDS_PASSKEY = frozenset(
    {
        EventType.SEAL,
        EventType.TRANSFER_OFFER,
        EventType.TRANSFER_ACCEPT,
        EventType.APPROVAL,
        EventType.DISPOSE,
        EventType.WIDENING,
    }
)
"""What needs a person's will: a key that lies at the node is not enough."""

BEGINS_CHAIN = frozenset({EventType.ACQUIRE, EventType.RECEIVE, EventType.DERIVE})
"""Events of an item that may have no previous one."""


class KeyUse(StrEnum):
    SIGNING = "signing"  # Ed25519, sealed at the node
    PASSKEY = "passkey"  # WebAuthn, in the person's own device


class KeyAlgorithm(StrEnum):
    ED25519 = "ed25519"  # 32 bytes, RFC 8032
    P256 = "p256"  # 65 bytes, uncompressed point (SEC 1, section 2.3.3)


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """A key and whose it is. `holder`: 32 bytes, the person's pseudonym (`pseudonym`).

    `rp_id` and `origin` (passkeys only): where the passkey may be used. `revoked`: the event ends the key instead.
    """

    use: KeyUse
    algorithm: KeyAlgorithm
    public: bytes
    holder: bytes
    rp_id: str = ""
    origin: str = ""
    revoked: bool = False

    @property
    def key_id(self) -> str:
        """64 hex digits, the DSSE keyid."""
        return sha256(f"accord-key/v1\0{self.use}\0{self.algorithm}\0".encode() + self.public).hexdigest()


class Quote(NamedTuple):
    """Another log's entry, by its leaf hash (32 bytes): how a transfer ties two logs together."""

    origin: str
    position: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, before it is signed.

    `subject`: an opaque name of the item or thing (`urn:uuid:…`), no personal data. `actor`: 32 bytes (`pseudonym`).
    `claimed_at`: when the actor signed, aware. `previous`: leaf hash of the subject's previous event, None when first.
    `details`: committed, not logged: digests, actor, authority, reason, place, case, inputs, outputs, occurred,
    change, justification, and whatever else is to be provable; JSON values.
    """

    id: UUID
    type: EventType
    subject: str
    actor: bytes
    role: str
    claimed_at: datetime
    tool: str = "accord"
    tool_version: str = ""
    previous: bytes | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    key: EnrolledKey | None = None


def pseudonym(person_secret: bytes, person: str) -> bytes:
    """32 bytes that stand for a person in every event; unlinkable to the person once the secret is deleted."""
    return sha256(b"accord-person/v1\0" + person_secret + person.encode()).digest()


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC to the millisecond, `Z` at the end."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
