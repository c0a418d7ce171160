"""Tables behind the custody log: entries with what erases them, keys, newest heads, consents that are asked for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, audience, metadata

custody_entry = Table(
    "custody_entry",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # that of the event
    Column("seq", BigInteger, Identity(always=True), nullable=False),  # order of the log; never shown
    Column("kind", Text, nullable=False),  # custody.events.EventType
    Column("subject", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False, unique=True),  # SHA-256, RFC 6962
    Column("raw", LargeBinary),  # the entry's bytes until they are in the log: the outbox
    Column("position", BigInteger, unique=True),  # in the log, from 0; None: not yet there
    Column("secret", LargeBinary),  # 32 bytes that open the commitments; None: erased
    Column("details", JSONB),  # what was committed to; None: erased
    Column("audience", ForeignKey(audience.c.id), nullable=False),
    Index("ix_custody_entry_subject_seq", "subject", "seq"),
    Index("ix_custody_entry_seq", "seq", unique=True, postgresql_where=text("position is null")),
)

custody_key = Table(
    "custody_key",
    metadata,
    Column("key_id", Text, primary_key=True),  # 64 hex digits, the DSSE keyid
    Column("holder", LargeBinary, nullable=False, index=True),  # the person's pseudonym
    Column("use", Text, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),  # the private half, sealed with the node's key; None: a passkey
    Column("credential_id", LargeBinary),  # of a passkey
    Column("rp_id", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("enrolled_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

custody_pseudonym = Table(
    "custody_pseudonym",
    metadata,
    Column("person_id", UUID(as_uuid=True), primary_key=True),
    Column("holder", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),  # the person's secret; deleting the row unlinks the person
)

custody_head = Table(
    "custody_head",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),  # the newest head of our log that this database knows,
    Column("kept_at", Instant, nullable=False),  # or of another's that this node has cosigned as a witness
)

custody_consent = Table(
    "custody_consent",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("person_id", UUID(as_uuid=True), nullable=False, index=True),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # the statement whose hash is the challenge
    Column("secret", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("shown", LargeBinary),  # what a page shows of it, sealed with the node's key; None: asked on the page itself
    Column("credential_id", LargeBinary),  # of the passkey that confirmed it on that page,
    Column("assertion", LargeBinary),  # and what it signed
)
