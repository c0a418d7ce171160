"""Tables of what proves who somebody is: passkeys, tokens of programs, ceremonies under way, recoveries, shut doors.

None has an audience: no page lists them to others than their owner, but recoveries, which a member's own people see.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, metadata


def _person(name: str = "person_id", *, nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(name, UUID(as_uuid=True), ForeignKey("person.id"), nullable=nullable, index=index)


passkey = Table(
    "passkey",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    _person(index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),  # COSE_Key, as registered
    Column("sign_count", BigInteger, nullable=False),
    Column("rp_id", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("synced", Boolean, nullable=False),  # its maker keeps copies (WebAuthn: backed up)
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    _person(index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256; the token itself is never kept
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

ceremony = Table(
    "ceremony",
    metadata,
    Column("owner_hash", LargeBinary, primary_key=True),  # of the session, or of the door's cookie
    Column("kind", Text, primary_key=True),  # passkey-new, passkey-in, passkey-yes, openid
    Column("challenge", LargeBinary, nullable=False),
    Column("detail", JSONB, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

recovery = Table(
    "recovery",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    _person(index=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("check", Text, nullable=False),  # what both read out to each other
    Column("agent", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    _person("approved_by", nullable=True),
    Column("approved_at", Instant),
    Column("ready_at", Instant),
    Column("used_at", Instant),
    Column("stopped_at", Instant),
    _person("stopped_by", nullable=True),
)

identity = Table(
    "identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _person(index=True),
    Column("linked_at", Instant, nullable=False),
)

suspension = Table(
    "suspension",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    _person(nullable=True),  # None: everybody of the member
    Column("reason", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    _person("began_by", nullable=True),  # None: the command line
    Column("lifted_at", Instant),
    Index("ix_suspension_member_id_person_id", "member_id", "person_id"),
)
