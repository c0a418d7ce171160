"""Dismantles a network: the cheapest nodes to take away until no part is larger than C, and a good order to do it in.

A portfolio of cheap orders, each cut at the target and followed by reinsertion, gives the start; large-neighbourhood
search improves it as long as it may; an ordering pass puts the nodes where they hurt soonest. Stopped at any moment,
the best so far is valid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from accord.disruption.dice import dice
from accord.disruption.falling import falling_order
from accord.disruption.network import Floats, Ints, Network, largest_along
from accord.disruption.pace import Allowance, Pace, Stop
from accord.disruption.parts import all_gone
from accord.disruption.portfolio import best_start, improve
from accord.disruption.sequence import sequence
from accord.model.errors import InputError


class Removal(NamedTuple):
    """`order`: nodes to take away, first first; after them no part exceeds `limit`. `cost` is theirs, of `total`."""

    order: Ints
    cost: float
    total: float
    limit: int
    trials: int


def part_limit(size: int, target: float) -> int:
    """Nodes that the largest part may have: `target` is a share of all (below 1; at least one node), or a number."""
    if not (target > 0 and math.isfinite(target)):
        raise InputError(f"The target is {target}.", action="Give a share of the nodes (as 0.01), or a number of them.")
    return max(1, math.floor(target * size + 1e-9)) if target < 1 else math.floor(target)


def check_costs(network: Network, cost: Floats) -> Floats:
    """The costs, usable in ratios: zeros are made very small. Raises `InputError` for negative or missing ones."""
    if len(cost) != network.size:
        raise InputError(
            f"There are {len(cost)} costs for {network.size} nodes.", action="Give one cost a node, node 0 first."
        )
    bad = ~(np.isfinite(cost) & (cost >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise InputError(f"The cost of node {at} is {cost[at]}.", action="Give a number of 0 or more.")
    return np.maximum(cost, max(1e-9, float(cost.max(initial=0.0)) * 1e-9))


def dismantle(
    network: Network,
    cost: Floats,
    *,
    target: float = 0.01,
    seed: int = 0,
    pace: Pace | None = None,
    stop: Stop | None = None,
    by_area: bool = False,
) -> Removal:
    """The cheapest removal found until the largest part is at most `target`. Raises `InputError` for bad costs.

    Without a `pace` the amount of work is fixed. `stop` asks for the best so far, which is always valid.
    `by_area` asks for the order along which the largest part falls soonest to a tenth of the nodes (the area under its
    curve), and only then for cost.
    """
    limit = part_limit(network.size, target)
    price = check_costs(network, cost)
    total = float(cost.sum())
    if network.size == 0 or largest_along(network.start, network.near, np.zeros(0, np.int32))[0] <= limit:
        return Removal(np.zeros(0, np.int32), 0.0, total, limit, 0)
    roll, allowed = dice(seed), Allowance(pace, stop)
    if by_area:
        order, trials = falling_order(network, price, limit, roll, allowed)
    else:
        parts = all_gone(network)
        gone = best_start(network, parts, price, limit, roll, allowed)
        trials = improve(parts, price, limit, gone, roll, allowed)
        order = sequence(network, price, gone, roll, allowed)
    return Removal(order, float(cost[order].sum()), total, limit, trials)
