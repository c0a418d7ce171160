"""A contribution's handling may change, its parts with it; the application may gather statistics (PostgreSQL 17 on)."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

PARTS = ("claim", "dropped", "mention", "relation")


def upgrade() -> None:
    for part in PARTS:
        name = f"fk_{part}_contribution_id_audience"
        op.execute(f"alter table {part} drop constraint {name}")
        op.execute(
            f"alter table {part} add constraint {name} foreign key (contribution_id, audience)"
            " references contribution (id, audience) on update cascade"
        )
    op.execute(
        "do $$ begin if current_setting('server_version_num')::integer >= 170000 then"
        " execute 'grant maintain on contribution, claim, dropped, mention, relation, selector, lead to accord_app';"
        " end if; end $$"
    )
