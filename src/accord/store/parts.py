"""The parts of a contribution: where its handling stands for them, and what goes when an object of it is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, text

from accord.store.tables import contribution


def head(connection: Connection, contribution_id: UUID) -> Row[Any] | None:
    """Format and digest of a contribution that the viewer may see."""
    columns = (contribution.c.id, contribution.c.format, contribution.c.digest, contribution.c.path)
    query: Select[Any] = select(*columns).where(contribution.c.id == contribution_id)
    return connection.execute(query).first()


_UNNAMED = text("""
delete from mention m
where m.contribution_id = :id and m.claim_number = any(:gone) and not exists (
    select from selector s join unnest(cast(:kinds as text[]), cast(:values as text[])) as named (kind, value)
    on s.kind = named.kind and s.value = named.value where s.id = m.selector_id
)
returning m.selector_id
""")
_UNTIED = text("delete from relation where contribution_id = :id and (a = any(:selectors) or b = any(:selectors))")
_COUNTED = text("""
update contribution set mentions = coalesce(held.total, 0), kinds = coalesce(held.kinds, '{}'),
    claims = (select count(*) from claim where contribution_id = :id and not deleted)
from (
    select sum(n)::integer as total, jsonb_object_agg(kind, n) as kinds from (
        select s.kind, count(*) as n from mention m join selector s on s.id = m.selector_id
        where m.contribution_id = :id group by s.kind
    ) of_kind
) held
where contribution.id = :id
""")


def forget(
    connection: Connection, contribution_id: UUID, gone: Sequence[int], named: Sequence[tuple[str, str]]
) -> None:
    """Takes away the selectors that claims named which are gone, but for those still `named` (kind and value)."""
    kinds, values = [kind for kind, _ in named], [value for _, value in named]
    given = {"id": contribution_id, "gone": list(gone), "kinds": kinds, "values": values}
    selectors = list(connection.scalars(_UNNAMED, given))
    if selectors:
        connection.execute(_UNTIED, {"id": contribution_id, "selectors": selectors})
    connection.execute(_COUNTED, {"id": contribution_id})
