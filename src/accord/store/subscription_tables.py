"""The table of subscriptions: standing exchanges with other systems, by TAXII, MISP or a feed, and how each stands."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, metadata

subscription = Table(
    "subscription",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id")),  # who set it up; None: the command line
    Column("kind", Text, nullable=False, server_default="taxii"),  # taxii, misp, feed
    Column("root", Text, nullable=False),  # here: of the collection where it comes in, or that goes out
    Column("collection", Text, nullable=False),
    Column("direction", Text, nullable=False),  # pull, push
    Column("url", Text, nullable=False),  # of the other side; a TAXII collection's ends in /
    Column("receiver_id", UUID(as_uuid=True), ForeignKey("member.id")),  # push: whose server; None: outside
    Column("login", Text, nullable=False),  # empty: a bearer token
    Column("sealed", LargeBinary),  # the secret, sealed with the node's key; None: there is none
    Column("secret", Text),  # in clear, from before step 0013: sealed, and gone, when the node next starts
    Column("every_s", Integer, nullable=False),
    Column("message", Text, nullable=False),  # why the last try failed; empty after a success
    Column("failures", Integer, nullable=False),  # in a row
    Column("objects", Integer, nullable=False),  # moved so far
    Column("came", Integer, nullable=False, server_default="0"),  # moved by the last run
    Column("held", JSONB, nullable=False, server_default="{}"),  # push: objects held back, by reason
    Column("waiting", ARRAY(Integer), nullable=False, server_default="{}"),  # push: audiences held back
    Column("added_after", Instant),  # everything until then has been moved
    Column("place", Text, nullable=False),  # pull: the server's `next`; push: our own place; empty: none
    Column("due_at", Instant, nullable=False),
    Column("tried_at", Instant),  # last run, whatever came of it
    Column("done_at", Instant),  # last success
    Column("paused_at", Instant),
    Column("removed_at", Instant),  # kept for a while, so that it can be undone
    Column("made_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the member's own
    Index("ix_subscription_due_at", "due_at"),
)
