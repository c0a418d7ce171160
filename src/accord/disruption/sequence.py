"""The order to take a given set of nodes away in, so that the largest part falls soonest for the cost."""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below, uniform
from accord.disruption.network import Bits, Floats, Ints, Network, Whole, find, largest_along

SWEEPS = 6
"""Without a pace: times that the whole order is gone over."""
BLOCKS = (48, 160)
"""Lengths of the blocks inside which nodes change places: short ones are quick, long ones let nodes travel."""
TRIES = 2
"""Exchanges tried in a sweep for each place of a block."""


def sequence(network: Network, cost: Floats, gone: Bits, roll: Dice, pace: Callable[[], float] | None = None) -> Ints:
    """The marked nodes in the order to take them away: greedily from the end, then polished."""
    order = from_the_end(network.start, network.near, cost, gone)
    polish(network, cost, order, roll, pace)
    return order


def polish(network: Network, cost: Floats, order: Ints, roll: Dice, pace: Callable[[], float] | None = None) -> None:
    """Improves an order in place by exchanges inside blocks; the set of nodes stays."""
    sweeps, idle = 0, 0
    while len(order) > 1 and idle < len(BLOCKS) and (sweeps < SWEEPS if pace is None else pace() < 1):
        block = BLOCKS[sweeps % len(BLOCKS)]
        sweeps += 1
        end, gained = len(order), 0.0
        parent, size = standing(network.start, network.near, order)
        while end > 0 and (pace is None or pace() < 1):
            length = block // 2 + below(roll, block)
            first = max(0, end - length)
            gained += rearrange(network.start, network.near, cost, order, parent, size, first, end, TRIES, roll)
            end = first
        idle = 0 if gained > 1e-9 else idle + 1


def area(network: Network, cost: Floats, order: Ints) -> float:
    """Nodes in the largest part, times the cost of the removal during which they are, summed over the order."""
    return float((largest_along(network.start, network.near, order)[:-1] * cost[order]).sum())


@kernel
def standing(start: Ints, near: Ints, order: Ints) -> tuple[Ints, Ints]:
    """Disjoint sets (parents, sizes) of what stands when all of an order are gone."""
    n = len(start) - 1
    parent, size = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    gone = np.zeros(n, np.bool_)
    gone[order] = True
    for node in range(n):
        if not gone[node]:
            _put(start, near, parent, size, node)
    return parent, size


@kernel
def _replay(
    start: Ints, near: Ints, cost: Floats, order: Ints, parent: Ints, size: Ints, first: int, end: int, top: int
) -> float:
    """Puts the nodes of a block back from its end; returns the block's part of the area."""
    total = 0.0
    for at in range(end - 1, first - 1, -1):
        top = max(top, _put(start, near, parent, size, order[at]))
        total += top * cost[order[at]]
    return total


@kernel
def rearrange(
    start: Ints,
    near: Ints,
    cost: Floats,
    order: Ints,
    parent: Ints,
    size: Ints,
    first: int,
    end: int,
    tries: int,
    roll: Dice,
) -> float:
    """Tries exchanges and moves inside one block; the sets are then those from `first` on. Returns the area gained."""
    top = int(size.max())
    trial_parent, trial_size = parent.copy(), size.copy()
    value = _replay(start, near, cost, order, trial_parent, trial_size, first, end, top)
    before, length = value, end - first
    block = order[first:end].copy()
    for _ in range(tries * length if length > 1 else 0):
        one, other = first + below(roll, length), first + below(roll, length)
        if one == other:
            continue
        if uniform(roll) < 0.5:
            order[one], order[other] = order[other], order[one]
        else:
            moved, step = order[one], 1 if other > one else -1
            for at in range(one, other, step):
                order[at] = order[at + step]
            order[other] = moved
        trial_parent[:], trial_size[:] = parent, size
        now = _replay(start, near, cost, order, trial_parent, trial_size, first, end, top)
        if now <= value:
            value = now
            block[:] = order[first:end]
        else:
            order[first:end] = block
    _replay(start, near, cost, order, parent, size, first, end, top)
    return before - value


@kernel
def _joined(start: Ints, near: Ints, parent: Ints, size: Ints, roots: Ints, node: Whole) -> int:
    """Size of the part that a gone node would make; `roots` receives the parts joined."""
    total, count = 1, 0
    for place in range(start[node], start[node + 1]):
        if parent[near[place]] >= 0:
            root = find(parent, near[place])
            known = False
            for at in range(count):
                if roots[at] == root:
                    known = True
                    break
            if not known:
                roots[count] = root
                count += 1
                total += size[root]
    return total


@kernel
def _put(start: Ints, near: Ints, parent: Ints, size: Ints, node: Whole) -> int:
    """Puts a node back; returns the size of its part."""
    parent[node], size[node] = node, 1
    root = node
    for place in range(start[node], start[node + 1]):
        if parent[near[place]] >= 0:
            other = find(parent, near[place])
            if other != root:
                if size[other] > size[root]:
                    root, other = other, root
                parent[other] = root
                size[root] += size[other]
    return int(size[root])


@kernel
def from_the_end(start: Ints, near: Ints, cost: Floats, gone: Bits) -> Ints:
    n = len(start) - 1
    parent, size = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    roots = np.zeros(n, np.int32)
    for node in range(n):
        if not gone[node]:
            _put(start, near, parent, size, node)
    heap = [(0.0, np.int64(v)) for v in range(n) if gone[v]]
    heapq.heapify(heap)
    order = np.zeros(len(heap), np.int32)
    at = len(order)
    while at > 0:
        key, node = heapq.heappop(heap)  # type: ignore[assignment]
        now = _joined(start, near, parent, size, roots, node) / cost[node]
        if now > key:
            heapq.heappush(heap, (now, node))  # type: ignore[misc]
            continue
        at -= 1
        order[at] = node
        _put(start, near, parent, size, node)
    return order
