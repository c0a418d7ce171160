"""TAXII: when a claim was added and of which version it is; circles; statuses, the cursors' key, subscriptions."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from accord.store.migrations.guarding import grant, guard, run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # Every claim is read once to find its version: as long as that takes, since nothing works without it.
    op.execute("set local statement_timeout = 0")
    op.execute("set local accord.visible = 'all'")
    run_sql(Path(__file__).with_name("0007_claims.sql").read_text(encoding="utf-8"))
    run_sql(Path(__file__).with_name("0007_taxii.sql").read_text(encoding="utf-8"))
    guard(["circle", "circle_member", "taxii_status", "taxii_subscription"])
    grant(["circle", "circle_member", "taxii_status", "taxii_subscription"])
    grant(["taxii_key"], rights="select, insert")
    op.execute("grant update (added_at, several, deleted, served) on claim to accord_app")
