"""How far words went to and from each MISP server, and what was taken back there."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
        alter table misp_peer add column withdrawn_to timestamptz, add column heard_to bigint not null default 0,
            add column told_to timestamptz
    """)
