"""Case files: the file, who works on it, its entries. Who works on a case is what lets them see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from accord.store.case_tables import case_entry, case_file, case_person
from accord.store.tables import audience, contribution, lead, member, person, selector

MOST_ENTRIES = 2_000
"""Entries of a case that are read at once: years of work of a team."""


class CaseFilter(NamedTuple):
    """What to list; empty: any. `state`: open or closed. `before`: a cursor's last row."""

    query: str = ""
    state: str = ""
    before: tuple[datetime, UUID] | None = None


def circles_of(connection: Connection, person_id: UUID) -> frozenset[UUID]:
    """Ids of the cases that a person works on now."""
    found = (case_person.c.person_id == person_id) & case_person.c.left_at.is_(None)
    return frozenset(connection.execute(select(case_person.c.case_id).where(found)).scalars())


def circles_left(connection: Connection, person_id: UUID) -> frozenset[UUID]:
    """Ids of the cases that a person was taken off."""
    found = (case_person.c.person_id == person_id) & case_person.c.left_at.is_not(None)
    return frozenset(connection.execute(select(case_person.c.case_id).where(found)).scalars())


def put(connection: Connection, **values: Any) -> None:
    connection.execute(insert(case_file).values(**values))


def change(connection: Connection, case_id: UUID, **values: Any) -> None:
    connection.execute(update(case_file).where(case_file.c.id == case_id).values(**values))


def lock(connection: Connection, case_id: UUID) -> Row[Any] | None:
    return connection.execute(select(case_file).where(case_file.c.id == case_id).with_for_update()).first()


def put_person(connection: Connection, case_id: UUID, person_id: UUID, role: str, now: datetime) -> None:
    """Enters a person, or takes one back who had left."""
    row = upsert(case_person).values(case_id=case_id, person_id=person_id, role=role, joined_at=now)
    key = [case_person.c.case_id, case_person.c.person_id]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_={"role": role, "left_at": None}))


def end_person(connection: Connection, case_id: UUID, person_id: UUID, now: datetime) -> bool:
    gone = update(case_person).where(
        case_person.c.case_id == case_id, case_person.c.person_id == person_id, case_person.c.left_at.is_(None)
    )
    return connection.execute(gone.values(left_at=now)).rowcount > 0


def role_of(connection: Connection, case_id: UUID, person_id: UUID) -> str | None:
    found = (case_person.c.case_id == case_id) & (case_person.c.person_id == person_id)
    return connection.scalar(select(case_person.c.role).where(found, case_person.c.left_at.is_(None)))


def _base() -> Select[Any]:
    return (
        select(
            case_file,
            audience.c.handling,
            member.c.name.label("member_name"),
            member.c.slug.label("member_slug"),
            person.c.name.label("opened_by_name"),
        )
        .join(audience, audience.c.id == case_file.c.audience)
        .join(member, member.c.id == case_file.c.member_id)
        .join(person, person.c.id == case_file.c.opened_by)
    )


def page(connection: Connection, wanted: CaseFilter, limit: int) -> list[Row[Any]]:
    """Case files, the latest opened first."""
    query = _base()
    if wanted.state:
        query = query.where(
            case_file.c.closed_at.is_(None) if wanted.state == "open" else ~case_file.c.closed_at.is_(None)
        )
    for word in wanted.query.split()[:8]:
        texts = (case_file.c.title, case_file.c.reference, case_file.c.summary)
        query = query.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    if wanted.before:
        query = query.where(tuple_(case_file.c.opened_at, case_file.c.id) < tuple_(*wanted.before))
    return list(connection.execute(query.order_by(case_file.c.opened_at.desc(), case_file.c.id.desc()).limit(limit)))


def one(connection: Connection, case_id: UUID) -> Row[Any] | None:
    return connection.execute(_base().where(case_file.c.id == case_id)).first()


def persons(connection: Connection, case_id: UUID) -> list[Row[Any]]:
    """Who works on it, the lead first."""
    query = (
        select(case_person, person.c.name, person.c.title, member.c.name.label("member_name"))
        .join(person, person.c.id == case_person.c.person_id)
        .join(member, member.c.id == person.c.member_id)
        .where(case_person.c.case_id == case_id, case_person.c.left_at.is_(None))
        .order_by(case_person.c.role, person.c.name, person.c.id)
    )
    return list(connection.execute(query))


def everybody(connection: Connection) -> list[Row[Any]]:
    """People of the directory, by member and name."""
    query = select(person.c.id, person.c.name, member.c.name.label("member_name")).join(
        member, member.c.id == person.c.member_id
    )
    return list(connection.execute(query.order_by(member.c.name, person.c.name, person.c.id).limit(MOST_ENTRIES)))


def put_entry(connection: Connection, **values: Any) -> None:
    connection.execute(insert(case_entry).values(**values))


def lock_entry(connection: Connection, case_id: UUID, entry_id: UUID) -> Row[Any] | None:
    found = and_(case_entry.c.id == entry_id, case_entry.c.case_id == case_id, case_entry.c.struck_at.is_(None))
    return connection.execute(select(case_entry).where(found).with_for_update()).first()


def change_entry(connection: Connection, entry_id: UUID, **values: Any) -> None:
    connection.execute(update(case_entry).where(case_entry.c.id == entry_id).values(**values))


def entries(connection: Connection, case_id: UUID) -> list[Row[Any]]:
    """What stands in the file, in the order in which it was written; the latest `MOST_ENTRIES`."""
    query = (
        select(
            case_entry,
            person.c.name.label("person_name"),
            selector.c.kind.label("selector_kind"),
            selector.c.value.label("selector_value"),
        )
        .join(person, person.c.id == case_entry.c.person_id)
        .outerjoin(selector, selector.c.id == case_entry.c.selector_id)
        .where(case_entry.c.case_id == case_id, case_entry.c.struck_at.is_(None))
        .order_by(case_entry.c.written_at.desc(), case_entry.c.id.desc())
        .limit(MOST_ENTRIES)
    )
    return list(reversed(connection.execute(query).all()))


def counts(connection: Connection, case_ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """How many entries of each kind stand in each case."""
    query = (
        select(case_entry.c.case_id, case_entry.c.kind, func.count())
        .where(case_entry.c.case_id.in_(case_ids), case_entry.c.struck_at.is_(None))
        .group_by(case_entry.c.case_id, case_entry.c.kind)
    )
    return {(case, kind): count for case, kind, count in connection.execute(query)}


def open_tasks(connection: Connection, case_ids: Sequence[UUID]) -> dict[UUID, int]:
    found = and_(case_entry.c.case_id.in_(case_ids), case_entry.c.kind == "task", case_entry.c.state == "open")
    query = select(case_entry.c.case_id, func.count()).where(found, case_entry.c.struck_at.is_(None))
    return {case: count for case, count in connection.execute(query.group_by(case_entry.c.case_id))}  # noqa: C416


def titles(connection: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of contributions or leads that this viewer may see; for items ask `browse_evidence.several`."""
    table, name = (contribution, contribution.c.title) if kind == "contribution" else (lead, lead.c.sentence)
    query = select(table.c.id, name).where(table.c.id.in_(ids))
    return {number: text for number, text in connection.execute(query)}  # noqa: C416
