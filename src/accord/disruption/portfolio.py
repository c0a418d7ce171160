"""A set of nodes to take away: the best of the cheap methods with reinsertion, then large-neighbourhood search."""

from __future__ import annotations

import numpy as np

from accord.disruption.dice import Dice
from accord.disruption.neighbourhood import WALK, bring_back, grow, search
from accord.disruption.network import Bits, Floats, Ints, Network, largest_along
from accord.disruption.orders import by_core, by_degree
from accord.disruption.pace import Allowance
from accord.disruption.parts import Parts, keep, stand
from accord.disruption.shifting import shift_cost
from accord.disruption.uncommon import by_outward_links, by_uncommon_neighbours

TRIALS = 40_000
"""Without a pace: so many trials, some seconds; the same seed then gives the same order on every machine."""
WORK = 2_000_000_000
"""Without a pace: half-edges that all trials may look at; large networks get fewer trials."""
HEAT = 0.08
"""Mean costs: what the search, young, accepts as dearer with a chance of 1/e."""
BALL = 60
"""Standing nodes taken away in a trial, at most."""
BALL_IN_VAST = 16
"""The same where parts may be larger than WALK: what fits is then not all looked at."""
SHIFTING = 0.5
"""Share of the time for shifts where parts may be far larger than a ball; it falls to none where they are far smaller:
a ball then holds whole parts, and borders need not be shifted one node at a time."""
SHIFTS = 32
"""Shifts that are tried instead of one ball: they take about as long."""
HOT, COLD = 0.6, 0.1
"""Mean costs: the heat of the shifts, first and last."""
ORDERING_FROM = 0.9
"""Share of the time after which the order is worked on instead of the set."""


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
        trial = cut_at(network, parts, price, order, limit, roll)
        if price[trial].sum() < price[best].sum() - 1e-12:
            best = trial
    stand(parts, best)
    return best


def cut_at(  # noqa: PLR0917 - what a search needs
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


def improve(  # noqa: PLR0917 - what a search needs
    parts: Parts, price: Floats, limit: int, gone: Bits, roll: Dice, allowed: Allowance, trials: int = TRIALS
) -> int:
    """Improves `gone`, the state of `parts`, in place; returns how many trials were made (`trials` without a pace).

    Shifts of borders first, which is what large parts need; then balls are taken away and what fits comes back.
    """
    best = now = float(price[gone].sum())
    mean = float(price.mean())
    done, chunk, work = 0, 64, 0
    begun = before = allowed.over() / ORDERING_FROM
    shifting, shifted = True, SHIFTING * limit / (limit + BALL)
    while True:
        over = allowed.over() / ORDERING_FROM
        if not allowed.timed:
            over = max(over, done / trials, work / WORK)
        if over >= 1:
            return done
        if allowed.timed:  # chunks of about 1/100 of the time, so that it stops on time
            chunk = max(8, min(4096, int(chunk * min(2.0, 0.01 / max(over - before, 1e-6)))))
            before = over
        through = (over - begun) / max(1e-9, 1 - begun)
        if through < shifted:
            heat = mean * HOT * (COLD / HOT) ** (through / shifted)
            best, now = shift_cost(parts, price, limit, gone, best, now, heat, SHIFTS * chunk, roll)
            looked = SHIFTS * chunk * int(len(parts.near) / len(price) + 1)
        else:
            if shifting:
                stand(parts, gone)
                shifting, now, chunk = False, best, min(chunk, 64)
            heat = HEAT * mean * (1 - over) ** 2
            best, now, looked = search(parts, price, limit, gone, best, now, heat, ball_of(limit), chunk, roll)
        done, work = done + chunk, work + looked


def ball_of(limit: int) -> int:
    """How many standing nodes a trial takes away, at most, when parts may have `limit` nodes."""
    return BALL if limit <= WALK else BALL_IN_VAST
