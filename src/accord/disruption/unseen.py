"""Links that nobody has seen, drawn so that they look like those that were seen.

A hidden link mostly joins things that are near each other anyway. How near is asked of the seen links: how many
neighbours their ends share, or else how far apart they are when the link itself is not used (Lü and Zhou 2011 on link
prediction). Links drawn between any two ends instead are shortcuts through the whole network, next to which no
separator looks worth it.
"""

# ruff: noqa: PLR0917
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below
from accord.disruption.network import Ints, Network, Whole
from accord.disruption.parts import all_gone, stand

VISITED = 1000
"""Nodes that a search for another way visits, at most; ends farther apart count as just so far."""
TRIES = 8
"""Walks made for one link."""
NEARBY = 3
"""Steps from where a part hangs first to where else it may."""
UNJOINED = -1


def unseen_links(network: Network, count: int, roll: Dice) -> NDArray[np.int64]:
    """Ends (count, 2) of links that may be there besides the seen; a loop where no likely place was found."""
    if len(network.near) == 0:
        return np.zeros((count, 2), np.int64)
    parts = all_gone(network)
    stand(parts, np.zeros(network.size, bool))
    alone = np.flatnonzero(parts.label != int(np.argmax(parts.size))).astype(np.int32)
    owner = np.repeat(np.arange(network.size, dtype=np.int32), np.diff(network.start))
    return _drawn(network.start, network.near, owner, parts.label, alone, count, roll)


@kernel
def _drawn(start: Ints, near: Ints, owner: Ints, label: Ints, alone: Ints, count: int, dice: Dice) -> NDArray[np.int64]:
    """Each in place of a seen link drawn at random: from one of its ends to a node as far away.

    It shares no fewer neighbours, and has half the degree of the other end or more: leaves join hubs, not leaves.
    In place of a link that is the only way between its ends stands one that joins a part that nothing seen joins.
    """
    n = len(start) - 1
    ends = np.zeros((count, 2), np.int64)
    mark, line, depth = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32)
    anchor = np.full(2 * n, -1, np.int32)
    for number in range(count):
        place = below(dice, len(near))
        first, goal = owner[place], near[place]
        least, distance = shared(start, near, first, goal), 2
        if least == 0:
            there = _detour(start, near, first, goal, mark, line, depth, 2 * number)
            back = _detour(start, near, goal, first, mark, line, depth, 2 * number + 1)
            distance = min(there, back)
            if distance == UNJOINED:
                if len(alone) > 0:
                    ends[number, 0] = alone[below(dice, len(alone))]
                    ends[number, 1] = _anchored(start, near, owner, anchor, label[ends[number, 0]], dice)
                continue
        for _ in range(TRIES):
            node = _walk(start, near, first, distance, dice)
            degree = start[node + 1] - start[node]
            if node == first or _adjacent(start, near, first, node) or 2 * degree < start[goal + 1] - start[goal]:
                continue
            if least == 0 or shared(start, near, first, node) >= least:
                ends[number, 0], ends[number, 1] = first, node
                break
    return ends


@kernel
def _anchored(start: Ints, near: Ints, owner: Ints, anchor: Ints, part: Whole, dice: Dice) -> int:
    """Where a part that nothing joins may hang: anywhere the first time, from then on near there.

    Joined in several places far apart, each of the many small parts would be a bridge across the network.
    """
    if anchor[part] < 0:
        anchor[part] = owner[below(dice, len(owner))]
        return int(anchor[part])
    return _walk(start, near, anchor[part], NEARBY, dice)


@kernel
def _walk(start: Ints, near: Ints, node: Whole, steps: int, dice: Dice) -> int:
    """Where a random walk of so many steps ends."""
    for _ in range(steps):
        node = near[start[node] + below(dice, start[node + 1] - start[node])]
    return int(node)


@kernel
def _detour(
    start: Ints, near: Ints, source: Whole, goal: Whole, mark: Ints, line: Ints, depth: Ints, number: int
) -> int:
    """How far apart the ends of a link are without it (beyond VISITED nodes, so far at least), or UNJOINED."""
    line[0], length, at = source, 1, 0
    mark[source], depth[source] = number, 0
    while at < length:
        node = line[at]
        if length > VISITED:
            return int(depth[node] + 1)
        at += 1
        for step in range(start[node], start[node + 1]):
            other = near[step]
            if mark[other] == number or (node == source and other == goal):
                continue
            if other == goal:
                return int(depth[node] + 1)
            mark[other], depth[other] = number, depth[node] + 1
            line[length] = other
            length += 1
    return UNJOINED


@kernel
def shared(start: Ints, near: Ints, one: Whole, other: Whole) -> int:
    """How many neighbours two nodes have in common."""
    a, b, count = start[one], start[other], 0
    while a < start[one + 1] and b < start[other + 1]:
        if near[a] == near[b]:
            count += 1
        if near[a] <= near[b]:
            a += 1
        else:
            b += 1
    return count


@kernel
def _adjacent(start: Ints, near: Ints, node: Whole, other: Whole) -> bool:
    row = near[start[node] : start[node + 1]]
    at = np.searchsorted(row, other)
    return bool(at < len(row) and row[at] == other)
