"""The tables of case files. Who works on a case is what decides who sees it: the case's id is a circle (`Handling`)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID

from accord.store.tables import Instant, metadata

case_file = Table(
    "case_file",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),  # whose case it is
    Column("title", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("authority", Text, nullable=False),  # the legal basis
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("closed_at", Instant),
    Column("closing", Text, nullable=False),  # what came of it
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    UniqueConstraint("id", "audience"),
    Index("ix_case_file_opened_at_id", "opened_at", "id"),
)

case_person = Table(
    "case_person",
    metadata,
    Column("case_id", UUID(as_uuid=True), ForeignKey("case_file.id"), primary_key=True),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), primary_key=True, index=True),
    Column("role", Text, nullable=False),  # lead, member
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
)

case_entry = Table(
    "case_entry",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("case_id", UUID(as_uuid=True), nullable=False),
    Column("audience", Integer, nullable=False),
    Column("kind", Text, nullable=False),  # services.cases.KINDS
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # of a hypothesis or task; the side of an argument; the kind of an entity
    Column("hypothesis_id", UUID(as_uuid=True), ForeignKey("case_entry.id")),  # of an argument
    Column("subject_kind", Text, nullable=False),  # evidence, contribution, lead; empty: none
    Column("subject_id", UUID(as_uuid=True)),
    Column("selector_id", BigInteger),  # of an entity: model.ids.selector_id
    Column("at", Instant),  # of something on the timeline; when a task is due
    Column("zone", Text, nullable=False),  # the time zone it happened in (IANA), for the timeline
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("struck_at", Instant),
    ForeignKeyConstraint(["case_id", "audience"], ["case_file.id", "case_file.audience"], onupdate="CASCADE"),
    Index("ix_case_entry_case_id_written_at", "case_id", "written_at"),
    Index("ix_case_entry_subject_id", "subject_id"),
)

CASE_TABLES = (case_file, case_person, case_entry)
