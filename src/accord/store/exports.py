"""Reading whole lists for export, batch by batch, under the viewer's policy; and which columns somebody chose."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from accord.model.reading import Claim, Mention, Relation
from accord.model.selectors import SelectorKind
from accord.store.exchange_tables import export_choice
from accord.store.tables import claim, mention, relation, selector


class Parts(NamedTuple):
    """What a contribution holds, as `model.reading` has it."""

    claims: list[Claim]
    mentions: list[Mention]
    relations: list[Relation]


def claims_after(connection: Connection, contribution_id: UUID, number: int, limit: int) -> list[Row[Any]]:
    """Claims behind a position (-1: from the first): number, stix_id, type, raw."""
    query = (
        select(claim.c.number, claim.c.stix_id, claim.c.type, claim.c.raw)
        .where(claim.c.contribution_id == contribution_id, claim.c.number > number, ~claim.c.deleted)
        .order_by(claim.c.number)
        .limit(limit)
    )
    return list(connection.execute(query))


def parts_of(connection: Connection, contribution_id: UUID, most: int) -> Parts:
    """All of a contribution, at most so many of each; ties to what is not mentioned are left out."""
    claims = [
        Claim(row.stix_id, row.type, row.raw.encode()) for row in claims_after(connection, contribution_id, -1, most)
    ]
    query = (
        select(mention.c.selector_id, selector.c.kind, selector.c.value, mention.c.claim_number, mention.c.line)
        .join_from(mention, selector, selector.c.id == mention.c.selector_id)
        .where(mention.c.contribution_id == contribution_id)
        .order_by(mention.c.claim_number, selector.c.kind, selector.c.value)
        .limit(most)
    )
    rows = list(connection.execute(query))
    place = {row.selector_id: number for number, row in enumerate(rows)}
    mentions = [Mention(SelectorKind(row.kind), row.value, row.claim_number, row.line) for row in rows]
    ties = (
        select(relation.c.a, relation.c.b, relation.c.kind)
        .where(relation.c.contribution_id == contribution_id)
        .order_by(relation.c.a, relation.c.b)
        .limit(most)
    )
    relations = [
        Relation(place[row.a], place[row.b], row.kind)
        for row in connection.execute(ties)
        if row.a in place and row.b in place
    ]
    return Parts(claims, mentions, relations)


def put_choice(
    connection: Connection, person_id: UUID, what: str, columns: list[str], *, now: datetime, audience: int
) -> None:
    values = {"columns": columns, "chosen_at": now, "audience": audience}
    row = insert(export_choice).values(person_id=person_id, what=what, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["person_id", "what"], set_=values))


def choice(connection: Connection, person_id: UUID, what: str) -> list[str] | None:
    """The columns somebody chose last; None: they never did."""
    query = select(export_choice.c.columns).where(export_choice.c.person_id == person_id, export_choice.c.what == what)
    found = connection.scalar(query)
    return None if found is None else list(found)
