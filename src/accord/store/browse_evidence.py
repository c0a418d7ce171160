"""Reading the evidence room for people: pages by cursor, one item with its parts. All under row-level policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, any_, literal, or_, select, tuple_

from accord.store.case_tables import case_entry, case_file
from accord.store.evidence_tables import (
    evidence,
    evidence_approval,
    evidence_disposal,
    evidence_event,
    evidence_finding,
    evidence_transfer,
    evidence_upload,
)
from accord.store.tables import audience, contribution, member, person

MOST = 100
"""Parts of an item that are listed."""


class EvidenceFilter(NamedTuple):
    """What to list. Empty means any. `state`: one of `STATES`. `before`: a cursor's last row."""

    query: str = ""
    kind: str = ""
    state: str = ""
    holder_id: UUID | None = None
    case_id: UUID | None = None
    before: tuple[datetime, UUID] | None = None


_holder, _giver, _taker = member.alias("holder"), member.alias("giver"), member.alias("taker")

STATES: dict[str, ColumnElement[bool]] = {
    "unsealed": and_(~evidence.c.sealed, evidence.c.holder_id.is_not(None)),
    "sealed": and_(evidence.c.sealed, evidence.c.holder_id.is_not(None)),
    "out": evidence.c.out_to != "",
    "offered": evidence.c.offered_to != "",
    "held": evidence.c.hold != "",
    "elsewhere": and_(evidence.c.holder_id.is_(None), evidence.c.disposed_at.is_(None)),
    "disposed": evidence.c.disposed_at.is_not(None),
}


def _base() -> Select[Any]:
    return (
        select(
            evidence,
            audience.c.handling,
            member.c.name.label("member_name"),
            member.c.slug.label("member_slug"),
            _holder.c.name.label("holder_name"),
            _holder.c.slug.label("holder_slug"),
            person.c.name.label("registered_by_name"),
        )
        .select_from(evidence)
        .join(audience, audience.c.id == evidence.c.audience)
        .join(member, member.c.id == evidence.c.member_id)
        .join(person, person.c.id == evidence.c.registered_by)
        .outerjoin(_holder, _holder.c.id == evidence.c.holder_id)
    )


def page(connection: Connection, wanted: EvidenceFilter, limit: int) -> list[Row[Any]]:
    """At most `limit` items, the latest registered first."""
    query = _base()
    if wanted.kind:
        query = query.where(evidence.c.kind == wanted.kind)
    if wanted.state:
        query = query.where(STATES[wanted.state])
    if wanted.holder_id:
        query = query.where(evidence.c.holder_id == wanted.holder_id)
    if wanted.case_id:
        of_case = select(case_entry.c.subject_id).where(
            case_entry.c.case_id == wanted.case_id, case_entry.c.struck_at.is_(None)
        )
        query = query.where(evidence.c.id.in_(of_case))
    for word in wanted.query.split()[:8]:
        texts = (evidence.c.title, evidence.c.reference, evidence.c.file_name)
        query = query.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    if wanted.before:
        query = query.where(tuple_(evidence.c.registered_at, evidence.c.id) < tuple_(*wanted.before))
    return list(connection.execute(query.order_by(evidence.c.registered_at.desc(), evidence.c.id.desc()).limit(limit)))


def one(connection: Connection, item_id: UUID) -> Row[Any] | None:
    return connection.execute(_base().where(evidence.c.id == item_id)).first()


def several(connection: Connection, ids: list[UUID]) -> list[Row[Any]]:
    return list(connection.execute(_base().where(evidence.c.id.in_(ids[:MOST])).order_by(evidence.c.registered_at)))


def children(connection: Connection, item_id: UUID) -> list[Row[Any]]:
    """Items that were made from this one."""
    query = _base().where(literal(item_id) == any_(evidence.c.parents)).order_by(evidence.c.registered_at).limit(MOST)
    return list(connection.execute(query))


def same_bytes(connection: Connection, item_id: UUID, sha256: bytes) -> list[Row[Any]]:
    query = _base().where(evidence.c.sha256 == sha256, evidence.c.id != item_id).limit(MOST)
    return list(connection.execute(query.order_by(evidence.c.registered_at)))


def events(connection: Connection, item_id: UUID) -> list[Row[Any]]:
    query = (
        select(evidence_event, person.c.name.label("person_name"), member.c.name.label("member_name"))
        .join(person, person.c.id == evidence_event.c.person_id)
        .join(member, member.c.id == evidence_event.c.member_id)
        .where(evidence_event.c.item_id == item_id)
        .order_by(evidence_event.c.number)
    )
    return list(connection.execute(query))


def records(connection: Connection, item_id: UUID, digest: bytes) -> list[UUID]:
    """The record's id of the event with this digest."""
    found = (evidence_event.c.item_id == item_id) & (evidence_event.c.digest == digest)
    return list(connection.execute(select(evidence_event.c.record_id).where(found)).scalars())


def open_transfer(connection: Connection, item_id: UUID) -> Row[Any] | None:
    query = (
        select(evidence_transfer, _giver.c.name.label("giver_name"), person.c.name.label("person_name"))
        .join(_giver, _giver.c.id == evidence_transfer.c.giver_id)
        .join(person, person.c.id == evidence_transfer.c.offered_by)
        .where(evidence_transfer.c.item_id == item_id, evidence_transfer.c.state == "offered")
    )
    return connection.execute(query).first()


def offered_to(connection: Connection, member_id: UUID, limit: int) -> list[Row[Any]]:
    """Items that are offered to a member and wait for its answer."""
    query = _base().where(evidence.c.offered_to == str(member_id)).order_by(evidence.c.registered_at).limit(limit)
    return list(connection.execute(query))


def open_disposal(connection: Connection, item_id: UUID) -> Row[Any] | None:
    query = (
        select(evidence_disposal, person.c.name.label("person_name"))
        .join(person, person.c.id == evidence_disposal.c.asked_by)
        .where(evidence_disposal.c.item_id == item_id, evidence_disposal.c.state == "asked")
    )
    return connection.execute(query).first()


def approvals(connection: Connection, disposal_id: UUID) -> list[Row[Any]]:
    query = (
        select(evidence_approval.c.person_id, evidence_approval.c.approved_at, person.c.name.label("person_name"))
        .join(person, person.c.id == evidence_approval.c.person_id)
        .where(evidence_approval.c.disposal_id == disposal_id)
        .order_by(evidence_approval.c.approved_at)
    )
    return list(connection.execute(query))


def findings(connection: Connection, item_id: UUID) -> list[Row[Any]]:
    """Contributions that are findings from an item."""
    query = (
        select(evidence_finding.c.note, contribution.c.id, contribution.c.title, contribution.c.path)
        .join(contribution, contribution.c.id == evidence_finding.c.contribution_id)
        .where(evidence_finding.c.item_id == item_id)
        .order_by(evidence_finding.c.linked_at)
        .limit(MOST)
    )
    return list(connection.execute(query))


def originals(connection: Connection, contribution_ids: list[UUID]) -> list[Row[Any]]:
    """Items that contributions rest on: `contribution_id` and the item."""
    query = (
        select(evidence_finding.c.contribution_id, evidence.c.id, evidence.c.title, evidence.c.sealed)
        .join(evidence, evidence.c.id == evidence_finding.c.item_id)
        .where(evidence_finding.c.contribution_id.in_(contribution_ids))
        .order_by(evidence_finding.c.linked_at)
        .limit(MOST)
    )
    return list(connection.execute(query))


def cases_of(connection: Connection, subject_id: UUID) -> list[Row[Any]]:
    """Cases in whose files a thing stands."""
    query = (
        select(case_file.c.id, case_file.c.title)
        .join(case_entry, case_entry.c.case_id == case_file.c.id)
        .where(case_entry.c.subject_id == subject_id, case_entry.c.struck_at.is_(None))
        .distinct()
        .order_by(case_file.c.title)
        .limit(MOST)
    )
    return list(connection.execute(query))


def uploads(connection: Connection, person_id: UUID) -> list[Row[Any]]:
    """A person's unfinished uploads, the latest first."""
    query = select(evidence_upload).where(evidence_upload.c.person_id == person_id)
    return list(connection.execute(query.order_by(evidence_upload.c.begun_at.desc()).limit(10)))
