"""Cheap removal orders: the starts of every search. Each O(m log n), cost-aware, deterministic.

HDA: highest adaptive degree. CoreHD: HDA inside the 2-core (Zdeborová, Zhang, Zhou 2016). CND and RA2: the local
rules of LGD-NA (ICLR 2026), sums over neighbours j of 1 / (1 + cn) and of (1 + e_i)(1 + e_j) / (1 + cn), where cn
counts common neighbours and e = degree - 1 - cn. All divided by the node's cost.
"""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Floats, Ints, Network, Whole


def by_degree(network: Network, cost: Floats) -> Ints:
    """Every node, most current degree for its cost first; ties: smaller number first."""
    return _adaptive(network.start, network.near, cost, core=False)


def by_core(network: Network, cost: Floats) -> Ints:
    """As `by_degree`, inside the 2-core as long as there is one; what is left is a forest, in order of degree."""
    return _adaptive(network.start, network.near, cost, core=True)


def by_uncommon_neighbours(network: Network, cost: Floats) -> Ints:
    """Every node, the one whose neighbours know each other least first (CND)."""
    return _uncommon(network.start, network.near, cost, outward=False)


def by_outward_links(network: Network, cost: Floats) -> Ints:
    """Every node, the one whose links lead furthest outwards first (RA2)."""
    return _uncommon(network.start, network.near, cost, outward=True)


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


@kernel
def _common_neighbours(start: Ints, near: Ints) -> Ints:
    """For each half-edge, how many neighbours its two ends have in common."""
    n = len(start) - 1
    common, mark = np.zeros(len(near), np.int32), np.full(n, -1, np.int32)
    for node in range(n):
        mark[near[start[node] : start[node + 1]]] = node
        for place in range(start[node], start[node + 1]):
            other = near[place]
            if other < node:
                common[place] = common[start[other] + np.searchsorted(near[start[other] : start[other + 1]], node)]
                continue
            for at in range(start[other], start[other + 1]):
                common[place] += mark[near[at]] == node
    return common


@kernel
def _uncommon(start: Ints, near: Ints, cost: Floats, outward: bool) -> Ints:
    n = len(start) - 1
    common, mark = _common_neighbours(start, near), np.full(n, -1, np.int32)
    degree, gone = (start[1:] - start[:-1]).astype(np.int32), np.zeros(n, np.bool_)
    heap = [(-_openness(start, near, common, degree, gone, v, outward) / cost[v], np.int64(v)) for v in range(n)]
    heapq.heapify(heap)
    order, count = np.zeros(n, np.int32), 0
    while len(heap) > 0:
        key, node = heapq.heappop(heap)
        if gone[node]:
            continue
        now = -_openness(start, near, common, degree, gone, node, outward) / cost[node]
        if now > key:
            heapq.heappush(heap, (now, node))
            continue
        gone[node] = True
        order[count] = node
        count += 1
        mark[near[start[node] : start[node + 1]]] = node
        for place in range(start[node], start[node + 1]):
            other = near[place]
            degree[other] -= 1
            if not gone[other]:
                for at in range(start[other], start[other + 1]):
                    common[at] -= mark[near[at]] == node
        for place in range(start[node], start[node + 1]):
            other = np.int64(near[place])
            if not gone[other]:
                score = -_openness(start, near, common, degree, gone, other, outward) / cost[other]
                heapq.heappush(heap, (score, other))
    return order


@kernel
def _openness(start: Ints, near: Ints, common: Ints, degree: Ints, gone: Bits, node: Whole, outward: bool) -> float:
    total = 0.0
    for place in range(start[node], start[node + 1]):
        other = near[place]
        if not gone[other]:
            own, far = degree[node] - 1 - common[place], degree[other] - 1 - common[place]
            total += ((1.0 + own) * (1.0 + far) if outward else 1.0) / (1.0 + common[place])
    return total
