"""Reading contributions for people: pages by cursor, one with its parts. All under the viewer's row-level policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import array

from accord.store.tables import audience, claim, contribution, dropped, member, mention, selector

MOST_COUNTED = 1_000
"""Counts stop here: an exact one would read every row, and nobody works through more."""


class ContributionFilter(NamedTuple):
    """What to list. Empty means any. `query` is matched in title and path; `before` is a cursor's last row."""

    member_id: UUID | None = None
    state: str = ""
    format: str = ""
    query: str = ""
    oldest_first: bool = False
    before: tuple[datetime, UUID] | None = None


_COLUMNS = (
    contribution.c.id,
    contribution.c.member_id,
    member.c.slug.label("member_slug"),
    member.c.name.label("member_name"),
    contribution.c.path,
    contribution.c.title,
    contribution.c.format,
    contribution.c.size,
    contribution.c.state,
    contribution.c.state_reason,
    contribution.c.claims,
    contribution.c.mentions,
    contribution.c.kinds,
    contribution.c.notes,
    contribution.c.digest,
    contribution.c.seen_from,
    contribution.c.seen_to,
    contribution.c.received_at,
    contribution.c.withdrawn_at,
    audience.c.handling,
)


def _base() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(contribution)
        .join(member, member.c.id == contribution.c.member_id)
        .join(audience, audience.c.id == contribution.c.audience)
    )


def _matches(wanted: ContributionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [contribution.c.withdrawn_at.is_(None)]
    if wanted.member_id:
        conditions.append(contribution.c.member_id == wanted.member_id)
    if wanted.state:
        conditions.append(contribution.c.state == wanted.state)
    if wanted.format:
        conditions.append(contribution.c.format == wanted.format)
    conditions.extend(
        or_(contribution.c.title.icontains(word, autoescape=True), contribution.c.path.icontains(word, autoescape=True))
        for word in wanted.query.split()[:8]
    )
    return conditions


def page(connection: Connection, wanted: ContributionFilter, limit: int) -> list[Row[Any]]:
    """At most `limit` rows, newest first unless asked otherwise."""
    key = tuple_(contribution.c.received_at, contribution.c.id)
    query = _base().where(and_(*_matches(wanted)))
    if wanted.before:
        edge = tuple_(*wanted.before)
        query = query.where(key > edge if wanted.oldest_first else key < edge)
    order = (contribution.c.received_at, contribution.c.id)
    query = query.order_by(*(order if wanted.oldest_first else (c.desc() for c in order)))
    return list(connection.execute(query.limit(limit)))


def one(connection: Connection, contribution_id: UUID) -> Row[Any] | None:
    return connection.execute(_base().where(contribution.c.id == contribution_id)).first()


def several(connection: Connection, ids: list[UUID]) -> dict[UUID, Row[Any]]:
    return {row.id: row for row in connection.execute(_base().where(contribution.c.id.in_(ids)))}


def states_of(connection: Connection, member_id: UUID) -> dict[str, int]:
    """How many contributions of a member are in each state; of the newest `MOST_COUNTED` ones."""
    newest = (
        select(contribution.c.state)
        .where(contribution.c.member_id == member_id, contribution.c.withdrawn_at.is_(None))
        .order_by(contribution.c.received_at.desc(), contribution.c.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    query = select(newest.c.state, func.count()).group_by(newest.c.state)
    return {state: count for state, count in connection.execute(query)}  # noqa: C416  # rows are not pairs to mypy


def silent(connection: Connection, member_id: UUID, before: datetime, most: int) -> int:
    """How many contributions of a member came before this instant and are no further than vetted; `most` at most."""
    waiting = select(contribution.c.id).where(
        contribution.c.member_id == member_id,
        contribution.c.withdrawn_at.is_(None),
        contribution.c.state.in_(["received", "vetted"]),
        contribution.c.received_at < before,
    )
    return int(connection.scalar(select(func.count()).select_from(waiting.limit(most).subquery())) or 0)


def selectors(
    connection: Connection, contribution_id: UUID, kind: str, after: tuple[str, str] | None, limit: int
) -> list[Row[Any]]:
    """Selectors of a contribution in order of kind and value: kind, value, common, line."""
    query = (
        select(selector.c.id, selector.c.kind, selector.c.value, selector.c.common, mention.c.line)
        .join_from(mention, selector, selector.c.id == mention.c.selector_id)
        .where(mention.c.contribution_id == contribution_id)
    )
    if kind:
        query = query.where(selector.c.kind == kind)
    if after:
        query = query.where(tuple_(selector.c.kind, selector.c.value) > tuple_(*after))
    return list(connection.execute(query.order_by(selector.c.kind, selector.c.value).limit(limit)))


def holders(connection: Connection, selector_ids: list[int]) -> dict[int, int]:
    """How many members that the viewer may know of hold each selector."""
    if not selector_ids:
        return {}
    query = (
        select(mention.c.selector_id, func.count(contribution.c.member_id.distinct()))
        .join_from(mention, contribution, contribution.c.id == mention.c.contribution_id)
        .where(mention.c.selector_id == func.any(array(selector_ids)))
        .group_by(mention.c.selector_id)
    )
    return {number: count for number, count in connection.execute(query)}  # noqa: C416  # rows are not pairs to mypy


def drops(connection: Connection, contribution_id: UUID, limit: int) -> list[Row[Any]]:
    """What was not taken: line, reason, excerpt; in order of line."""
    query = (
        select(dropped.c.line, dropped.c.reason, dropped.c.excerpt)
        .where(dropped.c.contribution_id == contribution_id)
        .order_by(dropped.c.line.nulls_first(), dropped.c.reason, dropped.c.excerpt)
        .limit(limit)
    )
    return list(connection.execute(query))


def claims(connection: Connection, contribution_id: UUID, after: int, limit: int) -> list[Row[Any]]:
    """Claims as received that nobody deleted, from position `after` on: number, stix_id, type, raw."""
    query = (
        select(claim.c.number, claim.c.stix_id, claim.c.type, claim.c.raw)
        .where(claim.c.contribution_id == contribution_id, claim.c.number >= after, ~claim.c.deleted)
        .order_by(claim.c.number)
        .limit(limit)
    )
    return list(connection.execute(query))
