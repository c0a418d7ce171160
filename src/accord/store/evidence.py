"""Writing the evidence room: items, their chains, transfers, disposals, uploads. Reading: browse_evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from accord.custody.chain import Link
from accord.custody.item import Act
from accord.model.errors import ConflictError
from accord.store.evidence_tables import (
    evidence,
    evidence_approval,
    evidence_disposal,
    evidence_event,
    evidence_finding,
    evidence_transfer,
    evidence_upload,
)
from accord.store.tables import contribution


def put(connection: Connection, **values: Any) -> None:
    connection.execute(insert(evidence).values(**values))


def lock(connection: Connection, item_id: UUID) -> Row[Any] | None:
    """An item, held until the transaction ends; None when this viewer sees none."""
    return connection.execute(select(evidence).where(evidence.c.id == item_id).with_for_update()).first()


def of_ids(connection: Connection, ids: Collection[UUID], *, lock: bool = False) -> list[Row[Any]]:
    """The items of these ids that there are in this view, in the order of ids; with `lock`, held as by `lock`."""
    query = select(evidence).where(evidence.c.id.in_(ids)).order_by(evidence.c.id)
    return list(connection.execute(query.with_for_update() if lock else query))


def change(connection: Connection, item_id: UUID, **values: Any) -> None:
    connection.execute(update(evidence).where(evidence.c.id == item_id).values(**values))


def chain(connection: Connection, item_id: UUID) -> list[Link]:
    """An item's events, first to last."""
    query = select(evidence_event).where(evidence_event.c.item_id == item_id).order_by(evidence_event.c.number)
    return [link_of(row) for row in connection.execute(query)]


def last(connection: Connection, item_id: UUID) -> Link | None:
    query = select(evidence_event).where(evidence_event.c.item_id == item_id).order_by(evidence_event.c.number.desc())
    row = connection.execute(query.limit(1)).first()
    return link_of(row) if row else None


def link_of(row: Any) -> Link:
    return Link(
        row.id, row.item_id, row.number, Act(row.act), row.happened_at, row.recorded_at, row.person_id, row.member_id,
        row.said, bytes(row.previous), bytes(row.digest),
    )  # fmt: skip


def add_event(connection: Connection, link: Link, audience: int, record_id: UUID) -> None:
    """Raises `ConflictError` when somebody else added one at the same place."""
    row: Mapping[str, Any] = {
        "id": link.id,
        "item_id": link.item,
        "audience": audience,
        "number": link.number,
        "act": link.act.value,
        "happened_at": link.happened_at,
        "recorded_at": link.recorded_at,
        "person_id": link.person,
        "member_id": link.member,
        "said": dict(link.said),
        "previous": link.previous,
        "digest": link.digest,
        "record_id": record_id,
    }
    try:
        connection.execute(insert(evidence_event).values(row))
    except IntegrityError:
        raise ConflictError("Somebody else acted on the item at the same time.", action="Look again.") from None


def put_transfer(connection: Connection, **values: Any) -> None:
    connection.execute(insert(evidence_transfer).values(**values))


def open_transfer(connection: Connection, item_id: UUID) -> Row[Any] | None:
    found = (evidence_transfer.c.item_id == item_id) & (evidence_transfer.c.state == "offered")
    return connection.execute(select(evidence_transfer).where(found)).first()


def answer_transfer(connection: Connection, transfer_id: UUID, state: str, answer: str, now: datetime) -> None:
    given = {"state": state, "answer": answer, "answered_at": now}
    connection.execute(update(evidence_transfer).where(evidence_transfer.c.id == transfer_id).values(**given))


def put_disposal(connection: Connection, **values: Any) -> None:
    connection.execute(insert(evidence_disposal).values(**values))


def open_disposal(connection: Connection, item_id: UUID) -> Row[Any] | None:
    found = (evidence_disposal.c.item_id == item_id) & (evidence_disposal.c.state == "asked")
    return connection.execute(select(evidence_disposal).where(found)).first()


def end_disposal(connection: Connection, disposal_id: UUID, state: str) -> None:
    connection.execute(update(evidence_disposal).where(evidence_disposal.c.id == disposal_id).values(state=state))


def approve(connection: Connection, **values: Any) -> None:
    """Raises `ConflictError` when this person approved it already."""
    try:
        connection.execute(insert(evidence_approval).values(**values))
    except IntegrityError:
        raise ConflictError("You have approved it already.", action="Another person must approve it too.") from None


def approvals(connection: Connection, disposal_id: UUID) -> list[Row[Any]]:
    query = select(evidence_approval).where(evidence_approval.c.disposal_id == disposal_id)
    return list(connection.execute(query.order_by(evidence_approval.c.approved_at)))


def needed_digests(connection: Connection) -> set[bytes]:
    """SHA-256 of the bytes that some item still has here; what left for another node stays until it is disposed of."""
    query = select(evidence.c.sha256).where(evidence.c.sha256.is_not(None), evidence.c.disposed_at.is_(None))
    return {bytes(row[0]) for row in connection.execute(query)}


def is_needed(connection: Connection, sha256: bytes) -> bool:
    found = (evidence.c.sha256 == sha256) & evidence.c.disposed_at.is_(None)
    return bool(connection.scalar(select(func.count()).select_from(evidence).where(found)))


def put_finding(connection: Connection, **values: Any) -> None:
    try:
        connection.execute(insert(evidence_finding).values(**values))
    except IntegrityError:
        raise ConflictError("This finding is linked to the item already.", action="") from None


def contribution_audience(connection: Connection, contribution_id: UUID) -> int | None:
    return connection.scalar(select(contribution.c.audience).where(contribution.c.id == contribution_id))


def put_upload(connection: Connection, **values: Any) -> None:
    connection.execute(insert(evidence_upload).values(**values))


def upload(connection: Connection, upload_id: UUID, person_id: UUID) -> Row[Any] | None:
    found = (evidence_upload.c.id == upload_id) & (evidence_upload.c.person_id == person_id)
    return connection.execute(select(evidence_upload).where(found)).first()


def same_upload(connection: Connection, person_id: UUID, name: str, size: int, modified: int) -> Row[Any] | None:
    """The unfinished upload of the same file, to go on with."""
    query = select(evidence_upload).where(
        evidence_upload.c.person_id == person_id,
        evidence_upload.c.file_name == name,
        evidence_upload.c.size == size,
        evidence_upload.c.modified == modified,
    )
    return connection.execute(query.order_by(evidence_upload.c.begun_at.desc()).limit(1)).first()


def drop_upload(connection: Connection, upload_id: UUID) -> None:
    connection.execute(delete(evidence_upload).where(evidence_upload.c.id == upload_id))


def drop_uploads_before(connection: Connection, moment: datetime) -> None:
    connection.execute(delete(evidence_upload).where(evidence_upload.c.begun_at < moment))


def uploads(connection: Connection) -> set[UUID]:
    return set(connection.execute(select(evidence_upload.c.id)).scalars())


def pending_bytes(connection: Connection) -> int:
    """What all uploads together were announced with."""
    return int(connection.scalar(select(func.coalesce(func.sum(evidence_upload.c.size), 0))) or 0)
