"""Decisions of originators on handling, what files state themselves, and what follows for things derived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Text, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from accord.model.handling import Handling
from accord.policy.codec import from_document, to_document
from accord.store import audiences
from accord.store.handling_tables import handling_change, receipt, stated_marking, tear_line
from accord.store.tables import contribution, graph, judgement, lead, member, person, plan, report
from accord.store.texts import storable

SHOWN = 100


class Standing(NamedTuple):
    """A contribution under lock, as a decision on it finds it."""

    id: UUID
    member_id: UUID
    path: str
    title: str
    withdrawn_at: datetime | None
    audience: int


class Change(NamedTuple):
    """`kind`: narrowed, widened, recalled; `widens`: what became wider, in sentences."""

    id: UUID
    contribution_id: UUID
    kind: str
    before: Handling
    after: Handling
    widens: Sequence[str]
    reason: str
    person_id: UUID
    changed_at: datetime


def lock(connection: Connection, contribution_id: UUID) -> Standing | None:
    """The contribution, kept from other decisions until the transaction ends; None when this viewer sees none."""
    columns = (contribution.c[name] for name in Standing._fields)
    found = connection.execute(select(*columns).where(contribution.c.id == contribution_id).with_for_update()).first()
    return None if found is None else Standing(*found)


def put(connection: Connection, given: Change, audience: int) -> None:
    row = given._asdict()
    row |= {"before": to_document(given.before), "after": to_document(given.after), "widens": list(given.widens)}
    connection.execute(insert(handling_change).values(**{**row, "reason": storable(given.reason)}, audience=audience))


def changes(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """Decisions on a contribution, newest first; its originator alone sees any."""
    query = (
        select(handling_change, person.c.name.label("person_name"))
        .join(person, person.c.id == handling_change.c.person_id)
        .where(handling_change.c.contribution_id == contribution_id)
        .order_by(handling_change.c.changed_at.desc(), handling_change.c.id)
    )
    return list(connection.execute(query.limit(SHOWN)))


def earlier(connection: Connection, ids: Collection[UUID]) -> dict[UUID, list[Handling]]:
    """The handlings that contributions had before people changed them."""
    query = select(handling_change.c.contribution_id, handling_change.c.before)
    found: dict[UUID, list[Handling]] = {}
    for number, before in connection.execute(query.where(handling_change.c.contribution_id.in_(ids))):
        found.setdefault(number, []).append(from_document(before))
    return found


def decided(connection: Connection, ids: Sequence[UUID], since: datetime | None = None) -> dict[UUID, bool]:
    """Of these contributions those that a person decided on; True where one of the decisions was to recall it.

    `since`: of what was decided at that instant or later; None: ever.
    """
    recalled = func.bool_or(handling_change.c.kind == "recalled")
    query = (
        select(handling_change.c.contribution_id, recalled)
        .where(handling_change.c.contribution_id.in_(ids))
        .group_by(handling_change.c.contribution_id)
    )
    if since is not None:
        query = query.where(handling_change.c.changed_at >= since)
    return {row[0]: row[1] for row in connection.execute(query)}


def put_stated(connection: Connection, given: Iterable[tuple[UUID, Handling, int]]) -> None:
    """Keeps what files state: contribution, handling, audience of the row (the originator's own)."""
    rows = [{"contribution_id": of, "handling": to_document(says), "audience": own} for of, says, own in given]
    if rows:
        connection.execute(insert_or(stated_marking).values(rows).on_conflict_do_nothing())


def stated(connection: Connection, contribution_id: UUID) -> Handling | None:
    """What the file itself states; None when nothing, or when the viewer is not its originator."""
    query = select(stated_marking.c.handling).where(stated_marking.c.contribution_id == contribution_id)
    found = connection.scalar(query)
    return None if found is None else from_document(found)


def put_tear_line(connection: Connection, **given: Any) -> None:
    connection.execute(insert(tear_line).values(**given))


def released(connection: Connection, full_id: UUID) -> list[Row[Any]]:
    """Releasable versions of a contribution, newest first; its originator alone sees any."""
    query = (
        select(tear_line, contribution.c.title, contribution.c.withdrawn_at)
        .join(contribution, contribution.c.id == tear_line.c.released_id)
        .where(tear_line.c.full_id == full_id)
    )
    return list(connection.execute(query.order_by(tear_line.c.made_at.desc(), tear_line.c.released_id).limit(SHOWN)))


def full_of(connection: Connection, released_id: UUID) -> Row[Any] | None:
    """The full version of a released one: id and title; None for everybody but its originator."""
    query: Select[Any] = (
        select(contribution.c.id, contribution.c.title)
        .join(tear_line, tear_line.c.full_id == contribution.c.id)
        .where(tear_line.c.released_id == released_id)
    )
    return connection.execute(query).first()


_TOUCHED = text("""
select id, a, b, reasons from lead
where a = any(cast(:ids as uuid[])) or b = any(cast(:ids as uuid[]))
or exists (
    select from jsonb_path_query(reasons, '$[*].via[*]') as through where through #>> '{}' = any(cast(:named as text[]))
)
""")


def rederive(connection: Connection, ids: Collection[UUID], nobody: int, *, gone: bool) -> int:
    """Leads that tell of contributions, and what was said of them, get the meet of their sources anew; how many.

    `gone`: the contributions, or parts of them, are no longer there. Those of a source that is gone go to the audience
    `nobody` until leads are found anew. The node's transactions only.
    """
    rows = connection.execute(_TOUCHED, {"ids": list(ids), "named": [str(one) for one in ids]}).all()
    sources = {row.id: _sources(row) for row in rows}
    every = sorted(set().union(*sources.values())) if sources else []
    query = select(contribution.c.id, contribution.c.audience, contribution.c.withdrawn_at)
    known = {one.id: one for one in connection.execute(query.where(contribution.c.id.in_(every)))}
    placed: dict[frozenset[int], list[UUID]] = {}
    for number, of in sources.items():
        there = [known[one] for one in of if one in known]
        hidden = gone or any(one.withdrawn_at is not None for one in there)
        under = frozenset({nobody}) if hidden else frozenset(one.audience for one in there)
        placed.setdefault(under, []).append(number)
    for numbers, leads in sorted(placed.items(), key=lambda pair: sorted(pair[0])):
        _relabel(connection, leads, audiences.intern_meet(connection, *sorted(numbers)))
    return len(rows)


def _sources(row: Row[Any]) -> frozenset[UUID]:
    via = {UUID(one) for reason in row.reasons if isinstance(reason, dict) for one in reason.get("via", ())}
    return frozenset({row.a, row.b} | via)


def _relabel(connection: Connection, ids: Sequence[UUID], audience: int) -> None:
    connection.execute(update(lead).where(lead.c.id.in_(ids)).values(audience=audience))
    connection.execute(update(judgement).where(judgement.c.lead_id.in_(ids)).values(audience=audience))
    of_lead = receipt.c.source.startswith("lead:") & func.split_part(receipt.c.source, ":", 2, type_=Text).in_(
        [str(one) for one in ids]
    )
    connection.execute(update(receipt).where(of_lead).values(audience=audience))


def hide_drawn(connection: Connection, nobody: int) -> None:
    """Map, plan and report are shown to nobody until they are made anew."""
    for table in (graph, plan, report):
        connection.execute(update(table).values(audience=nobody))


def readers_in(connection: Connection) -> Mapping[UUID, tuple[str, str]]:
    """Every member's name and country."""
    rows = connection.execute(select(member.c.id, member.c.name, member.c.country))
    return {row.id: (row.name, row.country) for row in rows}
