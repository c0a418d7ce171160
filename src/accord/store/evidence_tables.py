"""The tables of the evidence room: items, the events of their chains, transfers, disposals, uploads, findings.

Every part of an item carries the item's own audience and follows it when a transfer changes who may see the item.
The bytes are not here: they lie in the vault under their SHA-256.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from accord.store.tables import Instant, metadata


def _id(name: str = "id") -> Column[Any]:
    return Column(name, UUID(as_uuid=True), primary_key=True)


def _of_item() -> tuple[Column[Any], Column[int], ForeignKeyConstraint]:
    return (
        Column("item_id", UUID(as_uuid=True), nullable=False, index=True),
        Column("audience", Integer, nullable=False),
        ForeignKeyConstraint(["item_id", "audience"], ["evidence.id", "evidence.audience"], onupdate="CASCADE"),
    )


evidence = Table(
    "evidence",
    metadata,
    _id(),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),  # whose people registered it
    Column("holder_id", UUID(as_uuid=True), ForeignKey("member.id")),  # None: left this node, or disposed of
    Column("kind", Text, nullable=False),  # services.evidence.KINDS
    Column("title", Text, nullable=False),
    Column("reference", Text, nullable=False),  # its number in the member's own register
    Column("description", Text, nullable=False),
    Column("file_name", Text, nullable=False),  # as it came; never a path of this machine
    Column("size", BigInteger),  # bytes; None: a thing without bytes
    Column("sha256", LargeBinary, index=True),
    Column("blake3", LargeBinary),
    Column("parents", ARRAY(UUID(as_uuid=True)), nullable=False),  # items it was made from
    Column("authority", Text, nullable=False),  # the legal basis of the acquisition, in words
    Column("acquired_at", Instant, nullable=False),  # as claimed
    Column("place", Text, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("out_to", Text, nullable=False),  # who has it out; empty: it is in
    Column("offered_to", Text, nullable=False),  # a member's id, or a name at another node; empty: no offer stands
    Column("hold", Text, nullable=False),  # the reason of a legal hold; empty: none
    Column("keep_until", Instant),  # not to be disposed of before
    Column("disposed_at", Instant),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
    UniqueConstraint("id", "audience"),
    Index("ix_evidence_registered_at_id", "registered_at", "id"),
)

evidence_event = Table(
    "evidence_event",
    metadata,
    _id(),
    *_of_item(),
    Column("number", Integer, nullable=False),  # place in the item's chain, from 0
    Column("act", Text, nullable=False),  # custody.item.Act
    Column("happened_at", Instant, nullable=False),  # as claimed
    Column("recorded_at", Instant, nullable=False),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("said", JSONB, nullable=False),  # reason, authority, place, tool, digests and what else the act needs
    Column("previous", LargeBinary, nullable=False),  # digest of the event before; empty: the first
    Column("digest", LargeBinary, nullable=False),  # custody.chain.digest_of
    Column("record_id", UUID(as_uuid=True), nullable=False),  # the event in the node's record that tells the same
    UniqueConstraint("item_id", "number"),
)

evidence_transfer = Table(
    "evidence_transfer",
    metadata,
    _id(),
    *_of_item(),
    Column("giver_id", UUID(as_uuid=True), ForeignKey("member.id"), nullable=False),
    Column("taker_id", UUID(as_uuid=True), ForeignKey("member.id")),  # None: at another node
    Column("taker_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("offered_by", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("state", Text, nullable=False),  # offered, accepted, declined, withdrawn
    Column("answered_at", Instant),
    Column("answer", Text, nullable=False),  # why it was declined or withdrawn
    Column("audience_before", Integer, nullable=False),  # whose it is again when the offer comes to nothing
)

evidence_disposal = Table(
    "evidence_disposal",
    metadata,
    _id(),
    *_of_item(),
    Column("asked_by", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("way", Text, nullable=False),  # erased, destroyed, returned
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),  # asked, done, refused
)

evidence_approval = Table(
    "evidence_approval",
    metadata,
    _id(),
    *_of_item(),
    Column("disposal_id", UUID(as_uuid=True), ForeignKey("evidence_disposal.id"), nullable=False),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("approved_at", Instant, nullable=False),
    UniqueConstraint("disposal_id", "person_id"),
)

evidence_finding = Table(
    "evidence_finding",
    metadata,
    _id(),
    Column("item_id", UUID(as_uuid=True), ForeignKey("evidence.id"), nullable=False, index=True),
    Column("contribution_id", UUID(as_uuid=True), ForeignKey("contribution.id"), nullable=False, index=True),
    Column("note", Text, nullable=False),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the meet of both
    UniqueConstraint("item_id", "contribution_id"),
)

evidence_upload = Table(
    "evidence_upload",
    metadata,
    _id(),
    Column("person_id", UUID(as_uuid=True), ForeignKey("person.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes that are to come
    Column("modified", BigInteger, nullable=False),  # milliseconds since 1970, as the browser says; to know it again
    Column("begun_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),
)

EVIDENCE_TABLES = (
    evidence, evidence_event, evidence_transfer, evidence_disposal, evidence_approval, evidence_finding,
    evidence_upload,
)  # fmt: skip
