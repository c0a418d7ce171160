"""What every later step does to a new table: the application's rights, and row-level security by audience."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op

from accord.store.engine import driver_of


def run_sql(statements: str) -> None:
    """Many statements at once, straight to the driver: it may hold per cents that are not placeholders."""
    driver_of(op.get_bind()).execute(statements)


def guard(tables: Iterable[str]) -> None:
    """Rows of these tables, which have a column `audience`, show only to whom policy lets see that audience.

    The same policy as in 0001_guards.sql, which says why it is written so; forced, so that the owner is bound too.
    """
    for table in tables:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy by_audience on {table} using (get_bit((select accord_visible()), audience)::boolean)"
        )


def grant(tables: Iterable[str], *, rights: str = "select, insert, update, delete") -> None:
    """Lets the application's role work with these tables; without `update, delete` for what is written once."""
    for table in tables:
        op.execute(f"grant {rights} on {table} to accord_app")
