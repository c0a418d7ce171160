"""Dismantles a network: the cheapest nodes to take away until no part is larger than C, and a good order to do it in.

A portfolio of cheap orders, each cut at the target and followed by reinsertion, gives the start; large-neighbourhood
search improves it as long as it may; an ordering pass puts the nodes where they hurt soonest. Stopped at any moment,
the best so far is valid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from accord.disruption.dice import Dice, dice
from accord.disruption.neighbourhood import bring_back, grow, search
from accord.disruption.network import Bits, Floats, Ints, Network, build, largest_along
from accord.disruption.orders import by_core, by_degree
from accord.disruption.pace import Allowance, Pace, Stop
from accord.disruption.parts import Parts, all_gone, keep, stand
from accord.disruption.sequence import area, from_the_end, polish, sequence
from accord.disruption.uncommon import by_outward_links, by_uncommon_neighbours
from accord.model.errors import InputError

TRIALS = 40_000
"""Without a pace: so many trials, some seconds; the same seed then gives the same order on every machine."""
WORK = 2_000_000_000
"""Without a pace: half-edges that all trials may look at; large networks get fewer trials."""
HEAT = 0.2
"""Mean costs: what the search, young, accepts as dearer with a chance of 1/e."""
BALL = 60
"""Standing nodes taken away in a trial, at most."""
ORDERING_FROM = 0.9
"""Share of the time after which the order is worked on instead of the set."""
FIRST_SHARES = (0.14, 0.1, 0.07)
"""Targets tried as first stage of an order by area."""


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
        order, trials = _by_area(network, price, limit, roll, allowed)
    else:
        parts = all_gone(network)
        gone = best_start(network, parts, price, limit, roll, allowed)
        trials = _improve(parts, price, limit, gone, roll, allowed)
        order = sequence(network, price, gone, roll, allowed)
    return Removal(order, float(cost[order].sum()), total, limit, trials)


def best_start(  # noqa: PLR0917 - what a search needs
    network: Network, parts: Parts, price: Floats, limit: int, roll: Dice, allowed: Allowance
) -> Bits:
    """Which nodes go (n), by the best of the cheap methods with reinsertion; `parts` is left in that state."""
    grow(parts, price, limit)
    best = parts.label < 0
    for method in (by_degree, by_core, by_uncommon_neighbours, by_outward_links):
        if allowed.over() >= 0.5:
            break
        order = method(network, price, allowed.part(0.0, 0.5))
        trial = _cut_at(network, parts, price, order, limit, roll)
        if price[trial].sum() < price[best].sum() - 1e-12:
            best = trial
    stand(parts, best)
    return best


def _cut_at(  # noqa: PLR0917 - what a search needs
    network: Network, parts: Parts, price: Floats, order: Ints, limit: int, roll: Dice
) -> Bits:
    """Which nodes go (n) when an order is followed until no part exceeds the limit, after reinsertion."""
    enough = int(np.argmax(largest_along(network.start, network.near, order) <= limit))
    trial = np.zeros(network.size, bool)
    trial[order[:enough]] = True
    stand(parts, trial)
    bring_back(parts, order[:enough], price, limit, 0.0, roll)
    keep(parts)
    return parts.label < 0


def _improve(  # noqa: PLR0917 - what a search needs
    parts: Parts, price: Floats, limit: int, gone: Bits, roll: Dice, allowed: Allowance
) -> int:
    """Improves `gone` in place; returns how many trials were made."""
    best = now = float(price[gone].sum())
    mean = float(price.mean())
    done, chunk, work = 0, 64, 0
    before = 0.0
    while True:
        over = allowed.over() / ORDERING_FROM
        if not allowed.timed:
            over = max(over, done / TRIALS, work / WORK)
        if over >= 1:
            return done
        if allowed.timed:  # chunks of about 1/100 of the time, so that it stops on time
            chunk = max(8, min(4096, int(chunk * min(2.0, 0.01 / max(over - before, 1e-6)))))
            before = over
        heat = HEAT * mean * (1 - over) ** 2
        best, now, looked = search(parts, price, limit, gone, best, now, heat, BALL, chunk, roll)
        done, work = done + chunk, work + looked


def _by_area(network: Network, price: Floats, limit: int, roll: Dice, allowed: Allowance) -> tuple[Ints, int]:
    """First a set for a tenth of the nodes in the best order, then what else the target needs."""
    n, done, best, best_area = network.size, 0, np.zeros(0, np.int32), math.inf
    for number, share in enumerate(FIRST_SHARES):
        if number and allowed.over() >= 1:
            break
        stage = allowed.part(number / 4, (number + 1) / 4)
        parts = all_gone(network)
        first = max(limit, math.ceil(share * n) - 1)
        gone = best_start(network, parts, price, first, roll, stage)
        done += _improve(parts, price, first, gone, roll, stage)
        order = sequence(network, price, gone, roll, stage)
        order = np.concatenate([order, _rest(network, price, order, max(limit, math.ceil(0.1 * n) - 1), roll, stage)])
        order = order[: int(np.argmax(largest_along(network.start, network.near, order) < max(limit + 1, 0.1 * n)))]
        found = area(network, price, order)
        if found < best_area:
            best, best_area = order, found
    polish(network, price, best, roll, allowed)
    return np.concatenate([best, _rest(network, price, best, limit, roll, allowed)]), done


def _rest(  # noqa: PLR0917 - what a search needs
    network: Network, price: Floats, order: Ints, limit: int, roll: Dice, allowed: Allowance
) -> Ints:
    """What else must go after an order until no part exceeds the limit."""
    if largest_along(network.start, network.near, order)[-1] <= limit:
        return np.zeros(0, np.int32)
    standing = np.ones(network.size, bool)
    standing[order] = False
    owner = np.repeat(np.arange(network.size), np.diff(network.start))
    keep_edge = standing[owner] & standing[network.near]
    left = build(network.size, np.stack([owner[keep_edge], network.near[keep_edge]], axis=1).astype(np.int64))
    parts = all_gone(left)
    gone = best_start(left, parts, price, limit, roll, allowed)
    spent, trials = float(price[gone].sum()), max(50, min(2000, 200_000_000 // (len(left.near) + 1)))
    search(parts, price, limit, gone, spent, spent, 0.0, BALL, trials, roll)
    return from_the_end(left.start, left.near, price, gone)
