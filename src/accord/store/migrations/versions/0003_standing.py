"""A member has at most one standing judgement of a lead, also when two of its people judge at the same moment."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("set local accord.visible = 'all'")
    op.execute(
        "update judgement older set undone_at = newer.judged_at from judgement newer"
        " where older.lead_id = newer.lead_id and older.member_id = newer.member_id"
        " and older.undone_at is null and newer.undone_at is null"
        " and (older.judged_at, older.id) < (newer.judged_at, newer.id)"
    )
    op.execute("create unique index uq_judgement_standing on judgement (lead_id, member_id) where undone_at is null")
