"""Tables of exchange with other systems: remembered answers of the API, column choices, webhooks, MISP peers."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from accord.store.tables import Instant, metadata

api_reply = Table(
    "api_reply",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from the person and their Idempotency-Key
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the request
    Column("status", SmallInteger, nullable=False),  # of the answer; 0 while the first request is at work
    Column("body", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    Index("ix_api_reply_made_at", "made_at"),
)

export_choice = Table(
    "export_choice",
    metadata,
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), primary_key=True),
    Column("what", Text, primary_key=True),  # contributions, selectors, leads
    Column("columns", ARRAY(Text), nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False, index=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("verbs", ARRAY(Text), nullable=False),  # of events; empty: all
    Column("made_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from the webhook and the event: once each
    Column("webhook_id", UUID(as_uuid=True), ForeignKey("webhook.id"), nullable=False, index=True),
    Column("event_id", UUID(as_uuid=True), nullable=False),  # no key: the event may be one that goes away
    Column("state", Text, nullable=False),  # waiting, delivered, given-up, withdrawn
    Column("tries", SmallInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("status", SmallInteger),  # of the receiver's last answer
    Column("message", Text, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    Index("ix_webhook_delivery_state_due_at", "state", "due_at"),
)

misp_peer = Table(
    "misp_peer",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from the member and the address
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("pulled_to", BigInteger, nullable=False),  # seconds since 1970: the newest timestamp of an event taken in
    Column("pushed_to", Instant),  # until step 0015; since then `misp_sent` says what was handed on
    Column("withdrawn_to", Instant),  # withdrawn_at of the newest tombstone handed on
    Column("heard_to", BigInteger, nullable=False, server_default="0"),  # as pulled_to, of sightings and proposals
    Column("told_to", Instant),  # answered_at of the newest word handed on
    Column("state", Text, nullable=False),
    Column("tried_at", Instant),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
)

misp_sent = Table(
    "misp_sent",
    metadata,
    Column("peer_id", UUID(as_uuid=True), ForeignKey("misp_peer.id"), primary_key=True),
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), primary_key=True),
    Column("sent_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    Index("ix_misp_sent_contribution_id", "contribution_id"),
)
