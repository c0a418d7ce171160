"""Who took a document along that is drawn from the contributions of many: a report, a plan, a map.

It tells of what stood when it was made. A row for each member whose contributions it was drawn from,
which alone sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from accord.store.copies import SAID_AGAIN, SHOWN, Owner
from accord.store.handling_tables import document_copy, notice
from accord.store.tables import contribution, member, person


class Taken(NamedTuple):
    """A document as somebody took it along. `made_at`: when it was drawn."""

    kind: str
    digest: bytes
    made_at: datetime
    member_id: UUID
    person_id: UUID


def owners(connection: Connection, made_at: datetime) -> list[UUID]:
    """Members whose contributions, of those that this transaction sees, stood at an instant."""
    c = contribution.c
    stood = (c.received_at <= made_at) & or_(c.withdrawn_at.is_(None), c.withdrawn_at > made_at)
    held = select(c.id).where(c.member_id == member.c.id, stood).exists()
    return list(connection.scalars(select(member.c.id).where(held).order_by(member.c.id)))


def put(connection: Connection, given: Taken, whose: Sequence[Owner], at: datetime) -> None:
    """Notes it, for each of those whose contributions it was drawn from."""
    rows = [
        {**given._asdict(), "originator_id": one.member_id, "audience": one.audience, "first_at": at, "last_at": at}
        for one in whose
        if one.member_id != given.member_id
    ]
    if rows:
        row = insert(document_copy).values(rows)
        key, old = document_copy.primary_key.columns, document_copy.c.last_at < at - SAID_AGAIN
        connection.execute(row.on_conflict_do_update(index_elements=key, set_={"last_at": at}, where=old))


def newest(connection: Connection, originator_id: UUID) -> dict[UUID, datetime]:
    """Members that had documents made from this member's contributions: when the newest of them was drawn."""
    of = document_copy.c
    query = select(of.member_id, func.max(of.made_at)).where(of.originator_id == originator_id).group_by(of.member_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def of_contribution(
    connection: Connection, contribution_id: UUID, originator_id: UUID, since: datetime, until: datetime | None
) -> list[Row[Any]]:
    """As `copies.of_contribution`, of documents made while it stood: `path` is their kind."""
    of = document_copy.c
    latest = (
        select(func.max(notice.c.sent_at))
        .where(notice.c.contribution_id == contribution_id, notice.c.member_id == of.member_id)
        .correlate(document_copy)
        .scalar_subquery()
    )
    told = (
        (notice.c.contribution_id == contribution_id)
        & (notice.c.member_id == of.member_id)
        & (notice.c.sent_at == latest)
    )
    query = (
        select(
            of.member_id, member.c.name, member.c.slug, of.kind.label("path"), of.first_at, of.last_at, of.digest,
            person.c.name.label("person_name"), of.made_at, notice.c.kind, notice.c.sent_at, notice.c.acknowledged_at,
        )
        .select_from(document_copy)
        .join(member, member.c.id == of.member_id)
        .join(person, person.c.id == of.person_id)
        .outerjoin(notice, told)
        .where(of.originator_id == originator_id, of.made_at >= since)
        .order_by(member.c.name, of.kind, of.made_at, of.digest)
    )  # fmt: skip
    until_then = query if until is None else query.where(of.made_at <= until)
    return list(connection.execute(until_then.limit(SHOWN)))
