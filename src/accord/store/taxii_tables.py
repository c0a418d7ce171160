"""The tables of TAXII: what became of what was posted, the key of cursors, subscriptions to other servers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from accord.store.tables import Instant, metadata

taxii_status = Table(
    "taxii_status",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("asked_at", Instant, nullable=False, index=True),
    Column("document", Text, nullable=False),  # JSON, as TAXII 2.1, section 4.3, gives it
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the member's own
)

taxii_key = Table(
    "taxii_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1
    Column("key", LargeBinary, nullable=False),  # 64 bytes, of AES-SIV
)

taxii_subscription = Table(
    "taxii_subscription",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id")),  # who set it up; None: the command line
    Column("root", Text, nullable=False),  # here: of the collection where it comes in, or that goes out
    Column("collection", Text, nullable=False),
    Column("direction", Text, nullable=False),  # pull, push
    Column("url", Text, nullable=False),  # of the collection at the other server, ending in /
    Column("login", Text, nullable=False),  # empty: a bearer token
    Column("secret", Text, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("message", Text, nullable=False),  # why the last try failed; empty after a success
    Column("failures", Integer, nullable=False),  # in a row
    Column("objects", Integer, nullable=False),  # moved so far
    Column("added_after", Instant),  # everything until then has been moved
    Column("place", Text, nullable=False),  # pull: the server's `next`; push: our own place; empty: none
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),  # last success
    Column("made_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the member's own
    Index("ix_taxii_subscription_due_at", "due_at"),
)
