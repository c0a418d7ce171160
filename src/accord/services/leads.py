"""Find leads over everything on the node, and keep them."""

from __future__ import annotations

from uuid import UUID

from accord.links import Corpus, Ref, find_leads
from accord.model.leads import Lead
from accord.model.ports import Progress
from accord.model.selectors import SelectorKind
from accord.services.node import Node
from accord.services.record import record
from accord.store import audiences, corpus, leads
from accord.store.engine import node_transaction

LIMIT = 20_000
"""Leads kept of one run, best first; a person works through some dozens a day."""


def find(node: Node, progress: Progress) -> list[Lead]:
    """Finds the leads anew from all contributions that stand, replaces those that nobody judged, records it.

    A lead that somebody judged stays with its judgement even when it is no longer found. Each lead carries the meet
    of its two contributions' handlings.
    """
    with node_transaction(node.engine) as connection:
        progress.report("leads", 0, 3, "reading what each contribution holds")
        rows = corpus.contributions(connection)
        order = {row.id: i for i, row in enumerate(rows)}
        owners = {member: i for i, member in enumerate(sorted({row.member_id for row in rows}, key=str))}
        whose, what, selectors = corpus.holdings(connection, order)
    progress.report("leads", 1, 3, f"comparing {len(rows)} contributions")
    found = find_leads(
        Corpus(
            contributions=[Ref(row.id, owners[row.member_id], f"{row.member_name}: {row.title}") for row in rows],
            rows_contribution=whose,
            rows_selector=what,
            kinds=[SelectorKind(row.kind) for row in selectors],
            values=[row.value for row in selectors],
            common=[row.common for row in selectors],
        ),
        limit=LIMIT,
    )
    progress.report("leads", 2, 3, f"keeping {len(found)} leads")
    keep(node, found, {row.id: row.audience for row in rows})
    progress.report("leads", 3, 3, "")
    return found


def keep(node: Node, found: list[Lead], audience_of: dict[UUID, int]) -> None:
    """Stores leads under the meet of their contributions' handlings, in one transaction."""
    with node_transaction(node.engine) as connection:
        meets: dict[tuple[int, int], int] = {}
        placed = []
        for lead in found:
            a, b = sorted((audience_of[lead.a], audience_of[lead.b]))
            if (a, b) not in meets:
                meets[a, b] = audiences.intern_meet(connection, a, b)
            placed.append((lead, meets[a, b]))
        leads.replace(connection, placed, node.clock.now())
        record(node, connection, "leads found", "node", detail={"leads": len(found)})
