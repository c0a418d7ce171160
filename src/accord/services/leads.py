"""Find leads over everything on the node, and keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from accord.formats.shares import folder_of
from accord.links import Corpus, Ref, find_leads
from accord.model.leads import Lead
from accord.model.ports import Progress
from accord.model.selectors import SelectorKind
from accord.policy.decide import Viewer
from accord.policy.pools import Sight, belongs, pools, sights
from accord.services.derived import still
from accord.services.node import Node
from accord.services.record import record
from accord.store import audiences, corpus, leads, members, turns, upkeep
from accord.store.engine import Connection, node_transaction

LIMIT = 20_000
"""Leads of one pool, best first; a person works through some dozens a day."""


def find(node: Node, progress: Progress) -> list[Lead]:
    """Finds the leads anew from all contributions that stand, replaces those that nobody judged, records it.

    A lead is weighed against what those who see it see, and nothing else (`policy.pools`): its score, rarities and
    sentence tell nothing of what they do not see. A lead that somebody judged stays with its judgement even when it is
    no longer found. Each lead carries the meet of the handlings of what it tells of. Pairs that nobody sees both of are
    no lead. Raises `OvertakenError`.
    """
    with node_transaction(node.engine) as connection:
        begun_at = turns.number(connection)
        progress.report("leads", 0, 3, "reading what each contribution holds")
        rows = corpus.contributions(connection)
        order = {row.id: i for i, row in enumerate(rows)}
        whose, what, selectors = corpus.holdings(connection, order)
        seen = sights_of(connection, {row.audience for row in rows}, node.clock.now())
    progress.report("leads", 1, 3, "comparing what members hold")  # no counts: every member reads this line
    found = []
    for pool in pools(seen):
        inside = np.fromiter((row.audience in pool.keys for row in rows), dtype=np.bool_, count=len(rows))
        of = {row.id: seen[row.audience] for row in rows}
        leads_of_pool = find_leads(_part(rows, inside, whose, what, selectors), limit=LIMIT)
        found += [lead for lead in leads_of_pool if belongs(pool, of[lead.a], of[lead.b])]
    found.sort(key=lambda lead: (-lead.score, lead.id))
    progress.report("leads", 2, 3, "keeping the leads")
    keep(node, found, {row.id: row.audience for row in rows}, begun_at)
    progress.report("leads", 3, 3, "")
    return found


def told(connection: Connection, found: Iterable[Lead], now: datetime) -> list[UUID]:
    """Contributions of these leads of which everybody who sees them sees a lead: what their state may say."""
    rows = corpus.contributions(connection)
    seen = sights_of(connection, {row.audience for row in rows}, now)
    of = {row.id: seen[row.audience] for row in rows}
    pairs = [(one, other) for lead in found for one, other in ((lead.a, lead.b), (lead.b, lead.a))]
    return sorted({one for one, other in pairs if of[one] <= of[other]})


def sights_of(connection: Connection, numbers: Iterable[int], now: datetime) -> dict[int, Sight]:
    """Who sees each of these audiences now."""
    viewers = [Viewer(one.id, country=one.country) for one in members.every(connection)]
    return sights({number: audiences.handling(connection, number) for number in sorted(numbers)}, viewers, now)


def _part(
    rows: Sequence[corpus.ContributionRow],
    inside: NDArray[np.bool_],
    whose: NDArray[np.int32],
    what: NDArray[np.int32],
    selectors: Sequence[corpus.SelectorRow],
) -> Corpus:
    """The contributions at the places that are `inside`, with what they hold and nothing besides."""
    owners = {member: i for i, member in enumerate(sorted({row.member_id for row in rows}, key=str))}
    chosen = [row for row, kept in zip(rows, inside, strict=True) if kept]
    place = (np.cumsum(inside) - 1).astype(np.int32)
    held = inside[whose]
    used, columns = np.unique(what[held], return_inverse=True)
    things = [selectors[i] for i in used.tolist()]
    return Corpus(
        contributions=[Ref(row.id, owners[row.member_id], f"{row.member_name}: {row.title}") for row in chosen],
        rows_contribution=place[whose[held]],
        rows_selector=columns.astype(np.int32),
        kinds=[SelectorKind(thing.kind) for thing in things],
        values=[thing.value for thing in things],
        common=[thing.common for thing in things],
        together=_together(chosen),
    )


def _together(rows: Sequence[corpus.ContributionRow]) -> NDArray[np.int32]:
    """One number for all that a member handed in within one folder; −1 for what lies in none."""
    folders: dict[tuple[UUID, str], int] = {}
    places = [(row.member_id, folder_of(row.path)) for row in rows]
    numbers = (folders.setdefault(place, len(folders)) if place[1] else -1 for place in places)
    return np.fromiter(numbers, dtype=np.int32, count=len(rows))


def keep(node: Node, found: list[Lead], audience_of: dict[UUID, int], begun_at: int) -> None:
    """Stores leads in one transaction, each under the meet of the handlings of all that it tells of.

    That is its two contributions and those through which they are linked, whose titles its sentence may name.
    `begun_at`: where decisions stood as the handlings were read. Raises `OvertakenError`.
    """
    with node_transaction(node.engine) as connection:
        still(connection, begun_at)
        meets: dict[frozenset[int], int] = {}
        placed = []
        for lead in found:
            told = {lead.a, lead.b}.union(*(reason.via for reason in lead.reasons))
            sources = frozenset(audience_of[one] for one in told if one in audience_of)
            if sources not in meets:
                meets[sources] = audiences.intern_meet(connection, *sorted(sources))
            placed.append((lead, meets[sources]))
        leads.replace(connection, placed, node.clock.now())
        upkeep.analyse(connection, ("lead",))
        record(node, connection, "leads found", "node", detail={"leads": len(found)})
