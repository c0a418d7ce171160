"""Draw the map of the criminal infrastructure behind the leads."""

from __future__ import annotations

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


def document(chart: Map) -> dict[str, Any]:
    """The map as JSON: arrays, in the order of the fields of `model.maps`."""
    return {
        "nodes": [list(n) for n in chart.nodes],
        "edges": [list(e) for e in chart.edges],
        "clusters": list(chart.clusters),
    }


def from_document(kept: dict[str, Any]) -> Map:
    """The inverse of `document`."""
    nodes = tuple(Node._make([*node[:5], tuple(node[5]), *node[6:]]) for node in kept["nodes"])  # 5: members
    return Map(nodes, tuple(Edge(*edge) for edge in kept["edges"]), tuple(kept["clusters"]))
