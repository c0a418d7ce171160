"""Critical nodes: the k nodes without which the fewest pairs of nodes can still reach each other.

Shifts of the borders between parts find the shape (`shifting`); exchanges of some nodes at a time polish it
(two-phase node exchange as in Zhou, Hao and Glover 2018). Both accept by simulated annealing, from the best with less
heat each time.
"""

# ruff: noqa: PLR0917, C901
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below, dice, uniform
from accord.disruption.network import Bits, Ints, Network, without
from accord.disruption.orders import by_degree
from accord.disruption.pace import Allowance
from accord.disruption.parts import Parts, all_gone, begin, keep, put_back, stand, undo
from accord.disruption.portfolio import best_start, improve
from accord.disruption.shifting import added_pairs, cut, pairs_of, shift_pairs
from accord.model.errors import InputError

TRIALS = 60_000
"""Exchanges, without a pace."""
SHARES = (0.6, 0.45, 0.3, 0.2, 0.12, 0.06, 0.03, 0.015)
"""Limits (of all nodes) for which sets are tried as starts."""
STARTING = 0.1
"""Share of the time for that."""
START_TRIALS = 2000
"""Trials for each start without a pace."""
SHIFTS = 16
"""Shifts that are tried instead of one exchange: they take about as long."""


class Phase(NamedTuple):
    """A part of the search, up to a share of the time; its heat falls evenly in the logarithm."""

    until: float
    shifts: bool
    hot: float  # of shifts: gone nodes; of exchanges: relative rise of the objective
    cold: float


PHASES = (
    Phase(0.2, shifts=False, hot=0.03, cold=0.0005),
    Phase(0.7, shifts=True, hot=1.2, cold=0.02),
    Phase(0.85, shifts=True, hot=0.25, cold=0.01),
    Phase(1.0, shifts=False, hot=0.01, cold=0.0001),
)
"""Each from the best so far: once so hot that it is as good as forgotten, and long, then near it again."""
RETURNS = 48
"""Gone nodes that are asked in most trials what their return would cost, where to ask all takes longer."""
QUICK = 4000
"""Half-edges of all gone nodes together, up to which all are asked."""
MOST = 10
"""Nodes exchanged at once, at most; few are likelier than many."""


class Critical(NamedTuple):
    """`nodes`: the k nodes, rising. `pairs`: how many pairs of nodes can still reach each other without them."""

    nodes: Ints
    pairs: int
    trials: int


def critical_nodes(network: Network, count: int, *, seed: int = 0, pace: Callable[[], float] | None = None) -> Critical:
    """The best `count` nodes found. Raises `InputError` when count is negative; all nodes, when it is too large."""
    if count < 0:
        raise InputError(f"{count} nodes cannot be taken away.", action="Give a number of 0 or more.")
    count = min(count, network.size)
    roll, done, allowed = dice(seed), 0, Allowance(pace)
    parts = all_gone(network)
    gone = _best_start(network, parts, count, roll, allowed)
    stand(parts, gone)
    best = pairs_of(parts)
    begun = STARTING if allowed.timed else 0.0
    for phase in PHASES if 0 < count < network.size else ():
        best, trials = _run(network, parts, gone, best, phase, begun, done, roll, allowed)
        begun, done = phase.until, done + trials
    return Critical(np.flatnonzero(gone).astype(np.int32), int(best), done)


def _run(
    network: Network,
    parts: Parts,
    gone: Bits,
    best: float,
    phase: Phase,
    begun: float,
    done: int,
    roll: Dice,
    allowed: Allowance,
) -> tuple[float, int]:
    """One phase from the best so far, `gone` (n), which receives what is better; returns its pairs and the trials."""
    count, chunk, trials, before = int(gone.sum()), 64, 0, begun
    stand(parts, gone)
    now = best
    rate = 1 / max(1.0, float(np.median([added_pairs(parts, node) for node in np.flatnonzero(gone)])))
    while best > 0:
        over = allowed.over() if allowed.timed else (done + trials) / TRIALS
        if over >= phase.until:
            break
        if allowed.timed:
            chunk = max(8, min(8192, int(chunk * min(2.0, 0.005 / max(over - before, 1e-6)))))
            before = over
        through = max(0.0, (over - begun) / (phase.until - begun))
        heat = phase.hot * (phase.cold / phase.hot) ** through
        if phase.shifts:
            best, now, rate = shift_pairs(parts, gone, best, now, count, rate, heat, SHIFTS * chunk, roll)
        else:
            best, now = exchange(parts, gone, best, now, heat, MOST, chunk, roll)
        trials += chunk
    if int(gone.sum()) < count:
        fill_up(network, parts, gone, count)
        best = pairs_of(parts)
    return best, trials


def fill_up(network: Network, parts: Parts, gone: Bits, count: int) -> None:
    """Takes more nodes, of highest degree among what stands, until `count` (n, booleans) are gone; sets `parts`."""
    more = by_degree(without(network, np.flatnonzero(gone)), np.ones(network.size))
    gone[more[~gone[more]][: count - int(gone.sum())]] = True
    stand(parts, gone)


def _best_start(network: Network, parts: Parts, count: int, roll: Dice, allowed: Allowance) -> Bits:
    """The best of the nodes of highest degree, and of sets of fewest nodes for some limits, filled up or cut to k."""
    n, price = network.size, np.ones(network.size)
    best = np.zeros(n, bool)
    best[by_degree(network, price)[:count]] = True
    stand(parts, best)
    least = pairs_of(parts)
    for number, share in enumerate(SHARES if 0 < count < n else ()):
        stage = allowed.part(number * STARTING / len(SHARES), (number + 1) * STARTING / len(SHARES))
        if allowed.over() >= STARTING:
            break
        gone = best_start(network, parts, price, max(1, int(share * n)), roll, stage)
        improve(parts, price, max(1, int(share * n)), gone, roll, stage, START_TRIALS)
        stand(parts, gone)
        _bring_back_to(parts, np.flatnonzero(gone), count)
        gone = parts.label < 0
        fill_up(network, parts, gone, count)
        if pairs_of(parts) < least:
            best, least = gone, pairs_of(parts)
    return best


@kernel
def _bring_back_to(p: Parts, gone: NDArray[np.int64], count: int) -> None:
    """Brings back what joins the fewest pairs until only `count` nodes are gone."""
    heap = [(added_pairs(p, node), node) for node in gone]
    heapq.heapify(heap)
    begin(p)
    while len(heap) > count:
        key, node = heapq.heappop(heap)
        now = added_pairs(p, node)
        if now > key:
            heapq.heappush(heap, (now, node))
        else:
            put_back(p, node)
    keep(p)


@kernel
def _pick(p: Parts, gone: Ints, count: int, most: int, picked: Ints, dice: Dice) -> int:
    """Standing nodes to take: next to a gone one, or anywhere (large parts are likelier), rather of high degree."""
    number = 0
    for _ in range(4 * most):
        if number == most:
            break
        node = -1
        if uniform(dice) < 0.5:
            centre = gone[below(dice, count)]
            degree = p.start[centre + 1] - p.start[centre]
            if degree > 0:
                node = p.near[p.start[centre] + below(dice, degree)]
        for _ in range(2):
            other = below(dice, len(p.label))
            if p.label[other] >= 0 and p.size[p.label[other]] > 1 and (node < 0 or uniform(dice) < 0.3):
                node = other
        if node < 0 or p.label[node] < 0:
            continue
        known = False
        for at in range(number):
            known = known or picked[at] == node
        if not known:
            picked[number] = node
            number += 1
    return number


@kernel
def exchange(
    p: Parts, best_gone: Bits, best: float, now: float, heat: float, most: int, trials: int, dice: Dice
) -> tuple[float, float]:
    """Runs trials of taking some nodes and bringing as many back; `best_gone` (n) receives the best state seen."""
    n = len(p.label)
    gone, picked, pieces = np.zeros(n, np.int32), np.zeros(most, np.int32), np.zeros(2 * n, np.int32)
    count = 0
    for node in range(n):
        if p.label[node] < 0:
            gone[count] = node
            count += 1
    work = 0
    for at in range(count):
        work += p.start[gone[at] + 1] - p.start[gone[at]]
    quick = work <= QUICK
    for _ in range(trials):
        wanted = int(np.exp(uniform(dice) * np.log(most + 0.999)))
        number = _pick(p, gone, count, min(wanted, count), picked, dice)
        if number == 0:
            continue
        begin(p)
        value = now + cut(p, picked[:number], pieces)
        everyone = quick or uniform(dice) < 0.3
        asked = count if everyone else min(count, RETURNS + number)
        first = below(dice, count - asked + 1)
        heap = [
            (added_pairs(p, gone[at]) * (0.9 + 0.2 * uniform(dice)), np.int64(at)) for at in range(first, first + asked)
        ]
        heapq.heapify(heap)
        came = 0
        back = np.zeros(number, np.int64)
        while came < number:
            key, at = heapq.heappop(heap)  # type: ignore[assignment] # numba: int64
            actual = added_pairs(p, gone[at])
            if came > 0 and actual > key and len(heap) > 0 and actual > heap[0][0]:
                heapq.heappush(heap, (actual, at))  # type: ignore[misc] # numba: int64
                continue
            put_back(p, gone[at])
            value += actual
            back[came] = at
            came += 1
        if value > now and (heat <= 0 or uniform(dice) >= np.exp(-np.log(value / now) / heat)):
            undo(p)
            continue
        keep(p)
        now = value
        for at in range(number):
            gone[back[at]] = picked[at]
        if now < best:
            best = now
            for node in range(n):
                best_gone[node] = p.label[node] < 0
    return best, now
