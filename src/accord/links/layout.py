"""Where each thing stands on the map: a force layout inside each cluster, the clusters packed as discs.

Fruchterman and Reingold, Software: Practice and Experience 21 (1991), with all pairs repelling; no randomness, so that
a map looks the same at each visit. O(n²) a round within a cluster.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
ROOM = 1.25
"""Radius of a cluster's disc for each root of its nodes, where a node alone takes 1."""
Discs = list[tuple[float, float, float]]  # x, y, radius

BLOCK = 512
"""Rows of the distance matrix at a time, which bounds memory to BLOCK × n floats."""


def positions(n: int, edges: Sequence[tuple[int, int]], clusters: Sequence[int]) -> list[tuple[float, float]]:
    """`(x, y)` in 0..1 for nodes 0…n-1. Each cluster is a disc of its own; what is in none stands around them.

    `clusters[i]` is 0 for a node in no cluster, as in `links.parts`.
    """
    if n == 0:
        return []
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    of = np.array(clusters, dtype=np.int64)
    places = np.zeros((n, 2))
    discs: Discs = []
    for cluster in _by_kinship(of, ends):
        part = np.flatnonzero(of == cluster)
        radius = ROOM * math.sqrt(len(part)) + 1.0
        x, y = _free_place(discs, radius)
        discs.append((x, y, radius))
        places[part] = _spread(len(part), _inside(part, ends, n)) * (radius - 1.0) + np.array((x, y))
    ring = _Ring(discs)
    for part in _loose_parts(of, ends):
        radius = math.sqrt(len(part)) + 0.8
        places[part] = _spread(len(part), _inside(part, ends, n)) * math.sqrt(len(part)) + np.array(ring.next(radius))
    low, high = places.min(axis=0), places.max(axis=0)
    span = float(max(high - low)) or 1.0
    centred = (places - (low + high) / 2) / span + 0.5
    return [(round(float(x), 4), round(float(y), 4)) for x, y in centred]


def _by_kinship(of: Indices, ends: Indices) -> list[int]:
    """Clusters in the order of placing: the largest, then always the one with most edges to those placed."""
    numbers, sizes = np.unique(of[of > 0], return_counts=True)
    if not len(numbers):
        return []
    across = of[ends]
    across = across[(across > 0).all(axis=1) & (across[:, 0] != across[:, 1])]
    kin = np.zeros((int(numbers.max()) + 1,) * 2)
    np.add.at(kin, (across[:, 0], across[:, 1]), 1.0)
    kin += kin.T
    size_of = dict(zip(numbers.tolist(), sizes.tolist(), strict=True))
    order = [max(size_of, key=lambda c: (size_of[c], -c))]
    while len(order) < len(size_of):
        left = [c for c in size_of if c not in order]
        order.append(max(left, key=lambda c: (kin[c, order].sum(), size_of[c], -c)))
    return order


def _inside(part: Indices, ends: Indices, n: int) -> Indices:
    """The edges within a part, as indices into it."""
    where = np.full(n, -1, dtype=np.int64)
    where[part] = np.arange(len(part))
    local = where[ends]
    return local[(local >= 0).all(axis=1)]


def _loose_parts(of: Indices, ends: Indices) -> list[Indices]:
    """Connected parts among the nodes of no cluster, the largest first."""
    loose = np.flatnonzero(of == 0)
    inside = _inside(loose, ends, len(of))
    matrix = coo_matrix((np.ones(len(inside)), (inside[:, 0], inside[:, 1])), shape=(len(loose), len(loose)))
    _, label = connected_components(matrix, directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(loose[order], np.flatnonzero(np.diff(label[order])) + 1) if len(loose) else []
    return sorted(groups, key=lambda part: (-len(part), int(part[0])))


def _spread(n: int, edges: Indices) -> Floats:
    """Positions of one part in the unit disc; well connected nodes begin in the middle."""
    degree = np.bincount(edges.ravel(), minlength=n)
    rank = np.empty(n)
    rank[np.argsort(-degree, kind="stable")] = np.arange(n)
    place: Floats = np.sqrt((rank + 0.5) / n)[:, None] * np.stack(
        [np.cos(rank * GOLDEN_ANGLE), np.sin(rank * GOLDEN_ANGLE)], 1
    )
    if n <= 2:
        return place * 0.5
    wanted = 1.0 / math.sqrt(n)  # the distance at which the forces balance
    rounds = 120 if n <= 600 else 50
    for step in range(rounds):
        push = _repel(place, wanted)
        gap = place[edges[:, 0]] - place[edges[:, 1]]
        pull = gap * (np.linalg.norm(gap, axis=1) / wanted)[:, None]
        np.add.at(push, edges[:, 0], -pull)
        np.add.at(push, edges[:, 1], pull)
        push -= place * wanted * 2.0  # a slight pull to the middle keeps the part a disc
        length = np.linalg.norm(push, axis=1) + 1e-12
        heat = 0.12 * (1.0 - step / rounds) + 0.002
        place = place + push * (np.minimum(length, heat) / length)[:, None]
    return _evened(place - place.mean(axis=0))


def _evened(place: Floats) -> Floats:
    """Halfway from the forces' distances to those that fill the unit disc evenly, so that no label has to fight."""
    reach = np.linalg.norm(place, axis=1)
    rank = np.empty(len(place))
    rank[np.argsort(reach, kind="stable")] = np.arange(len(place))
    wanted = 0.5 * np.sqrt((rank + 0.5) / len(place)) + 0.5 * np.minimum(reach / (np.quantile(reach, 0.98) or 1.0), 1.0)
    evened: Floats = place * (wanted / np.maximum(reach, 1e-12))[:, None]
    return evened


def _repel(place: Floats, wanted: float) -> Floats:
    force = np.empty_like(place)
    for start in range(0, len(place), BLOCK):
        block = place[start : start + BLOCK].astype(np.float32)
        dx = block[:, 0, None] - place[None, :, 0].astype(np.float32)
        dy = block[:, 1, None] - place[None, :, 1].astype(np.float32)
        strength = np.float32(wanted * wanted) / (dx * dx + dy * dy + np.float32(1e-9))
        force[start : start + BLOCK, 0] = (dx * strength).sum(axis=1)
        force[start : start + BLOCK, 1] = (dy * strength).sum(axis=1)
    return force


def _free_place(discs: Discs, radius: float) -> tuple[float, float]:
    """The first place on a spiral where a disc of this radius touches none of the others."""
    if not discs:
        return (0.0, 0.0)
    placed = np.array(discs)
    turn = 0
    while True:
        turn += 1
        reach = radius * 0.5 * math.sqrt(turn)
        x, y = reach * math.cos(turn * GOLDEN_ANGLE), reach * math.sin(turn * GOLDEN_ANGLE)
        gaps = np.hypot(placed[:, 0] - x, placed[:, 1] - y) - placed[:, 2] - radius
        if float(gaps.min()) >= 0.0:
            return (x, y)


class _Ring:
    """Places for the many small parts, outside of everything else: a spiral of equal areas, one step a part."""

    def __init__(self, discs: Discs) -> None:
        self._inner = max((math.hypot(x, y) + radius for x, y, radius in discs), default=0.0)
        self._area = 0.0

    def next(self, radius: float) -> tuple[float, float]:
        self._area += (2.0 * radius) ** 2
        reach = math.sqrt((self._inner + radius) ** 2 + self._area / math.pi * 1.3)
        turn = self._area / (2.0 * radius) ** 2
        return (reach * math.cos(turn * GOLDEN_ANGLE), reach * math.sin(turn * GOLDEN_ANGLE))
