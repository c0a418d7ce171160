"""The driver's connection under one of SQLAlchemy's: for COPY, for the queue, and where a microsecond counts."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from sqlalchemy import Connection


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """It, in the same transaction."""
    return cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
