"""Reading the handling behind an audience."""

from __future__ import annotations

from sqlalchemy import Connection, select

from accord.model.handling import Handling
from accord.store.audiences import from_document
from accord.store.tables import audience


def handling(connection: Connection, audience_id: int) -> Handling:
    return from_document(
        connection.execute(select(audience.c.handling).where(audience.c.id == audience_id)).scalar_one()
    )
