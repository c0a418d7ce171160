"""Subscriptions of every kind in one table, their secrets sealed; what an exchange brought is known from one's own."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

_RENAMED = ("pk", "fk", "fk", "fk")
_COLUMNS = ("", "_member_id", "_person_id", "_audience")


def upgrade() -> None:
    op.execute("alter table taxii_subscription rename to subscription")
    for prefix, column in zip(_RENAMED, _COLUMNS, strict=True):
        before, after = f"{prefix}_taxii_subscription{column}", f"{prefix}_subscription{column}"
        op.execute(f"alter table subscription rename constraint {before} to {after}")
    op.execute("alter index ix_taxii_subscription_due_at rename to ix_subscription_due_at")
    # Only the node itself has the key that seals: it does so at its next start (services.subscription_secrets).
    op.execute("""
        alter table subscription
            add column kind text not null default 'taxii',
            add column receiver_id uuid constraint fk_subscription_receiver_id references member (id),
            add column sealed bytea,
            alter column secret drop not null,
            add column came integer not null default 0,
            add column held jsonb not null default '{}',
            add column waiting integer[] not null default '{}',
            add column tried_at timestamptz,
            add column paused_at timestamptz,
            add column removed_at timestamptz
    """)
    op.execute("alter table contribution add column came_from text not null default ''")
    # Until now only commands set exchanges up, so that nobody had received what they brought; who posts is somebody.
    op.execute("""
        update contribution set came_from = 'elsewhere'
        where (path like 'taxii/%' and received_by is null)
        or (path ~ '^misp(-feed)?/[0-9a-f-]{36}[.]json$' and received_by is not null)
    """)
