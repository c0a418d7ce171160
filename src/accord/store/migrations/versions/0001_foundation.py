"""The first schema: tables, procrastinate's own, then grants and row-level security.

The owner sees rows only with `set local accord.visible = 'all'`, as every later step that moves data must say.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    for part in ("tables", "jobs", "guards"):
        # Straight to the driver: these files hold many statements, and per cents that are not placeholders.
        driver = op.get_bind().connection.dbapi_connection
        assert driver is not None
        driver.execute(Path(__file__).with_name(f"0001_{part}.sql").read_text(encoding="utf-8"))
