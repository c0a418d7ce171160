"""Where a contribution's handling stands for its parts: one row, read under the viewer's policy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from accord.store.tables import contribution


def head(connection: Connection, contribution_id: UUID) -> Row[Any] | None:
    """Format and digest of a contribution that the viewer may see."""
    columns = (contribution.c.id, contribution.c.format, contribution.c.digest, contribution.c.path)
    query: Select[Any] = select(*columns).where(contribution.c.id == contribution_id)
    return connection.execute(query).first()
