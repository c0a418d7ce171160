"""Reading what happened and what is running."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, case, cast, exists, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import UUID as UUID_TYPE

from accord.store.tables import contribution, event, graph, lead, member, person, plan, report, work

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

_EVENT = (
    event.c.id,
    event.c.happened_at,
    event.c.person_id,
    event.c.member_id,
    event.c.verb,
    event.c.subject,
    event.c.detail,
    member.c.name.label("member_name"),
    member.c.slug.label("member_slug"),
    person.c.name.label("person_name"),
)


def events(
    connection: Connection, limit: int, *, subject: str = "", before: tuple[datetime, UUID] | None = None
) -> list[Row[Any]]:
    """The latest events, newest first; of one subject if one is given.

    An event keeps the handling of its day. What happened to a contribution or a lead that the viewer no longer sees
    is not shown either.
    """
    query = (
        select(*_EVENT)
        .select_from(event)
        .outerjoin(member, member.c.id == event.c.member_id)
        .outerjoin(person, person.c.id == event.c.person_id)
        .where(_of_what_is_seen())
        .order_by(event.c.happened_at.desc(), event.c.id.desc())
        .limit(limit)
    )
    if subject:
        query = query.where(event.c.subject == subject)
    if before:
        query = query.where(tuple_(event.c.happened_at, event.c.id) < tuple_(*before))
    return list(connection.execute(query))


def _of_what_is_seen() -> ColumnElement[bool]:
    """Looked up by key for each row of the page: a join would read every contribution."""
    number = cast(case((event.c.subject.regexp_match(_UUID), event.c.subject)), UUID_TYPE)
    of_contribution = event.c.verb.startswith("contribution ") | event.c.verb.startswith("handling ")
    of_lead = event.c.verb.startswith("lead ") | (event.c.verb == "judgement undone")
    return and_(
        ~of_contribution | exists().where(contribution.c.id == number),
        ~of_lead | exists().where(lead.c.id == number),
    )


def running(connection: Connection, limit: int) -> list[Row[Any]]:
    """Work that waits or runs, oldest first."""
    query = (
        select(work).where(work.c.state.in_(["waiting", "running"])).order_by(work.c.asked_at, work.c.id).limit(limit)
    )
    return list(connection.execute(query))


def one_work(connection: Connection, work_id: UUID) -> Row[Any] | None:
    return connection.execute(select(work).where(work.c.id == work_id)).first()


def ask_cancel(connection: Connection, work_id: UUID) -> bool:
    """Asks running work to stop; False when there is none that could."""
    change = update(work).where(work.c.id == work_id, work.c.state.in_(["waiting", "running"]))
    return connection.execute(change.values(cancel_asked=True)).rowcount > 0


def latest_graph(connection: Connection, member_id: UUID) -> Row[Any] | None:
    return _latest(connection, graph, member_id)


def latest_plan(connection: Connection, member_id: UUID) -> Row[Any] | None:
    return _latest(connection, plan, member_id)


def latest_report(connection: Connection, member_id: UUID) -> Row[Any] | None:
    return _latest(connection, report, member_id)


def _latest(connection: Connection, table: Any, member_id: UUID) -> Row[Any] | None:
    """The newest document made for this member, else the newest made for nobody in particular."""
    query = (
        select(table)
        .where(or_(table.c.for_member == member_id, table.c.for_member.is_(None)))
        .order_by(table.c.for_member.is_(None), table.c.made_at.desc())
        .limit(1)
    )
    return connection.execute(query).first()
