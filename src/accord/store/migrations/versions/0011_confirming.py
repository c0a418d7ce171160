"""What a person is asked by a command, and what their passkey answered on a page."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
        alter table custody_consent
            add column shown bytea,
            add column credential_id bytea,
            add column assertion bytea
    """)
