"""Identifiers. What people see are UUIDs, so that no number tells how much there is that they may not see."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

ACCORD_NAMESPACE = UUID("6f1c4f0e-6f0e-5d0b-9a53-9b1f3f7d2a10")
"""Namespace of everything whose id follows from its content."""

STIX_SCO_NAMESPACE = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1, section 2.9: namespace of deterministic ids of cyber-observables."""


def observable_id(type_: str, contributing: str) -> str:
    """The deterministic id of a cyber-observable: UUIDv5 (RFC 9562, section 5.5) over its contributing properties.

    `contributing`: their canonical JSON. As `uuid5` gives it, in a third of the time: intake makes one a claim.
    """
    digest = bytearray(hashlib.sha1(STIX_SCO_NAMESPACE.bytes + contributing.encode(), usedforsecurity=False).digest())
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{type_}--{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"


def derived_id(noun: str, *parts: str) -> UUID:
    """The id that follows from a noun and its identifying parts; the same parts give the same id on every node."""
    return uuid5(ACCORD_NAMESPACE, "\x1f".join((noun, *parts)))


def selector_id(kind: str, value: str) -> int:
    """A selector's key: the first 8 bytes of SHA-256 over `kind|value`, as a signed 64-bit integer.

    At 10⁷ selectors two of them collide with a probability of about 3e-6; the store checks on insert.
    """
    return int.from_bytes(hashlib.sha256(f"{kind}|{value}".encode()).digest()[:8], "big", signed=True)
