"""What was drawn from everything on the node: the map, the plan, the report. The newest of each counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, insert, select, update

from accord.store.tables import graph, plan, report


def keep_map(connection: Connection, id_: UUID, document: dict[str, Any], now: datetime, audience: int) -> None:
    _keep(connection, graph, id_, audience, made_at=now, document=document)


def keep_plan(connection: Connection, id_: UUID, document: dict[str, Any], now: datetime, audience: int) -> None:
    _keep(connection, plan, id_, audience, made_at=now, document=document)


def change_plan(connection: Connection, id_: UUID, document: dict[str, Any]) -> None:
    """Another document in the place of one that says the same to people; it stays as old as it was."""
    connection.execute(update(plan).where(plan.c.id == id_).values(document=document))


def keep_report(
    connection: Connection, id_: UUID, title: str, *, html: bytes, pdf: bytes | None, now: datetime, audience: int
) -> None:
    """`html` and `pdf` are addresses of blobs (SHA-256)."""
    _keep(connection, report, id_, audience, made_at=now, title=title, html_digest=html, pdf_digest=pdf)


def newest_report(connection: Connection) -> tuple[bytes, bytes | None] | None:
    """Addresses of the blobs of page and PDF."""
    query = select(report.c.html_digest, report.c.pdf_digest).order_by(report.c.made_at.desc(), report.c.id).limit(1)
    found = connection.execute(query).first()
    return None if found is None else (found[0], found[1])


def newest_map(connection: Connection) -> dict[str, Any] | None:
    return _newest(connection, graph)


def newest_plan(connection: Connection) -> dict[str, Any] | None:
    return _newest(connection, plan)


def _keep(connection: Connection, table: Table, id_: UUID, audience: int, **values: Any) -> None:
    connection.execute(delete(table).where(table.c.id == id_))
    connection.execute(insert(table).values(id=id_, audience=audience, **values))


def _newest(connection: Connection, table: Table) -> dict[str, Any] | None:
    query = select(table.c.document).order_by(table.c.made_at.desc(), table.c.id).limit(1)
    found = connection.scalar(query)
    return found if isinstance(found, dict) else None
