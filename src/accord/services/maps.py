"""Draw the map of the criminal infrastructure behind the leads."""

from __future__ import annotations

from accord.links.infrastructure import MAX_NODES, Held, Tie, build
from accord.model.maps import Map
from accord.model.ports import Progress
from accord.model.selectors import SelectorKind
from accord.services.node import Node
from accord.store import infrastructure

FLOOR = 0.05
"""A lead below this score puts nothing on the map that only one member holds."""


def draw(node: Node, progress: Progress) -> Map:
    """The map over everything on the node: what several members hold, and what stands in contributions of leads."""
    progress.report("map", 0, 2, "gathering what is held in common")
    with node.database.node_transaction() as connection:
        held = [
            Held(row.id, SelectorKind(row.kind), row.value, tuple(row.members), row.contributions)
            for row in infrastructure.held(connection, floor=FLOOR, limit=3 * MAX_NODES)
        ]
        ties = [Tie(*row) for row in infrastructure.ties(connection, [h.id for h in held])]
    progress.report("map", 1, 2, f"placing up to {min(len(held), MAX_NODES)} things")
    chart = build(held, ties)
    progress.report("map", 2, 2, "")
    return chart
