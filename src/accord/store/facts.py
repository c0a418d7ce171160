"""What the Insight Report counts, set-based, under the transaction's own view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

_TOTALS = text("""
select m.slug, count(*), coalesce(sum(c.claims), 0), coalesce(sum(c.mentions), 0),
       count(*) filter (where c.format = 'unreadable'), count(*) filter (where l.id is not null)
from contribution c join member m on m.id = c.member_id
left join (select a as id from lead union select b from lead) l on l.id = c.id
where c.withdrawn_at is null group by m.slug order by m.slug
""")

_KINDS = text("""
select m.slug, s.kind, count(*), count(*) filter (where s.common <> '')
from (select distinct c.member_id, n.selector_id from mention n join contribution c on c.id = n.contribution_id
      where c.withdrawn_at is null) held
join selector s on s.id = held.selector_id join member m on m.id = held.member_id
group by m.slug, s.kind order by m.slug, s.kind
""")

_DROPS = text("""
select m.slug, d.reason, count(*)
from dropped d join contribution c on c.id = d.contribution_id join member m on m.id = c.member_id
where c.withdrawn_at is null group by m.slug, d.reason order by m.slug, count(*) desc, d.reason
""")

_CONTRIBUTIONS = text("""
with part as (select id, count(*) as leads from (select a as id from lead union all select b from lead) both_ends
              group by id),
     lost as (select contribution_id as id, count(*) as drops from dropped group by contribution_id)
select c.id, m.slug, c.path, c.title, c.format, c.mentions, coalesce(lost.drops, 0), coalesce(part.leads, 0), c.state,
       c.state_reason, c.seen_from, c.seen_to, c.received_at, encode(c.digest, 'hex')
from contribution c join member m on m.id = c.member_id
left join part on part.id = c.id left join lost on lost.id = c.id
where c.withdrawn_at is null order by m.slug, c.path, c.id
""")

_SHARED = text("""
select holders, count(*) from (
    select array_agg(distinct m.slug order by m.slug) as holders
    from mention n join contribution c on c.id = n.contribution_id join member m on m.id = c.member_id
    join selector s on s.id = n.selector_id
    where c.withdrawn_at is null and s.common = '' and s.kind not in ('malware', 'actor')
    group by n.selector_id having count(distinct c.member_id) > 1
) shared group by holders order by holders
""")

_VERDICTS = text("""
select distinct on (lead_id) lead_id, verdict from judgement where undone_at is null
order by lead_id, judged_at desc, id
""")


class Totals(NamedTuple):
    slug: str
    contributions: int
    claims: int
    mentions: int
    unreadable: int
    linked: int


class ContributionRow(NamedTuple):
    id: UUID
    slug: str
    path: str
    title: str
    format: str
    selectors: int
    drops: int
    leads: int
    state: str
    state_reason: str
    seen_from: datetime | None
    seen_to: datetime | None
    received_at: datetime
    sha256: str

    @property
    def day(self) -> date | None:
        """The day that it tells of last; None when it gives no date."""
        return self.seen_to.date() if self.seen_to else None


def totals(connection: Connection) -> list[Totals]:
    return [Totals(*row) for row in connection.execute(_TOTALS)]


def kinds(connection: Connection) -> list[tuple[str, str, int, int]]:
    """(member, kind, distinct selectors, of those common ones)."""
    return [(slug, kind, held, common) for slug, kind, held, common in connection.execute(_KINDS)]


def drops(connection: Connection) -> list[tuple[str, str, int]]:
    """(member, reason, times), most frequent first within a member."""
    return [(slug, reason, times) for slug, reason, times in connection.execute(_DROPS)]


def contributions(connection: Connection) -> list[ContributionRow]:
    return [ContributionRow(*row) for row in connection.execute(_CONTRIBUTIONS)]


def shared(connection: Connection) -> list[tuple[list[str], int]]:
    """(slugs of the members that all hold them, how many selectors), common ones and names not counted."""
    return [(list(holders), times) for holders, times in connection.execute(_SHARED)]


def verdicts(connection: Connection) -> dict[UUID, str]:
    """The newest standing judgement of each lead."""
    return {row[0]: row[1] for row in connection.execute(_VERDICTS)}


_ADVANCE = text("""
update contribution set state = :state, state_reason = :reason
where id = any(:ids) and array_position(:order, state) < array_position(:order, :state)
""")

STATES = ("received", "vetted", "unused", "used", "action", "outcome")
"""A contribution only moves to the right."""


def advance(connection: Connection, ids: Sequence[UUID], state: str, reason: str) -> None:
    """Moves contributions on to a state, with what became of them in words; those further on stay there."""
    connection.execute(_ADVANCE, {"ids": list(ids), "state": state, "reason": reason, "order": list(STATES)})


def holders(connection: Connection, selector_ids: Sequence[int]) -> list[UUID]:
    """Contributions that hold any of these selectors."""
    query = text("select distinct contribution_id from mention where selector_id = any(:ids) order by 1")
    return [row[0] for row in connection.execute(query, {"ids": list(selector_ids)})]
