"""The order to take a given set of nodes away in, so that the largest part falls soonest for the cost."""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below, uniform
from accord.disruption.network import Bits, Floats, Ints, Network, Whole, find, largest_along, put
from accord.disruption.pace import Allowance

SWEEPS = 6
"""Without a pace: times that the whole order is gone over."""
BLOCKS = (48, 160)
"""Lengths of the blocks inside which nodes change places: short ones are quick, long ones let nodes travel."""
TRIES = 2
"""Exchanges tried in a sweep for each place of a block."""
BLOCK_WORK = 20_000_000
"""Half-edges looked at for one block: blocks of hubs are tried less often, so that time is asked for often enough."""
WORK = 1_000_000_000
"""Without a pace: half-edges after which no new sweep begins, some seconds."""
STALE = 1.03
"""Growth of the largest part after which nodes are ranked anew."""


def sequence(network: Network, cost: Floats, gone: Bits, roll: Dice, allowed: Allowance) -> Ints:
    """The marked nodes in the order to take them away: greedily from the end, then polished."""
    order = from_the_end(network.start, network.near, cost, gone)
    polish(network, cost, order, roll, allowed)
    return order


def polish(
    network: Network, cost: Floats, order: Ints, roll: Dice, allowed: Allowance, most: int | None = None
) -> None:
    """Improves an order in place by exchanges inside blocks, in `most` sweeps; the set of nodes stays."""
    sweeps, idle, work = 0, 0, 0
    degree = np.diff(network.start)
    if most is None:
        most = np.iinfo(np.int64).max if allowed.timed else SWEEPS
    while len(order) > 1 and idle < len(BLOCKS) and sweeps < most and (allowed.timed or work < WORK):
        block = BLOCKS[sweeps % len(BLOCKS)]
        sweeps += 1
        end, gained = len(order), 0.0
        if allowed.over() >= 1:
            return
        parent, size = standing(network.start, network.near, order)
        log = np.zeros(network.size, np.int32)
        while end > 0 and allowed.over() < 1:
            length = block // 2 + below(roll, block)
            first = max(0, end - length)
            each = int(degree[order[first:end]].sum()) + length
            tries = min(TRIES * (end - first), max(4, BLOCK_WORK // each))
            gained += rearrange(network.start, network.near, cost, order, parent, size, log, first, end, tries, roll)
            end, work = first, work + tries * each
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
            put(start, near, parent, size, node)
    return parent, size


@kernel
def _replay(
    start: Ints,
    near: Ints,
    cost: Floats,
    order: Ints,
    parent: Ints,
    size: Ints,
    log: Ints,
    last: int,
    end: int,
    top: int,
    shares: Floats,
    keep: bool,
) -> float:
    """Puts the nodes of a block back from its end down to `last`; returns their part of the area.

    `shares` receives each place's part, the place `last` first. Unless `keep`, all is taken out again.
    """
    total, logged = 0.0, 0
    for at in range(end - 1, last - 1, -1):
        logged = _put_logged(start, near, parent, size, order[at], log, logged)
        root = _root(parent, order[at])
        top = max(top, size[root])
        shares[at - last] = top * cost[order[at]]
        total += shares[at - last]
    if not keep:
        for at in range(logged - 1, -1, -1):
            child = log[at]
            size[parent[child]] -= size[child]
            parent[child] = child
        for at in range(last, end):
            parent[order[at]], size[order[at]] = -1, 0
    return total


@kernel
def rearrange(
    start: Ints,
    near: Ints,
    cost: Floats,
    order: Ints,
    parent: Ints,
    size: Ints,
    log: Ints,
    first: int,
    end: int,
    tries: int,
    roll: Dice,
) -> float:
    """Tries exchanges and moves inside one block; the sets are then those from `first` on. Returns the area gained.

    `log` (n) is room to work in. A trial touches the block's edges only, and is taken back from a log.
    """
    top = int(size.max())
    length = end - first
    shares, trial_shares = np.zeros(length), np.zeros(length)
    before = _replay(start, near, cost, order, parent, size, log, first, end, top, shares, keep=False)
    block = order[first:end].copy()
    for _ in range(tries if length > 1 else 0):
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
        low = min(one, other)  # what is put back after that place finds the same sets as before
        now = _replay(start, near, cost, order, parent, size, log, low, end, top, trial_shares, keep=False)
        if now <= shares[low - first :].sum():
            shares[low - first :] = trial_shares[: end - low]
            block[:] = order[first:end]
        else:
            order[first:end] = block
    return before - _replay(start, near, cost, order, parent, size, log, first, end, top, shares, keep=True)


@kernel
def _root(parent: Ints, node: Whole) -> Whole:
    """Root of a node, leaving the paths as they are: what is logged must be undone as it was."""
    while parent[node] != node:
        node = parent[node]
    return node


@kernel
def _put_logged(start: Ints, near: Ints, parent: Ints, size: Ints, node: Whole, log: Ints, logged: int) -> int:
    """Puts a node back; writes the roots that get a parent to `log`, and returns its new length."""
    parent[node], size[node] = node, 1
    root = node
    for place in range(start[node], start[node + 1]):
        if parent[near[place]] >= 0:
            other = _root(parent, near[place])
            if other != root:
                if size[other] > size[root]:
                    root, other = other, root
                parent[other] = root
                size[root] += size[other]
                log[logged] = other
                logged += 1
    return logged


@kernel
def _joined(start: Ints, near: Ints, parent: Ints, size: Ints, seen: NDArray[np.int64], mark: int, node: Whole) -> int:
    """Size of the part that a gone node would make; `seen` receives the mark at the parts joined."""
    total = 1
    for place in range(start[node], start[node + 1]):
        if parent[near[place]] >= 0:
            root = find(parent, near[place])
            if seen[root] != mark:
                seen[root] = mark
                total += size[root]
    return total


@kernel
def from_the_end(start: Ints, near: Ints, cost: Floats, gone: Bits) -> Ints:
    """The marked nodes, chosen from the last to the first: which makes the smallest part for its cost comes back.

    Nodes next to the largest part are ranked as if it had the size of a while ago, until it has outgrown that by STALE:
    else each that comes back would make the ranks of all others out of date.
    """
    n = len(start) - 1
    parent, size = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    seen, mark = np.full(n, -1, np.int64), 0
    top: Whole = 0
    for node in range(n):
        if not gone[node]:
            put(start, near, parent, size, node)
    for node in range(n):
        if size[node] > size[top]:
            top = node
    left = np.flatnonzero(gone)
    order = np.zeros(len(left), np.int32)
    at = len(order)
    while at > 0:
        then = size[top]
        heap = [(0.0, np.int64(v)) for v in left if parent[v] < 0]
        heapq.heapify(heap)
        while at > 0 and size[top] <= STALE * then:
            key, node = heapq.heappop(heap)  # type: ignore[assignment] # numba: int64
            mark += 1
            total = _joined(start, near, parent, size, seen, mark, node)
            if seen[top] == mark:
                total -= size[top] - then
            now = total / cost[node]
            if now > key and len(heap) > 0 and now > heap[0][0]:
                heapq.heappush(heap, (now, node))  # type: ignore[misc] # numba: int64
                continue
            at -= 1
            order[at] = node
            put(start, near, parent, size, node)
            root = find(parent, node)
            if parent[top] < 0 or size[root] > size[find(parent, top)]:
                top = root
            top = find(parent, top)
    return order
