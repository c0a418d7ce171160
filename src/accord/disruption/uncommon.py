"""The orders of LGD-NA (ICLR 2026), CND and RA2: local rules about neighbours that do not know each other.

CND: sum over neighbours j of 1 / (1 + cn); RA2: of (1 + e_i)(1 + e_j) / (1 + cn), where cn counts the common neighbours
of both and e = degree - 1 - cn. Divided by the node's cost; what stands is scored anew as nodes go.

Common neighbours are counted, and counted down, over triangles, each found from its node of least degree (Chiba and
Nishizeki 1985): O(m^1.5) at worst, also with hubs. Scores only fall but for a triangle that goes, so that an upper
bound for each node is kept, and its score is worked out only when the bound leads. Work is done in chunks.
"""

# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Floats, Ints, Network, Whole
from accord.disruption.pace import FREE, Allowance

CHUNK = 20_000_000
"""Half-edges looked at between two questions whether time is over: some 0.1 s."""


class Ties(NamedTuple):
    """n nodes, h half-edges, m edges."""

    start: Ints
    near: Ints
    twin: Ints  # (h) the same edge, seen from its other end
    up_start: Ints  # (n+1)
    up: Ints  # (m) half-edges to neighbours of higher degree
    common: Ints  # (h) standing common neighbours of both ends
    degree: Ints  # (n) standing neighbours
    gone: Bits  # (n)
    bound: Floats  # (n) no less than the score
    mark: Ints  # (n)
    cost: Floats  # (n)


def by_uncommon_neighbours(network: Network, cost: Floats, allowed: Allowance = FREE) -> Ints:
    """Every node, the one whose neighbours know each other least first (CND). When time is over, the rest as scored."""
    return _ordered(network, cost, allowed, outward=False)


def by_outward_links(network: Network, cost: Floats, allowed: Allowance = FREE) -> Ints:
    """Every node, the one whose links lead furthest outwards first (RA2). When time is over, the rest as scored."""
    return _ordered(network, cost, allowed, outward=True)


def _ordered(network: Network, cost: Floats, allowed: Allowance, *, outward: bool) -> Ints:
    n = network.size
    twin, up_start, up = _directions(network.start, network.near)
    degree = np.diff(network.start).astype(np.int32)
    gone, bound, mark = np.zeros(n, bool), degree.astype(np.float64), np.full(n, -1, np.int32)
    ties = Ties(
        network.start,
        network.near,
        twin,
        up_start,
        up,
        np.zeros(len(network.near), np.int32),
        degree,
        gone,
        bound,
        mark,
        cost,
    )
    order, count, node = np.zeros(n, np.int32), 0, 0
    while node < n and allowed.over() < 1:
        node = _count_common(ties, node, CHUNK)
    if node == n:
        mark[:] = -1
        _score_all(ties, outward)
        while count < n and allowed.over() < 1:
            count = _take_some(ties, order, count, CHUNK, outward)
    rest = np.flatnonzero(~gone)
    order[count:] = rest[np.argsort(-bound[rest] / cost[rest], kind="stable")]
    return order


@kernel
def _directions(start: Ints, near: Ints) -> tuple[Ints, Ints, Ints]:
    """The twins of half-edges, and which of them lead to a neighbour of higher degree (ties: higher number)."""
    n = len(start) - 1
    twin, at = np.zeros(len(near), np.int32), start[:-1].copy()
    up_start, up, count = np.zeros(n + 1, np.int32), np.zeros(len(near) // 2, np.int32), 0
    for node in range(n):
        degree = start[node + 1] - start[node]
        for place in range(start[node], start[node + 1]):
            other = near[place]
            twin[place] = at[other]  # rows are in rising order, so that an end's row is met in that order too
            at[other] += 1
            far = start[other + 1] - start[other]
            if far > degree or (far == degree and other > node):
                up[count] = place
                count += 1
        up_start[node + 1] = count
    return twin, up_start, up


@kernel
def _count_common(t: Ties, node: int, work: int) -> int:
    """Adds the triangles whose least node is `node` or later; returns where it stopped because work was used up."""
    place_of = np.zeros(len(t.mark), np.int32)
    while node < len(t.mark) and work > 0:
        for at in range(t.up_start[node], t.up_start[node + 1]):
            t.mark[t.near[t.up[at]]] = node
            place_of[t.near[t.up[at]]] = t.up[at]
        for at in range(t.up_start[node], t.up_start[node + 1]):
            second = t.up[at]
            other = t.near[second]
            work -= 1 + t.up_start[other + 1] - t.up_start[other]
            for further in range(t.up_start[other], t.up_start[other + 1]):
                third = t.up[further]
                if t.mark[t.near[third]] == node:
                    for edge in (second, third, place_of[t.near[third]]):
                        t.common[edge] += 1
                        t.common[t.twin[edge]] += 1
        node += 1
    return node


@kernel
def _term(own: float, far: float, common: float, outward: bool) -> float:
    """What a neighbour adds to a score: `own` and `far` are the degrees of both."""
    return ((own - common) * (far - common) if outward else 1.0) / (1.0 + common)


@kernel
def _score(t: Ties, node: Whole, outward: bool) -> float:
    total, own = 0.0, float(t.degree[node])
    for place in range(t.start[node], t.start[node + 1]):
        if not t.gone[t.near[place]]:
            total += _term(own, float(t.degree[t.near[place]]), float(t.common[place]), outward)
    return total


@kernel
def _score_all(t: Ties, outward: bool) -> None:
    for node in range(len(t.mark)):
        t.bound[node] = _score(t, node, outward)


@kernel
def _take_some(t: Ties, order: Ints, count: int, work: int, outward: bool) -> int:
    """Takes nodes until work is used up; returns how many have gone."""
    keyed = t.bound.copy()  # what the heap has of a node; its other entries are out of date
    heap = [(-t.bound[v] / t.cost[v], np.int64(v)) for v in range(len(t.mark)) if not t.gone[v]]
    heapq.heapify(heap)
    while len(heap) > 0 and work > 0:
        key, node = heapq.heappop(heap)
        if t.gone[node] or key != -keyed[node] / t.cost[node]:
            continue
        score = _score(t, node, outward)
        work -= 1 + t.start[node + 1] - t.start[node]
        if score < keyed[node]:
            t.bound[node] = keyed[node] = score
            heapq.heappush(heap, (-score / t.cost[node], node))
            continue
        order[count] = node
        count += 1
        work -= _take(t, node, outward)
        for place in range(t.start[node], t.start[node + 1]):
            other = np.int64(t.near[place])
            if not t.gone[other] and t.bound[other] > keyed[other]:
                keyed[other] = t.bound[other]
                heapq.heappush(heap, (-keyed[other] / t.cost[other], other))
    return count


@kernel
def _take(t: Ties, node: Whole, outward: bool) -> int:
    """Takes a node away and corrects the neighbours' counts and bounds; returns the work."""
    t.gone[node] = True
    own, work = float(t.degree[node]), 0
    for place in range(t.start[node], t.start[node + 1]):
        other = t.near[place]
        if not t.gone[other]:
            t.mark[other] = node
            t.bound[other] -= _term(own, float(t.degree[other]), float(t.common[place]), outward)
            t.degree[other] -= 1
    for place in range(t.start[node], t.start[node + 1]):
        one = t.near[place]
        if t.gone[one]:
            continue
        work += 1 + t.up_start[one + 1] - t.up_start[one]
        for at in range(t.up_start[one], t.up_start[one + 1]):
            edge = t.up[at]
            other = t.near[edge]
            if t.mark[other] == node and not t.gone[other]:
                first, second, common = float(t.degree[one]), float(t.degree[other]), float(t.common[edge])
                more = _term(first, second, common - 1, outward) - _term(first, second, common, outward)
                t.bound[one] += more
                t.bound[other] += more
                t.common[edge] -= 1
                t.common[t.twin[edge]] -= 1
    return work
