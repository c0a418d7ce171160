"""What the leads are found from: contributions, and which selectors each holds."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from accord.store.tables import contribution, member, mention, selector


class ContributionRow(NamedTuple):
    id: UUID
    member_id: UUID
    member_name: str
    member_slug: str
    path: str
    title: str
    audience: int


class SelectorRow(NamedTuple):
    id: int
    kind: str
    value: str
    common: str


def contributions(connection: Connection) -> list[ContributionRow]:
    """Those not withdrawn, in order of member and path."""
    query = (
        select(
            contribution.c.id,
            contribution.c.member_id,
            member.c.name,
            member.c.slug,
            contribution.c.path,
            contribution.c.title,
            contribution.c.audience,
        )
        .join(member, member.c.id == contribution.c.member_id)
        .where(contribution.c.withdrawn_at.is_(None))
        .order_by(member.c.slug, contribution.c.path, contribution.c.id)
    )
    return [ContributionRow(*row) for row in connection.execute(query)]


def holdings(
    connection: Connection, order: dict[UUID, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], list[SelectorRow]]:
    """Parallel arrays (index of the contribution in `order`, index of the selector), and the selectors by id.

    Streams: memory is 8 bytes a mention plus the distinct selectors.
    """
    found = [
        SelectorRow(*row)
        for row in connection.execute(
            select(selector.c.id, selector.c.kind, selector.c.value, selector.c.common).order_by(selector.c.id)
        )
    ]
    ids = np.fromiter((row.id for row in found), dtype=np.int64, count=len(found))
    whose: list[NDArray[np.int32]] = []
    what: list[NDArray[np.int64]] = []
    query = select(mention.c.contribution_id, mention.c.selector_id).execution_options(yield_per=50_000)
    for block in connection.execute(query).partitions():
        whose.append(np.fromiter((order.get(row[0], -1) for row in block), dtype=np.int32, count=len(block)))
        what.append(np.fromiter((row[1] for row in block), dtype=np.int64, count=len(block)))
    rows = np.concatenate(whose) if whose else np.empty(0, dtype=np.int32)
    keys = np.concatenate(what) if what else np.empty(0, dtype=np.int64)
    kept = rows >= 0
    rows, keys = rows[kept], keys[kept]
    columns = np.searchsorted(ids, keys).astype(np.int32)
    sort = np.lexsort((columns, rows))  # the order in which PostgreSQL hands rows out must change nothing
    return rows[sort], columns[sort], found
