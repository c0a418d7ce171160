"""Cheap removal orders: the starts of every search. Each O(m log n), cost-aware, deterministic.

HDA: highest adaptive degree. CoreHD: HDA inside the 2-core (Zdeborová, Zhang, Zhou 2016). Both divided by the node's
cost. CND and RA2 are in `uncommon`.
"""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Floats, Ints, Network, Whole
from accord.disruption.pace import FREE, Allowance


def by_degree(network: Network, cost: Floats, _allowed: Allowance = FREE) -> Ints:
    """Every node, most current degree for its cost first; ties: smaller number first."""
    return _adaptive(network.start, network.near, cost, core=False)


def by_core(network: Network, cost: Floats, _allowed: Allowance = FREE) -> Ints:
    """As `by_degree`, inside the 2-core as long as there is one; what is left is a forest, in order of degree."""
    return _adaptive(network.start, network.near, cost, core=True)


@kernel
def _adaptive(start: Ints, near: Ints, cost: Floats, core: bool) -> Ints:
    n = len(start) - 1
    degree = (start[1:] - start[:-1]).astype(np.int32)
    gone, peeled = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    order, count = np.zeros(n, np.int32), 0
    if core:
        for node in range(n):
            _peel(start, near, degree, gone, peeled, node)
        count = _by_degree(start, near, cost, degree, gone, peeled, order, 0, core=True)
        for node in range(n):
            degree[node] = 0
            for place in range(start[node], start[node + 1]):
                degree[node] += not gone[near[place]]
        peeled[:] = False
    _by_degree(start, near, cost, degree, gone, peeled, order, count, core=False)
    return order


@kernel
def _by_degree(
    start: Ints, near: Ints, cost: Floats, degree: Ints, gone: Bits, peeled: Bits, order: Ints, count: int, core: bool
) -> int:
    heap = [(-float(degree[v]) / cost[v], np.int64(v)) for v in range(len(degree)) if not gone[v] and not peeled[v]]
    heapq.heapify(heap)
    while len(heap) > 0:
        key, node = heapq.heappop(heap)
        if peeled[node]:
            continue
        now = -float(degree[node]) / cost[node]
        if now > key:
            heapq.heappush(heap, (now, node))
            continue
        gone[node] = True
        order[count] = node
        count += 1
        for place in range(start[node], start[node + 1]):
            degree[near[place]] -= 1
        if core:
            for place in range(start[node], start[node + 1]):
                _peel(start, near, degree, gone, peeled, near[place])
    return count


@kernel
def _peel(start: Ints, near: Ints, degree: Ints, gone: Bits, peeled: Bits, node: Whole) -> None:
    """Marks a node that has left the 2-core, and what leaves with it; `degree` counts neighbours inside."""
    while node >= 0 and degree[node] < 2 and not gone[node] and not peeled[node]:
        peeled[node] = True
        following = -1
        for place in range(start[node], start[node + 1]):
            other = near[place]
            degree[other] -= 1
            if not gone[other] and not peeled[other]:
                following = other
        node = following
