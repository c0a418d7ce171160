"""Draw the map of the criminal infrastructure behind the leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accord.links.atlas import MAX_NODES, Held, Tie, build
from accord.model.maps import Edge, Map, Node
from accord.model.ports import Progress
from accord.model.selectors import SelectorKind
from accord.store import infrastructure
from accord.store.engine import Connection

FLOOR = 0.05
"""A lead below this score puts nothing on the map that only one member holds."""


def draw(connection: Connection, progress: Progress) -> tuple[Map, list[int]]:
    """The map of what the transaction may see, and the selector ids of its nodes in their order.

    On it: what several members hold, and what stands in contributions of leads.
    """
    progress.report("map", 0, 2, "gathering what is held in common")
    held = [
        Held(row.id, SelectorKind(row.kind), row.value, tuple(row.members), row.contributions)
        for row in infrastructure.held(connection, floor=FLOOR, limit=3 * MAX_NODES)
    ]
    ties = [Tie(*row) for row in infrastructure.ties(connection, [h.id for h in held])]
    progress.report("map", 1, 2, f"placing up to {min(len(held), MAX_NODES)} things")
    chart = build(held, ties)
    progress.report("map", 2, 2, "")
    id_of = {f"{h.kind}|{h.value}": h.id for h in held}
    return chart, [id_of[node.key] for node in chart.nodes]


def seen(connection: Connection, selector_ids: Sequence[int], now: datetime) -> list[list[int] | None]:
    """For each node in order, the first and the last day on which it was seen (since 1 Jan 1970); None: nobody says."""
    known = infrastructure.seen(connection, selector_ids, now)
    return [list(known[number]) if number in known else None for number in selector_ids]


def document(chart: Map, seen: Sequence[list[int] | None] = ()) -> dict[str, Any]:
    """The map as JSON: arrays, in the order of the fields of `model.maps`, and when each node was seen."""
    return {
        "seen": list(seen),
        "nodes": [list(n) for n in chart.nodes],
        "edges": [list(e) for e in chart.edges],
        "clusters": list(chart.clusters),
    }


def parts_of(kept: Any) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Nodes, edges, clusters, and when each node was seen (empty in maps drawn before that was kept)."""
    if isinstance(kept, dict):
        return kept["nodes"], kept["edges"], kept["clusters"], kept.get("seen") or []
    nodes, edges, clusters, *seen = kept
    return nodes, edges, clusters, seen[0] if seen else []


def from_document(kept: Any) -> Map:
    """The inverse of `document`."""
    rows, edges, clusters, _ = parts_of(kept)
    nodes = tuple(Node._make([*node[:5], tuple(node[5]), *node[6:]]) for node in rows)  # 5: members
    return Map(nodes, tuple(Edge(*edge) for edge in edges), tuple(clusters))
