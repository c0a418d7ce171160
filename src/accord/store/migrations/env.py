"""Alembic's entry: runs the steps on the connection it is given, in one transaction, or not at all."""

from __future__ import annotations

from alembic import context

from accord.store.every_table import metadata

# Rule 17 of the house: a step that cannot have its lock soon, or works for long, must argue for it.
LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS = 4_000, 5_000

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    connection.exec_driver_sql(f"set local lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.exec_driver_sql(f"set local statement_timeout = {STATEMENT_TIMEOUT_MS}")
    # The steps are the node's own work: keys are checked and rows moved whoever may see them.
    connection.exec_driver_sql("set local accord.visible = 'all'")
    context.run_migrations()
