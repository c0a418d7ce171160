"""A local search that shifts the border between parts: a gone node comes back, its neighbours on the far side go.

Exchanges of single nodes hardly find small separators of dense or small-world networks: nothing is gained before the
last node of a separator is gone. A shift keeps the parts apart at every step, and its change is felt at once. It is the
move of Fiduccia and Mattheyses (1982) for separators of nodes (Ashcraft and Liu 1994), with as many parts as there are.
"""

# ruff: noqa: PLR0917, C901, PLR0912
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below, uniform
from accord.disruption.network import Bits, Floats, Ints, Whole
from accord.disruption.parts import Parts, begin, keep, new_mark, put_back, take_away, undo

NEAR = 0.8
"""Of the nodes taken, how many are next to one that is gone."""
RETURNING = 0.6
"""How many trials are shifts; in the others one node goes."""
FOLLOW = 0.0005
"""By how much the price of a pair follows in a trial when too many or too few nodes are gone."""
PULLED = 24
"""A shift that takes more nodes than this is not made."""


@kernel
def pairs_of(p: Parts) -> float:
    """Pairs of standing nodes that can reach each other."""
    total = 0.0
    for label in range(len(p.size)):
        total += p.size[label] * (p.size[label] - 1.0) / 2
    return total


@kernel
def cut(p: Parts, picked: Ints, pieces: Ints) -> float:
    """Takes nodes away; returns by how much that changes the pairs (≤ 0)."""
    change, mark = 0.0, new_mark(p)
    for at in range(len(picked)):
        label = p.label[picked[at]]
        if p.seen[label] != mark:
            p.seen[label] = mark
            change -= p.size[label] * (p.size[label] - 1.0) / 2
    for at in range(take_away(p, picked, pieces)):
        change += p.size[pieces[at]] * (p.size[pieces[at]] - 1.0) / 2
    return change


@kernel
def added_pairs(p: Parts, node: Whole) -> float:
    """Pairs that a gone node would join if it came back."""
    mark, total, within = new_mark(p), 1.0, 0.0
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and p.seen[label] != mark:
            p.seen[label] = mark
            size = float(p.size[label])
            total += size
            within += size * (size - 1)
    return (total * (total - 1) - within) / 2


@kernel
def far_side(
    p: Parts, node: Whole, cost: Floats, limit: int, rate: float, touching: Floats, taken: Ints, dice: Dice
) -> int:
    """Chooses what must go so that a gone node can come back; -1 when that is too much.

    The part of one of its neighbours is kept and joined; so is any other part next to it that fits in (`limit` nodes)
    and costs less to join (`rate` a pair) than to cut off. `touching` (2n) is left all 0.
    """
    first, degree = p.start[node], p.start[node + 1] - p.start[node]
    own = -1
    for _ in range(4 if degree > 0 else 0):
        own = p.label[p.near[first + below(dice, degree)]]
        if own >= 0:
            break
    for place in range(first, first + degree):
        label = p.label[p.near[place]]
        if label >= 0:
            touching[label] += cost[p.near[place]]
            if own < 0:
                own = label
    if own < 0:
        return 0
    total, count = 1 + p.size[own], 0
    if total > limit:
        count = -1
    touching[own] = 0.0
    for place in range(first, first + degree):
        label = p.label[p.near[place]]
        if label < 0 or touching[label] == 0.0:
            continue
        size = p.size[label]
        if count >= 0:
            if total + size <= limit and rate * size * (total + touching[label]) < touching[label]:
                total += size
            else:
                for at in range(place, first + degree):
                    if p.label[p.near[at]] == label:
                        if count == len(taken):
                            count = -1
                            break
                        taken[count] = p.near[at]
                        count += 1
        touching[label] = 0.0
    return count


@kernel
def _listed(p: Parts, gone: Ints, place_of: Ints) -> int:
    """Writes down which nodes are gone, and where each stands on that list (-1: it is not gone); returns how many."""
    count = 0
    for node in range(len(p.label)):
        place_of[node] = -1
        if p.label[node] < 0:
            gone[count], place_of[node] = node, count
            count += 1
    return count


@kernel
def _next_to(p: Parts, gone: Ints, count: int, dice: Dice) -> int:
    """A node to take: mostly next to a gone one, else any; -1 when it is gone already."""
    node = below(dice, len(p.label))
    if count > 0 and uniform(dice) < NEAR:
        centre = gone[below(dice, count)]
        degree = p.start[centre + 1] - p.start[centre]
        if degree > 0:
            node = p.near[p.start[centre] + below(dice, degree)]
    return int(node) if p.label[node] >= 0 else -1


@kernel
def _relist(gone: Ints, place_of: Ints, count: int, taken: Ints, back: int) -> int:
    """Brings the list up to date after a change; returns how many are gone."""
    for node in taken:
        gone[count], place_of[node] = node, count
        count += 1
    if back >= 0:
        count -= 1
        other = gone[count]
        gone[place_of[back]], place_of[other] = other, place_of[back]
        place_of[back] = -1
    return count


@kernel
def _remember(p: Parts, best_gone: Bits) -> None:
    """Writes down which nodes are gone."""
    for node in range(len(p.label)):
        best_gone[node] = p.label[node] < 0


@kernel
def shift_pairs(
    p: Parts, best_gone: Bits, best: float, now: float, wanted: int, rate: float, heat: float, trials: int, dice: Dice
) -> tuple[float, float, float]:
    """Runs trials; `best_gone` (n) receives the best state seen with `wanted` nodes gone or fewer.

    What is minimised is the number of nodes gone + `rate` · pairs; the rate follows from whether too many are gone.
    Returns the best and the present pairs, and the rate.
    """
    n = len(p.label)
    gone, place_of = np.zeros(n, np.int32), np.zeros(n, np.int32)
    count = _listed(p, gone, place_of)
    one, touching = np.ones(n), np.zeros(2 * n)
    taken, pieces = np.zeros(PULLED, np.int32), np.zeros(2 * n, np.int32)
    room = max(2, wanted // 20)
    for _ in range(trials):
        back = -1
        if count > 0 and (count >= wanted + room or uniform(dice) < RETURNING):
            back = gone[below(dice, count)]
            number = far_side(p, back, one, n, rate, touching, taken, dice)
            if number < 0:
                continue
        else:
            taken[0] = _next_to(p, gone, count, dice)
            if taken[0] < 0:
                continue
            number = 1
        more = number - (back >= 0)
        if (more > 0 and count + more > wanted + room) or (more < 0 and count + more < wanted - room):
            continue
        begin(p)
        change = cut(p, taken[:number], pieces) if number > 0 else 0.0
        if back >= 0:
            change += added_pairs(p, back)
            put_back(p, back)
        worse = more + rate * change
        if worse > 0 and uniform(dice) >= np.exp(-worse / heat):
            undo(p)
            continue
        keep(p)
        now += change
        count = _relist(gone, place_of, count, taken[:number], back)
        if now < best and count <= wanted:
            best = now
            _remember(p, best_gone)
        rate *= 1 - FOLLOW * (count > wanted) + FOLLOW * (count < wanted)
    return best, now, rate


@kernel
def shift_cost(
    p: Parts,
    cost: Floats,
    limit: int,
    best_gone: Bits,
    best: float,
    now: float,
    heat: float,
    trials: int,
    dice: Dice,
) -> tuple[float, float]:
    """Runs trials that keep every part within `limit`; `best_gone` (n) receives the cheapest state seen.

    `heat` is a cost. Returns the best and the present cost.
    """
    n = len(p.label)
    gone, place_of = np.zeros(n, np.int32), np.zeros(n, np.int32)
    count = _listed(p, gone, place_of)
    touching, taken, pieces = np.zeros(2 * n), np.zeros(PULLED, np.int32), np.zeros(2 * n, np.int32)
    fresh = False
    for _ in range(trials):
        back, change = -1, 0.0
        if count > 0 and uniform(dice) < RETURNING:
            back = gone[below(dice, count)]
            change = -cost[back]
            number = far_side(p, back, cost, limit, 0.0, touching, taken, dice)
            if number < 0:
                continue
        else:
            taken[0] = _next_to(p, gone, count, dice)
            if taken[0] < 0:
                continue
            number = 1
        for at in range(number):
            change += cost[taken[at]]
        if change > 0:
            if uniform(dice) >= np.exp(-change / heat):
                continue
            if fresh and now <= best - 1e-9:
                best = now
                _remember(p, best_gone)
            fresh = False
        begin(p)
        if number > 0:
            take_away(p, taken[:number], pieces)
        if back >= 0:
            put_back(p, back)
        keep(p)
        now += change
        fresh = fresh or change < 0
        count = _relist(gone, place_of, count, taken[:number], back)
    if now <= best - 1e-9:
        best = now
        _remember(p, best_gone)
    return best, now
