"""What the map is drawn from: the things that count, who holds them, and the ties between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

NAMED_AT_MOST = 400
"""A contribution with more selectors than this is a bulk list: its name is not tied to each of them."""

_HELD = text("""
with live as (
    select c.id, c.member_id, m.slug,
           exists (select 1 from lead l where l.a = c.id and l.score >= :floor) or
           exists (select 1 from lead l where l.b = c.id and l.score >= :floor) as led
    from contribution c join member m on m.id = c.member_id
    where c.withdrawn_at is null
), stats as (
    select n.selector_id as id, array_agg(distinct live.slug order by live.slug) as members, count(*) as contributions,
           bool_or(live.led) as led
    from mention n join live on live.id = n.contribution_id
    group by n.selector_id
), degree as (
    select id, count(*) as ties
    from (select a as id from relation union all select b from relation) both_ends group by id
)
select s.id, s.kind, s.value, stats.members, stats.contributions
from stats join selector s on s.id = stats.id left join degree d on d.id = s.id
where s.common = '' and (cardinality(stats.members) > 1 or stats.led)
order by cardinality(stats.members) desc, least(coalesce(d.ties, 0), 50) desc, stats.contributions desc, s.id
limit :limit
""")

_RELATIONS = text("""
select distinct a, b, kind from relation where a = any(:ids) and b = any(:ids)
""")

_NAMED = text("""
with small as (
    select contribution_id from mention group by contribution_id having count(*) <= :named_at_most
)
select distinct n.selector_id, o.selector_id
from mention n
join selector s on s.id = n.selector_id and s.kind in ('malware', 'actor') and s.common = ''
join small on small.contribution_id = n.contribution_id
join mention o on o.contribution_id = n.contribution_id and o.selector_id <> n.selector_id
where n.selector_id = any(:ids) and o.selector_id = any(:ids)
""")


class HeldRow(NamedTuple):
    id: int
    kind: str
    value: str
    members: list[str]
    contributions: int


def held(connection: Connection, *, floor: float, limit: int) -> list[HeldRow]:
    """Things that several members hold or that stand in a contribution of a lead with a score of at least `floor`."""
    # Everything is read once here; planned by guesses, a loop in a loop took minutes instead of a second.
    connection.execute(text("set local enable_nestloop = off"))
    rows = [HeldRow(*row) for row in connection.execute(_HELD, {"floor": floor, "limit": limit})]
    connection.execute(text("set local enable_nestloop = on"))
    return rows


def ties(connection: Connection, ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Ties between these selectors: what content ties, and the names of small contributions."""
    wanted = list(ids)
    stated = [(a, b, kind) for a, b, kind in connection.execute(_RELATIONS, {"ids": wanted})]
    named = connection.execute(_NAMED, {"ids": wanted, "named_at_most": NAMED_AT_MOST})
    return stated + [(a, b, "names") for a, b in named]


_SEEN = text("""
select n.selector_id, min(coalesce(c.seen_from, c.seen_to) at time zone 'UTC')::date - date '1970-01-01',
       max(coalesce(c.seen_to, c.seen_from) at time zone 'UTC')::date - date '1970-01-01'
from mention n join contribution c on c.id = n.contribution_id
where n.selector_id = any(:ids) and c.withdrawn_at is null and coalesce(c.seen_to, c.seen_from) <= :now
and coalesce(c.seen_from, c.seen_to) > timestamptz '1990-01-01 00:00+00'
group by n.selector_id
""")


def seen(connection: Connection, ids: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    """First and last day (since 1 Jan 1970) that contributions with a selector tell of; absent without dates.

    Dates in the future or before 1990 are mistakes of a file, not days on which something was seen.
    """
    rows = connection.execute(_SEEN, {"ids": list(ids), "now": now})
    return {number: (int(first), int(last)) for number, first, last in rows}
