"""Links that nobody has seen, drawn so that they look like those that were seen.

A hidden link mostly joins things that are near each other anyway: how near is asked of the seen links, by how far apart
their ends are when the link itself is not used (2: they share a neighbour; Lü and Zhou 2011 on link prediction). A link
drawn between any two ends instead is a shortcut through the whole network, next to which no separator looks worth it.
"""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below
from accord.disruption.network import Ints, Network, Whole

ASKED = 200
"""Seen links that are asked for the distance of their ends."""
FARTHEST = 8
"""Ends farther apart than this count as anywhere: a walk of more steps hardly remembers where it began."""
VISITED = 20_000
"""Nodes that one of these searches visits, at most."""
TRIES = 8
"""Walks made for one link until one ends at a node that is no neighbour."""


def unseen_links(network: Network, count: int, roll: Dice) -> NDArray[np.int64]:
    """Ends (count, 2) of links that may be there besides the seen; a few may repeat seen ones, or be loops."""
    if len(network.near) == 0:
        return np.zeros((count, 2), np.int64)
    owner = np.repeat(np.arange(network.size, dtype=np.int32), np.diff(network.start))
    distances = _detours(network.start, network.near, owner, ASKED, roll)
    return _drawn(network.start, network.near, owner, distances, count, roll)


@kernel
def _detours(start: Ints, near: Ints, owner: Ints, asked: int, dice: Dice) -> Ints:
    """How far apart the ends of some links are without that link; 0: farther than FARTHEST, or not joined at all."""
    n = len(start) - 1
    distances, mark, line, depth = (
        np.zeros(asked, np.int32),
        np.full(n, -1, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
    )
    for number in range(asked):
        place = below(dice, len(near))
        source, goal = owner[place], near[place]
        line[0], length, at = source, 1, 0
        mark[source], depth[source] = number, 0
        while at < length < VISITED and distances[number] == 0:
            node = line[at]
            at += 1
            if depth[node] == FARTHEST:
                break
            for step in range(start[node], start[node + 1]):
                other = near[step]
                if mark[other] == number or (node == source and other == goal):
                    continue
                if other == goal:
                    distances[number] = depth[node] + 1
                    break
                mark[other], depth[other] = number, depth[node] + 1
                line[length] = other
                length += 1
    return distances


@kernel
def _adjacent(start: Ints, near: Ints, node: Whole, other: Whole) -> bool:
    row = near[start[node] : start[node + 1]]
    at = np.searchsorted(row, other)
    return bool(at < len(row) and row[at] == other)


@kernel
def _drawn(start: Ints, near: Ints, owner: Ints, distances: Ints, count: int, dice: Dice) -> NDArray[np.int64]:
    """One end by degree; the other by a walk of as many steps as a seen link has detour, or by degree too."""
    ends = np.zeros((count, 2), np.int64)
    for number in range(count):
        steps = distances[below(dice, len(distances))]
        first = owner[below(dice, len(near))]
        last = owner[below(dice, len(near))]
        for _ in range(TRIES if steps > 0 else 0):
            node = first
            for _ in range(steps):
                node = near[start[node] + below(dice, start[node + 1] - start[node])]
            if node != first and not _adjacent(start, near, first, node):
                last = node
                break
        ends[number, 0], ends[number, 1] = first, last
    return ends
