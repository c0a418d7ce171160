"""Tables of what is measured: declarations, frozen, and what was measured by them. Neither is ever changed."""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, metadata

declaration = Table(
    "declaration",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from member and digest: frozen once
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("person_id", UUID(as_uuid=True)),  # None: the command line
    Column("frozen_at", Instant, nullable=False),
    Column("digest", Text, nullable=False),  # of impact.Declaration, in hex
    Column("text", Text, nullable=False),  # TOML; reading it gives the digest
    Column("watches_return", Boolean, nullable=False),  # that the return of what is taken down is looked at as well
    Column("targets", ARRAY(Text), nullable=False),  # `kind|value`, for what the node itself counts; else empty
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    Index("ix_declaration_frozen_at_id", "frozen_at", "id"),
)

measurement = Table(
    "measurement",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("declaration_id", UUID(as_uuid=True), ForeignKey("declaration.id"), nullable=False, index=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("person_id", UUID(as_uuid=True)),
    Column("measured_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  # series, spells
    Column("source", Text, nullable=False),  # the file's name, or what of the node was counted
    Column("data_digest", LargeBinary, nullable=False),  # SHA-256 of the CSV file, which lies in the blobs
    Column("query", Text, nullable=False),  # how to get the same again
    Column("document", JSONB, nullable=False),  # impact.plain of the finding, or impact.plain_survival
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
)
