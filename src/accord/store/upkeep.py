"""Tells PostgreSQL how much there is now, so that it plans large queries well before its own upkeep has run."""

from __future__ import annotations

from sqlalchemy import Connection, text

_TABLES = ("contribution", "claim", "dropped", "mention", "relation", "selector", "lead")


def analyse(connection: Connection, tables: tuple[str, ...] = _TABLES) -> None:
    """Gathers statistics after much was written; PostgreSQL only warns where the role may not (16 and older)."""
    connection.execute(text(f"analyze {', '.join(tables)}"))
