"""Requests to widen, tear-lines, copies and notices, what others said, receipts, decisions on handling."""

from __future__ import annotations

from pathlib import Path

from accord.store.migrations.guarding import grant, guard, run_sql

revision = "0008"
down_revision = "0007"

CHANGING = ("widening_request", "copy", "notice", "feedback", "receipt", "stated_marking")
WRITTEN_ONCE = ("tear_line", "handling_change")


def upgrade() -> None:
    run_sql(Path(__file__).with_name("0008_handling.sql").read_text(encoding="utf-8"))
    guard([*CHANGING, *WRITTEN_ONCE])
    grant(CHANGING, rights="select, insert, update")
    grant(WRITTEN_ONCE, rights="select, insert")
