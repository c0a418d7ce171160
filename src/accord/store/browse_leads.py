"""Reading leads and judgements for people, strongest first, by cursor; under the viewer's row-level policy."""

from __future__ import annotations

from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    Select,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from accord.store.tables import audience, contribution, judgement, lead, member, mention, person


class LeadFilter(NamedTuple):
    """What to list. `state`: open (my member has not judged), confirmed, rejected, empty for any.

    `mine`: only leads that one of my member's contributions is in. `other`: only with this member in it.
    """

    me: UUID
    state: str = ""
    mine: bool = False
    other: UUID | None = None
    kind: str = ""
    least: float = 0.0
    query: str = ""
    selector_id: int | None = None
    after: tuple[float, UUID] | None = None


_a = contribution.alias("a")
_b = contribution.alias("b")
_ma = member.alias("ma")
_mb = member.alias("mb")
_COLUMNS = (
    lead.c.id,
    lead.c.a,
    lead.c.b,
    lead.c.score,
    lead.c.shared,
    lead.c.infrastructure,
    lead.c.name,
    lead.c.kinds,
    lead.c.sentence,
    lead.c.reasons,
    lead.c.found_at,
    lead.c.audience,
    audience.c.handling,
    _a.c.member_id.label("member_a"),
    _b.c.member_id.label("member_b"),
    _ma.c.name.label("name_a"),
    _mb.c.name.label("name_b"),
    _ma.c.slug.label("slug_a"),
    _mb.c.slug.label("slug_b"),
    _a.c.title.label("title_a"),
    _b.c.title.label("title_b"),
    _a.c.path.label("path_a"),
    _b.c.path.label("path_b"),
    _a.c.seen_from.label("from_a"),
    _a.c.seen_to.label("to_a"),
    _b.c.seen_from.label("from_b"),
    _b.c.seen_to.label("to_b"),
)
_FROM = (
    lead.join(_a, _a.c.id == lead.c.a)
    .join(_b, _b.c.id == lead.c.b)
    .join(_ma, _ma.c.id == _a.c.member_id)
    .join(_mb, _mb.c.id == _b.c.member_id)
    .join(audience, audience.c.id == lead.c.audience)
)
_ALL: Select[Any] = select(*_COLUMNS).select_from(_FROM)


def _judged(verdict: str | None = None, member_id: UUID | None = None) -> Exists:
    found = select(judgement.c.id).where(judgement.c.lead_id == lead.c.id, judgement.c.undone_at.is_(None))
    if verdict:
        found = found.where(judgement.c.verdict == verdict)
    if member_id:
        found = found.where(judgement.c.member_id == member_id)
    return exists(found)


def _holds(selector_id: int) -> ColumnElement[bool]:
    return exists(
        select(mention.c.selector_id).where(
            mention.c.selector_id == selector_id, mention.c.contribution_id.in_([lead.c.a, lead.c.b])
        )
    )


def _matches(wanted: LeadFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        conditions.append(~_judged(member_id=wanted.me))
    elif wanted.state:
        conditions.append(_judged(verdict=wanted.state))
    if wanted.mine:
        conditions.append(or_(_a.c.member_id == wanted.me, _b.c.member_id == wanted.me))
    if wanted.other:
        conditions.append(or_(_a.c.member_id == wanted.other, _b.c.member_id == wanted.other))
    if wanted.kind:
        conditions.append(literal(wanted.kind) == any_(lead.c.kinds))
    if wanted.least:
        conditions.append(lead.c.score >= wanted.least)
    if wanted.selector_id is not None:
        conditions.append(_holds(wanted.selector_id))
    else:
        for word in wanted.query.split()[:8]:
            places = (lead.c.sentence, _a.c.title, _b.c.title, _a.c.path, _b.c.path)
            conditions.append(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return conditions


def page(connection: Connection, wanted: LeadFilter, limit: int) -> list[Row[Any]]:
    """At most `limit` leads, best first."""
    query = _ALL.where(and_(True, *_matches(wanted)))  # noqa: FBT003
    if wanted.after:
        query = query.where(tuple_(lead.c.score, lead.c.id) < tuple_(*wanted.after))
    return list(connection.execute(query.order_by(lead.c.score.desc(), lead.c.id.desc()).limit(limit)))


def count(connection: Connection, wanted: LeadFilter, most: int) -> int:
    """How many there are, or `most` if there are at least so many."""
    some = select(lead.c.id).select_from(_FROM).where(and_(True, *_matches(wanted))).limit(most).subquery()  # noqa: FBT003
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def one(connection: Connection, lead_id: UUID) -> Row[Any] | None:
    return connection.execute(_ALL.where(lead.c.id == lead_id)).first()


def of_contributions(connection: Connection, numbers: list[UUID], limit: int) -> dict[UUID, list[Row[Any]]]:
    """Of each contribution at most `limit` leads, best first. One query: planning it costs more than running it."""
    sides = (
        select(side.label("asked"), lead.c.id, lead.c.score).where(side.in_(numbers)) for side in (lead.c.a, lead.c.b)
    )
    either = union_all(*sides).subquery()
    place = func.row_number().over(partition_by=either.c.asked, order_by=(either.c.score.desc(), either.c.id.desc()))
    ranked = select(either.c.asked, either.c.id, place.label("place")).subquery()
    query = (
        select(ranked.c.asked, *_COLUMNS)
        .select_from(_FROM.join(ranked, ranked.c.id == lead.c.id))
        .where(ranked.c.place <= limit)
        .order_by(lead.c.score.desc(), lead.c.id.desc())
    )
    found: dict[UUID, list[Row[Any]]] = {number: [] for number in numbers}
    for row in connection.execute(query):
        found[row[0]].append(cast("Row[Any]", row))
    return found


def judgements(connection: Connection, lead_ids: list[UUID]) -> dict[UUID, list[Any]]:
    """Judgements of leads, undone ones too, newest first."""
    query = (
        select(
            judgement.c.lead_id,
            judgement.c.id,
            judgement.c.member_id,
            judgement.c.verdict,
            judgement.c.reason,
            judgement.c.judged_at,
            judgement.c.undone_at,
            member.c.name.label("member_name"),
            person.c.name.label("person_name"),
        )
        .select_from(judgement)
        .join(member, member.c.id == judgement.c.member_id)
        .join(person, person.c.id == judgement.c.person_id)
        .where(judgement.c.lead_id.in_(lead_ids))
        .order_by(judgement.c.judged_at.desc(), judgement.c.id)
        .limit(500)
    )
    found: dict[UUID, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.lead_id, []).append(row)
    return found
