"""Where each thing stands on the map: a force layout inside each connected part, the parts packed as discs.

Fruchterman and Reingold, Software: Practice and Experience 21 (1991), with all pairs repelling; no randomness, so that
a map looks the same at each visit. O(n²) a round: 5,000 nodes in about two seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
BLOCK = 512
"""Rows of the distance matrix at a time, which bounds memory to BLOCK × n floats."""


def positions(n: int, edges: Sequence[tuple[int, int]], clusters: Sequence[int]) -> list[tuple[float, float]]:
    """`(x, y)` in 0..1 for nodes 0…n-1; nodes of one cluster start side by side."""
    if n == 0:
        return []
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    matrix = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    count, label = connected_components(matrix, directed=False)
    places = np.zeros((n, 2))
    members = [np.flatnonzero(label == k) for k in range(count)]
    members.sort(key=lambda part: (-len(part), int(part[0])))
    groups = np.array(clusters, dtype=np.int64)
    discs: list[tuple[float, float, float]] = []
    where = np.empty(n, dtype=np.int64)
    for part in members:
        where[part] = np.arange(len(part))
        inside = ends[label[ends[:, 0]] == label[part[0]]] if len(part) > 1 else ends[:0]
        order = np.argsort(groups[part], kind="stable")
        local = _spread(len(part), order, where[inside])
        radius = math.sqrt(len(part)) + 0.6
        x, y = _free_place(discs, radius)
        discs.append((x, y, radius))
        places[part] = local * math.sqrt(len(part)) + (x, y)
    low, high = places.min(axis=0), places.max(axis=0)
    span = float(max(high - low)) or 1.0
    centred = (places - (low + high) / 2) / span + 0.5
    return [(round(float(x), 4), round(float(y), 4)) for x, y in centred]


def _spread(n: int, order: NDArray[np.int64], edges: NDArray[np.int64]) -> Floats:
    """Positions of one connected part in the unit disc."""
    rank = np.empty(n)
    rank[order] = np.arange(n)
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
    place -= place.mean(axis=0)
    reach = float(np.quantile(np.linalg.norm(place, axis=1), 0.98)) or 1.0
    spread: Floats = place / reach
    return spread


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


def _free_place(discs: list[tuple[float, float, float]], radius: float) -> tuple[float, float]:
    """The first place on a spiral where a disc of this radius touches none of the others."""
    if not discs:
        return (0.0, 0.0)
    placed = np.array(discs)
    step = max(radius, 1.0)
    turn = 0
    while True:
        turn += 1
        reach = step * 0.5 * math.sqrt(turn)
        x, y = reach * math.cos(turn * GOLDEN_ANGLE), reach * math.sin(turn * GOLDEN_ANGLE)
        gaps = np.hypot(placed[:, 0] - x, placed[:, 1] - y) - placed[:, 2] - radius
        if float(gaps.min()) >= 0.0:
            return (x, y)
