"""The tables of circles: named sharing groups. A handling names them by id (`Handling.circles`)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from accord.store.tables import Instant, metadata

circle = Table(
    "circle",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the circle itself
)

circle_member = Table(
    "circle_member",
    metadata,
    Column("circle_id", UUID(as_uuid=True), ForeignKey("circle.id"), primary_key=True),
    Column("member_id", UUID(as_uuid=True), ForeignKey("member.id"), primary_key=True, index=True),
    Column("reads", Boolean, nullable=False),
    Column("writes", Boolean, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("audience", Integer, ForeignKey("audience.id"), nullable=False),  # the member's own
)
