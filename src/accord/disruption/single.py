"""Where every action takes one node for sure, choosing actions is dismantling a network with node costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.disruption.dismantle import dismantle
from accord.disruption.network import Bits, Network, build
from accord.disruption.pace import Stop
from accord.disruption.worlds import Worlds


def cheapest_nodes(
    worlds: Worlds, actions: NDArray[np.int64], limit: int, seed: int, stop: Stop | None = None
) -> Bits | None:
    """Which actions to take so that no part exceeds `limit`, by the node-level engine; None when it cannot be had.

    Of several actions on one node the cheapest counts. Nodes that none of them hits cost more than all others. `stop`
    asks for the best so far.
    """
    n = len(worlds.harm)
    best = np.full(n, -1, np.int64)
    for action in actions[np.argsort(worlds.cost[actions], kind="stable")].tolist():
        node = worlds.target[worlds.target_start[action]]
        if best[node] < 0:
            best[node] = action
    beyond = 10 * (1 + float(worlds.cost[actions].sum()))
    cost = np.where(best >= 0, worlds.cost[best], beyond)
    found = dismantle(network_of(worlds), cost, target=float(limit), seed=seed, stop=stop)
    if (best[found.order] < 0).any():
        return None
    chosen = np.zeros(len(worlds.cost), bool)
    chosen[best[found.order]] = True
    return chosen


def network_of(worlds: Worlds) -> Network:
    """All links of a problem, certain or not, as a plain network."""
    owner = np.repeat(np.arange(len(worlds.harm)), np.diff(worlds.start))
    return build(len(worlds.harm), np.stack([owner, worlds.near], axis=1).astype(np.int64))
