"""Brings a database's schema up to this version of Accord, one process at a time."""

from __future__ import annotations

from pathlib import Path

import psycopg
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from accord.model.errors import NodeError
from accord.store.engine import driver_url

MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))
_ONE_AT_A_TIME = 0x6163636F72640001
"""Key of the advisory lock under which a schema is changed: `accord` in ASCII, 1."""


def revision(url: str) -> str | None:
    """The schema's revision as this role may read it; None for a database without one. Raises `NodeError`."""
    try:
        with psycopg.connect(url) as connection:
            there = connection.execute("select to_regclass('alembic_version') is not null").fetchone()
            if there != (True,):
                return None
            found = connection.execute("select version_num from alembic_version").fetchone()
            return str(found[0]) if found else None
    except psycopg.Error as error:
        raise NodeError(f"The database cannot be read: {error}", action="Check ACCORD_DATABASE_URL.") from error


def check_current(url: str) -> None:
    """Raises `NodeError` unless the schema is this version's."""
    found = revision(url)
    if found != HEAD:
        raise NodeError(
            f"The database's schema is at {found or 'nothing'}, this version of Accord needs {HEAD}.",
            action="Set ACCORD_OWNER_DATABASE_URL so that Accord can change it, or install the version that made it.",
        )


def migrate(owner_url: str) -> None:
    """Applies the missing steps; nothing when there are none. Raises `NodeError` and leaves the schema as it was."""
    found = revision(owner_url)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        check_current(owner_url)
    engine = create_engine(driver_url(owner_url))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            if connection.scalar(text("select count(*) from pg_roles where rolname = 'accord_app'")) == 0:
                raise NodeError(
                    "The database server has no role accord_app, which Accord works as.",
                    action="Make it: create role accord_app login nosuperuser nobypassrls; with a way to sign in.",
                )
            _upgrade(connection)
    except SQLAlchemyError as error:
        raise NodeError(
            f"The schema could not be changed: {error}", action="Nothing was changed; see above."
        ) from error
    except psycopg.Error as error:
        raise NodeError(
            f"The schema could not be changed: {error}", action="Nothing was changed; see above."
        ) from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    # Imported here: most starts find the schema current and need not load Alembic (0.15 s).
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
