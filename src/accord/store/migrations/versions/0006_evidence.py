"""The evidence room and case files. Events of a chain and approvals are written once: nobody may change them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from accord.store.migrations.guarding import grant, guard, run_sql

revision = "0006"
down_revision = "0005"

CHANGING = (
    "evidence",
    "evidence_transfer",
    "evidence_disposal",
    "evidence_finding",
    "evidence_upload",
    "case_file",
    "case_entry",
)
WRITTEN_ONCE = ("evidence_event", "evidence_approval")


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    guard((*CHANGING, *WRITTEN_ONCE))
    grant((*CHANGING, "case_person"))
    grant(WRITTEN_ONCE, rights="select, insert")
    # Uploads that nobody finished are the only rows that go away.
    for table in CHANGING:
        if table != "evidence_upload":
            op.execute(f"revoke delete on {table} from accord_app")
