"""Every table, in one place. Migrations build them; queries by noun use them.

Each row that a person may see carries `audience`, the id of an interned handling, and row-level security decides
(docs/explanation/policy.md). Nothing that people see is numbered: keys are UUIDs, or hashes of content.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Instant = DateTime(timezone=True)


def _audience() -> Column[int]:
    return Column("audience", Integer, ForeignKey("audience.id"), nullable=False)


def _of_contribution() -> tuple[Column[Any], Column[int], ForeignKeyConstraint]:
    """A part of a contribution, never of another audience than the whole: it follows when that one changes."""
    return (
        Column("contribution_id", UUID(as_uuid=True), nullable=False),
        Column("audience", Integer, nullable=False),
        ForeignKeyConstraint(
            ["contribution_id", "audience"], ["contribution.id", "contribution.audience"], onupdate="CASCADE"
        ),
    )


audience = Table(
    "audience",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the canonical JSON of the handling
    Column("handling", JSONB, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("tlp", Text, nullable=False),
    Column("noted", ARRAY(Text), nullable=False),
    Column("joined_at", Instant, nullable=False),
)

capability = Table(
    "capability",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("target_kinds", ARRAY(Text), nullable=False),
    Column("scope", ARRAY(Text), nullable=False),
    Column("jurisdiction", ARRAY(Text), nullable=False),
    Column("power", Text, nullable=False),
    Column("lead_time_hours", Float, nullable=False),
    Column("cost", Float, nullable=False),
    Column("cost_per_target", Float, nullable=False),
    Column("success", Float, nullable=False),
    Column("collateral", Float, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256 of the token; the token itself is never kept
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("agent", Text, nullable=False),
    Column("how", Text, nullable=False, server_default="link"),  # link, passkey, recovery, openid
)

contribution = Table(
    "contribution",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from member, path and digest: idempotent
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the bytes as received; the blob's address
    Column("size", BigInteger, nullable=False),  # bytes
    Column("state", Text, nullable=False),  # received, vetted, used, action, outcome, unused
    Column("state_reason", Text, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("kinds", JSONB, nullable=False),  # selectors by kind
    Column("notes", ARRAY(Text), nullable=False),
    Column("seen_from", Instant),
    Column("seen_to", Instant),
    Column("received_at", Instant, nullable=False),
    Column("received_by", UUID(as_uuid=True), ForeignKey("person.id")),
    Column("came_from", Text, nullable=False, server_default=""),  # the system that an exchange brought it from
    Column("withdrawn_at", Instant),
    _audience(),
    UniqueConstraint("member_id", "path", "digest"),
    UniqueConstraint("id", "audience"),  # what its parts refer to
    Index("ix_contribution_received_at_id", "received_at", "id"),
)

dropped = Table(
    "dropped",
    metadata,
    *_of_contribution(),
    Column("line", Integer),
    Column("reason", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Index("ix_dropped_contribution_id", "contribution_id"),
)

claim = Table(
    "claim",
    metadata,
    *_of_contribution(),
    Column("number", Integer, nullable=False),  # position in the contribution, from 0; never shown
    Column("stix_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("raw", Text, nullable=False),  # as received
    # What TAXII asks for (docs/how-to/exchange-by-taxii.md). `added_at` grows with the order of commits: store.moments.
    Column("added_at", Instant, nullable=False, server_default=func.now()),
    Column("version_at", Instant, nullable=False, server_default="1970-01-01 00:00:00+00"),  # modified, else created
    Column("spec", Text, nullable=False, server_default="2.1"),  # STIX version
    Column("several", Boolean, nullable=False, server_default="false"),  # the id stands in another row too
    Column("deleted", Boolean, nullable=False, server_default="false"),  # by its member, over TAXII
    Column("served", Boolean, nullable=False, server_default="true"),  # neither deleted nor in what was withdrawn
    Index("ix_claim_stix_id_version_at", "stix_id", "version_at"),
    Index("ix_claim_added", "added_at", "contribution_id", "number", postgresql_where=text("served")),
    Index(
        "ix_claim_audience_added",
        "audience",
        "added_at",
        "contribution_id",
        "number",
        postgresql_where=text("served"),
    ),
    Index("pk_claim", "contribution_id", "number", unique=True, postgresql_include=["audience"]),  # counted by it alone
)

selector = Table(
    "selector",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # model.ids.selector_id
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("common", Text, nullable=False),  # why it proves nothing when shared; empty: it may
)

mention = Table(
    "mention",
    metadata,
    *_of_contribution(),
    # No foreign key: it would cost a third of intake (2.7 µs a row), and store.bulk writes both from one table.
    Column("selector_id", BigInteger, nullable=False),
    Column("claim_number", Integer, nullable=False),
    Column("line", Integer),
    # The first place; one row a pair.
    Index("pk_mention", "contribution_id", "selector_id", unique=True, postgresql_include=["audience"]),
    Index("ix_mention_selector_id", "selector_id", postgresql_include=["audience"]),  # all that a policy asks for
)

relation = Table(
    "relation",
    metadata,
    *_of_contribution(),
    Column("a", BigInteger, nullable=False),  # selectors; no foreign keys, as in mention
    Column("b", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # row, hosts, stated
    Index("pk_relation", "contribution_id", "a", "b", unique=True),
    Index("ix_relation_a", "a"),
    Index("ix_relation_b", "b"),
)

lead = Table(
    "lead",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),  # derived from the two contributions
    Column("a", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False, index=True),
    Column("b", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("infrastructure", Float, nullable=False),
    Column("name", Float, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("found_at", Instant, nullable=False),
    _audience(),
    Index("ix_lead_score_id", "score", "id"),
)

judgement = Table(
    "judgement",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("lead_id", UUID(as_uuid=True), ForeignKey("lead.id"), nullable=False, index=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("verdict", Text, nullable=False),  # confirmed, rejected
    Column("reason", Text, nullable=False),
    Column("judged_at", Instant, nullable=False),
    Column("undone_at", Instant),
    _audience(),
    Index("uq_judgement_standing", "lead_id", "member_id", unique=True, postgresql_where=text("undone_at IS NULL")),
)

graph = Table(
    "graph",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("document", JSONB, nullable=False),  # model.maps.Map, with positions
    Column("for_member", UUID(as_uuid=True), ForeignKey("member.id")),  # computed from what this member may see
    _audience(),
)

plan = Table(
    "plan",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("document", JSONB, nullable=False),  # services.plan.document
    Column("for_member", UUID(as_uuid=True), ForeignKey("member.id")),
    _audience(),
)

report = Table(
    "report",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("html_digest", LargeBinary, nullable=False),
    Column("pdf_digest", LargeBinary),
    Column("for_member", UUID(as_uuid=True), ForeignKey("member.id")),
    _audience(),
)

event = Table(
    "event",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("happened_at", Instant, nullable=False),
    Column("person_id", UUID(as_uuid=True)),  # None: the node itself, or the command line
    Column("member_id", UUID(as_uuid=True)),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    _audience(),
    Index("ix_event_happened_at_id", "happened_at", "id"),
)

work = Table(
    "work",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("task", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, running, done, failed, cancelled
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("message", Text, nullable=False),
    Column("person_id", UUID(as_uuid=True)),
    Column("cancel_asked", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("beat_at", Instant),
    Column("ended_at", Instant),
    Column("tries", SmallInteger, nullable=False),
    _audience(),
)
