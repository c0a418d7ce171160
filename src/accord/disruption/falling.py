"""The order along which the largest part falls soonest: least area under its curve down to a tenth of the nodes.

The fewest nodes for a tenth are not the first of the best order: in networks without small separators the largest part
hardly falls before it breaks down, and what breaks it down soonest is not what makes it shrink soonest. So orders are
built in stages, each a set of fewest nodes for a share of the network, given what went before. The best is improved by
windows: what goes between two moments is chosen anew for the size that the largest part has at the later one, and what
comes after is repaired; kept when the area is less.
"""

from __future__ import annotations

import math

import numpy as np

from accord.disruption.dice import Dice, below, uniform
from accord.disruption.neighbourhood import search
from accord.disruption.network import Floats, Ints, Network, largest_along, without
from accord.disruption.orders import by_degree
from accord.disruption.pace import Allowance
from accord.disruption.parts import all_gone, stand
from accord.disruption.portfolio import ball_of, best_start, cut_at, improve
from accord.disruption.sequence import area, from_the_end, polish

SHARE = 0.1
"""The area counts down to this share of the nodes, as in the published tables (see docs/explanation/disruption.md)."""
STAGES = ((0.6,), (0.5, 0.3), (0.14,), ())
"""Shares that the largest part is brought to on the way, in turn."""
STAGES_UNTIL, WINDOWS_UNTIL = 0.35, 0.92
"""Shares of the time at which these end."""
STAGE_TRIALS, WINDOWS = 8_000, 40
"""Trials for each set of a stage, and windows, without a pace."""
SWEEPS = 2
"""Times that a new order is gone over before it is judged."""
WINDOW_TRIALS = 1500
WINDOW_WORK = 100_000_000
"""Half-edges that the network may have in all trials of a window together: large ones get fewer trials."""


def falling_order(network: Network, price: Floats, limit: int, roll: Dice, allowed: Allowance) -> tuple[Ints, int]:
    """The order, and how many trials were made; after it no part exceeds `limit`."""
    floor = max(limit, math.ceil(SHARE * network.size) - 1)
    best, best_area, done = np.zeros(0, np.int32), math.inf, 0
    for number, shares in enumerate(STAGES):
        if number and allowed.over() >= STAGES_UNTIL:
            break
        stage = allowed.part(STAGES_UNTIL * number / len(STAGES), STAGES_UNTIL * (number + 1) / len(STAGES))
        limits = [*(max(floor, math.floor(share * network.size)) for share in shares), floor]
        order, trials = _staged(network, price, limits, roll, stage)
        done += trials
        polish(network, price, order, roll, stage, SWEEPS)
        found = area(network, price, order)
        if found < best_area:
            best, best_area = order, found
    best = _windows(network, price, floor, best, roll, allowed.part(0.0, WINDOWS_UNTIL))
    polish(network, price, best, roll, allowed)
    return np.concatenate([best, _rest(network, price, best, limit, roll, allowed)]), done


def _staged(network: Network, price: Floats, limits: list[int], roll: Dice, allowed: Allowance) -> tuple[Ints, int]:
    """An order through falling sizes of the largest part, and how many trials were made."""
    order, done = np.zeros(0, np.int32), 0
    for number, limit in enumerate(limits):
        left = without(network, order)
        if number and largest_along(left.start, left.near, order[:0])[0] <= limit:
            continue
        stage = allowed.part(number / len(limits), (number + 1) / len(limits))
        parts = all_gone(left)
        gone = best_start(left, parts, price, limit, roll, stage)
        done += improve(parts, price, limit, gone, roll, stage, STAGE_TRIALS)
        order = np.concatenate([order, from_the_end(left.start, left.near, price, gone)])
    return order, done


def _windows(  # noqa: PLR0917 - what a search needs
    network: Network, price: Floats, floor: int, order: Ints, roll: Dice, allowed: Allowance
) -> Ints:
    """The order after choosing anew what goes in one window after another."""
    least, count = area(network, price, order), 0
    trials = max(20, min(WINDOW_TRIALS, WINDOW_WORK // (len(network.near) + 1)))
    while len(order) > 1 and allowed.over() < 1 and (allowed.timed or count < WINDOWS):
        count += 1
        end = 1 + below(roll, len(order))
        first = 0 if uniform(roll) < 1 / 3 else below(roll, end)
        size = int(largest_along(network.start, network.near, order[:end])[-1])
        left = without(network, order[:first])
        gone = np.zeros(network.size, bool)
        gone[order[first:end]] = True
        parts = all_gone(left)
        stand(parts, gone)
        spent = float(price[gone].sum())
        search(parts, price, size, gone, spent, spent, 0.0, ball_of(size), trials, roll)
        chosen = np.concatenate([order[:first], from_the_end(left.start, left.near, price, gone)])
        trial = _repaired(network, price, floor, chosen, order[end:], roll)
        polish(network, price, trial, roll, allowed, SWEEPS)
        found = area(network, price, trial)
        if found < least:
            order, least = trial, found
    return order


def _repaired(  # noqa: PLR0917 - what a search needs
    network: Network, price: Floats, floor: int, order: Ints, hints: Ints, roll: Dice
) -> Ints:
    """An order continued until no part exceeds `floor`: with the hints, and more of the highest degree if need be."""
    gone = np.zeros(network.size, bool)
    gone[order] = True
    hints = hints[~gone[hints]]
    left = without(network, order)
    if largest_along(left.start, left.near, hints[:0])[0] <= floor:
        return order
    enough = largest_along(left.start, left.near, hints)
    if enough[-1] > floor:
        further = by_degree(without(left, hints), price)
        named = np.zeros(network.size, bool)
        named[hints] = True
        hints = np.concatenate([hints, further[~named[further]]])
    tail = cut_at(left, all_gone(left), price, hints, floor, roll)
    return np.concatenate([order, from_the_end(left.start, left.near, price, tail)])


def _rest(  # noqa: PLR0917 - what a search needs
    network: Network, price: Floats, order: Ints, limit: int, roll: Dice, allowed: Allowance
) -> Ints:
    """What else must go after an order until no part exceeds the limit."""
    left = without(network, order)
    if largest_along(left.start, left.near, order[:0])[0] <= limit:
        return np.zeros(0, np.int32)
    parts = all_gone(left)
    gone = best_start(left, parts, price, limit, roll, allowed)
    spent, trials = float(price[gone].sum()), max(50, min(2000, 200_000_000 // (len(left.near) + 1)))
    search(parts, price, limit, gone, spent, spent, 0.0, ball_of(limit), trials, roll)
    return from_the_end(left.start, left.near, price, gone)
