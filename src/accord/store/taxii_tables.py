"""The tables of TAXII: what became of what was posted, the key of cursors."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text
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
