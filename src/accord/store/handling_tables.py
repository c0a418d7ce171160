"""Tables of the tools for handling: who asked for more, who had it, what others said, what came of it.

Rows that outlive the sight of their contribution (a request, a notice, what somebody said) are between two members:
their audience names both, they keep the title as it was, and no foreign key ties them to what may be hidden.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, metadata


def _id() -> Column[object]:
    return Column("id", UUID(as_uuid=True), primary_key=True)


def _audience() -> Column[int]:
    return Column("audience", Integer, ForeignKey("audience.id"), nullable=False)


def _member(name: str = "member_id", *, index: bool = False) -> Column[object]:
    return Column(name, UUID(as_uuid=True), ForeignKey("member.id"), nullable=False, index=index)


def _person(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, UUID(as_uuid=True), ForeignKey("person.id"), nullable=nullable)


def _about(*, index: bool = True) -> Column[object]:
    return Column("contribution_id", UUID(as_uuid=True), nullable=False, index=index)


widening_request = Table(
    "widening_request",
    metadata,
    _id(),
    _about(),
    Column("title", Text, nullable=False),  # as the one who asks saw it
    _member(index=True),  # who asks
    _person("person_id"),
    _member("originator_id", index=True),
    Column("wish", Text, nullable=False),  # a purpose of policy.purposes, or `read-more` in words
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),  # empty (open), granted, refused, taken-back
    Column("answer_reason", Text, nullable=False),
    Column("answered_at", Instant),
    _person("answered_by", nullable=True),
    _audience(),
)

tear_line = Table(
    "tear_line",
    metadata,
    Column("released_id", UUID(as_uuid=True), ForeignKey("contribution.id"), primary_key=True),
    Column("full_id", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False, index=True),
    Column("left_out", JSONB, nullable=False),  # what was left out, as the editor was told
    _person("person_id"),
    Column("made_at", Instant, nullable=False),
    _audience(),  # its originator's own: who sees the released version learns of no other
)

copy = Table(
    "copy",
    metadata,
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), primary_key=True),  # who had it
    Column("path", Text, primary_key=True),  # download, export, taxii, feed, report, webhook
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("digest", LargeBinary),  # SHA-256 of the last file in which it went; None: not one file
    _audience(),  # the originator's own
)

document_copy = Table(
    "document_copy",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of what was handed out
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), primary_key=True),  # who had it
    # Whose contributions it was drawn from: a row for each of them.
    Column("originator_id", UUID(as_uuid=True), ForeignKey("member.id"), primary_key=True),
    Column("kind", Text, nullable=False),  # report, plan, map
    _person("person_id"),  # the first of the member to take it
    Column("made_at", Instant, nullable=False),  # it tells of what stood then
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    _audience(),  # the originator's own
    Index("ix_document_copy_originator_id", "originator_id", "made_at"),
)

ruling = Table(
    "ruling",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1
    Column("number", BigInteger, nullable=False),  # store.turns
)

notice = Table(
    "notice",
    metadata,
    _id(),
    _about(),
    Column("title", Text, nullable=False),
    _member(index=True),  # who held a copy
    _member("originator_id", index=True),
    Column("kind", Text, nullable=False),  # recalled, narrowed
    Column("reason", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    _person("acknowledged_by", nullable=True),
    _audience(),
)

feedback = Table(
    "feedback",
    metadata,
    _id(),
    _about(),
    Column("title", Text, nullable=False),
    Column("claim_number", Integer),  # None: the contribution as a whole
    Column("kind", Text, nullable=False),  # sighting, correction, rating
    _member(index=True),  # who says it
    _person("person_id"),
    _member("originator_id", index=True),
    Column("words", Text, nullable=False),
    Column("detail", JSONB, nullable=False),  # sighting: value, count, seen_at; rating: stars
    Column("said_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),  # empty (open), accepted, declined, taken-back
    Column("answer_reason", Text, nullable=False),
    Column("answered_at", Instant),
    _person("answered_by", nullable=True),
    _audience(),
)

receipt = Table(
    "receipt",
    metadata,
    _id(),  # derived from contribution, state and source
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),  # used, action, outcome, unused
    Column("source", Text, nullable=False, index=True),  # `lead:<id>:<member>`, `plan:<id>`
    Column("reason", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("undone_at", Instant),
    _audience(),  # of what it came from
)

handling_change = Table(
    "handling_change",
    metadata,
    _id(),
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False),
    Column("kind", Text, nullable=False),  # narrowed, widened, recalled
    Column("before", JSONB, nullable=False),  # handlings, as policy.codec writes them
    Column("after", JSONB, nullable=False),
    Column("widens", ARRAY(Text), nullable=False),
    Column("reason", Text, nullable=False),
    _person("person_id"),
    Column("changed_at", Instant, nullable=False),
    _audience(),  # the originator's own
    Index("ix_handling_change_contribution_id", "contribution_id", "changed_at"),
)

stated_marking = Table(
    "stated_marking",
    metadata,
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), primary_key=True),
    Column("handling", JSONB, nullable=False),  # what the file itself states: a floor for every later handling
    _audience(),  # the originator's own
)
