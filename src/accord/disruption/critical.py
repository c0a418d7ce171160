"""Critical nodes: the k nodes without which the fewest pairs of nodes can still reach each other.

Local search by exchange (two-phase node exchange as in Zhou, Hao and Glover 2018), several nodes at a time, accepted
by simulated annealing on the logarithm of the objective, restarted from the best with new heat.
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
from accord.disruption.network import Bits, Ints, Network, Whole, without
from accord.disruption.orders import by_degree
from accord.disruption.pace import Allowance
from accord.disruption.parts import Parts, all_gone, begin, keep, new_mark, put_back, stand, take_away, undo
from accord.disruption.portfolio import best_start, improve
from accord.model.errors import InputError

TRIALS = 200_000
SHARES = (0.6, 0.45, 0.3, 0.2, 0.12, 0.06, 0.03, 0.015)
"""Limits (of all nodes) for which sets are tried as starts."""
STARTING = 0.2
"""Share of the time for that."""
START_TRIALS = 2000
"""Trials for each start without a pace."""
CYCLES = 4
"""Times that the heat is raised again."""
HEAT = 0.03
"""Relative rise of the objective that is accepted with a chance of 1/e when the search is hottest."""
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
    roll, done, chunk, before = dice(seed), 0, 64, 0.0
    parts = all_gone(network)
    gone = _best_start(network, parts, count, roll, Allowance(pace))
    stand(parts, gone)
    best = now = _pairs(parts)
    while 0 < count < network.size and best > 0:
        over = done / TRIALS if pace is None else pace()
        if over >= 1:
            break
        if pace is not None:
            chunk = max(8, min(8192, int(chunk * min(2.0, 0.01 / max(over - before, 1e-6)))))
            if int(over * CYCLES) > int(before * CYCLES):
                stand(parts, gone)
                now = best
            before = over
        heat = HEAT * (1 - over * CYCLES % 1) ** 2
        best, now = exchange(parts, gone, best, now, heat, MOST, chunk, roll)
        done += chunk
    return Critical(np.flatnonzero(gone).astype(np.int32), int(best), done)


def _best_start(network: Network, parts: Parts, count: int, roll: Dice, allowed: Allowance) -> Bits:
    """The best of the nodes of highest degree, and of sets of fewest nodes for some limits, filled up or cut to k."""
    n, price = network.size, np.ones(network.size)
    best = np.zeros(n, bool)
    best[by_degree(network, price)[:count]] = True
    stand(parts, best)
    least = _pairs(parts)
    for number, share in enumerate(SHARES if 0 < count < n else ()):
        stage = allowed.part(number * STARTING / len(SHARES), (number + 1) * STARTING / len(SHARES))
        if allowed.over() >= STARTING:
            break
        gone = best_start(network, parts, price, max(1, int(share * n)), roll, stage)
        improve(parts, price, max(1, int(share * n)), gone, roll, stage, START_TRIALS)
        stand(parts, gone)
        _bring_back_to(parts, np.flatnonzero(gone), count)
        gone = parts.label < 0
        missing = count - int(gone.sum())
        more = by_degree(without(network, np.flatnonzero(gone)), price)
        gone[more[~gone[more]][:missing]] = True
        stand(parts, gone)
        if _pairs(parts) < least:
            best, least = gone, _pairs(parts)
    return best


@kernel
def _bring_back_to(p: Parts, gone: NDArray[np.int64], count: int) -> None:
    """Brings back what joins the fewest pairs until only `count` nodes are gone."""
    heap = [(_added_pairs(p, node), node) for node in gone]
    heapq.heapify(heap)
    begin(p)
    while len(heap) > count:
        key, node = heapq.heappop(heap)
        now = _added_pairs(p, node)
        if now > key:
            heapq.heappush(heap, (now, node))
        else:
            put_back(p, node)
    keep(p)


@kernel
def _pairs(p: Parts) -> float:
    total = 0.0
    for label in range(len(p.size)):
        total += p.size[label] * (p.size[label] - 1.0) / 2
    return total


@kernel
def _added_pairs(p: Parts, node: Whole) -> float:
    """Pairs that a gone node would join if it came back."""
    mark, total, within = new_mark(p), 1.0, 0.0
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and p.seen[label] != mark:
            p.seen[label] = mark
            size = float(p.size[label])
            total += size
            within += size * (size - 1)
    return (total * (total - 1) - within) / 2


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
def _cut(p: Parts, picked: Ints, pieces: Ints) -> float:
    """Takes nodes away; returns by how much that changes the pairs (≤ 0)."""
    change, mark = 0.0, new_mark(p)
    for at in range(len(picked)):
        label = p.label[picked[at]]
        if p.seen[label] != mark:
            p.seen[label] = mark
            change -= p.size[label] * (p.size[label] - 1.0) / 2
    for at in range(take_away(p, picked, pieces)):
        change += p.size[pieces[at]] * (p.size[pieces[at]] - 1.0) / 2
    return change


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
        value = now + _cut(p, picked[:number], pieces)
        everyone = quick or uniform(dice) < 0.3
        asked = count if everyone else min(count, RETURNS + number)
        first = below(dice, count - asked + 1)
        heap = [
            (_added_pairs(p, gone[at]) * (0.9 + 0.2 * uniform(dice)), np.int64(at))
            for at in range(first, first + asked)
        ]
        heapq.heapify(heap)
        came = 0
        back = np.zeros(number, np.int64)
        while came < number:
            key, at = heapq.heappop(heap)  # type: ignore[assignment] # numba: int64
            actual = _added_pairs(p, gone[at])
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
