"""The order to take a given set of nodes away in, so that the largest part falls soonest for the cost."""

# ruff: noqa: PLR0917, C901, PLR0912, PLR0915
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below
from accord.disruption.network import Floats, Ints, Network, find

ROUNDS = 20_000


def sequence(
    network: Network, cost: Floats, gone: NDArray[np.bool_], roll: Dice, pace: Callable[[], float] | None = None
) -> Ints:
    """The marked nodes in the order to take them away: greedily from the end."""
    del roll, pace
    return _from_the_end(network.start, network.near, cost, gone)


@kernel
def _joined(start: Ints, near: Ints, parent: Ints, size: Ints, roots: Ints, node: int) -> int:
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
def _put(start: Ints, near: Ints, parent: Ints, size: Ints, node: int) -> int:
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
    return size[root]


@kernel
def _from_the_end(start: Ints, near: Ints, cost: Floats, gone: NDArray[np.bool_]) -> Ints:
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
        key, node = heapq.heappop(heap)
        now = _joined(start, near, parent, size, roots, node) / cost[node]
        if now > key:
            heapq.heappush(heap, (now, node))
            continue
        at -= 1
        order[at] = node
        _put(start, near, parent, size, node)
    return order
