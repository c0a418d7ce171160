"""Large-neighbourhood search for the cheapest nodes to take away so that no part is larger than C.

A trial takes away a ball of standing nodes next to a gone one, and then brings back what fits, smallest resulting
part for its cost first (times noise): destroy and repair (Shaw 1998; Ropke and Pisinger 2006). Accepted when not
dearer, or by simulated annealing while the search is young.
"""

# ruff: noqa: PLR0917, C901, PLR0912, PLR0915
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.dice import Dice, below, uniform
from accord.disruption.network import Bits, Floats, Ints
from accord.disruption.parts import Parts, begin, joined_size, keep, new_mark, put_back, take_away, undo

REACH = 4096
"""Nodes of the parts that a trial splits, together at most (one larger part alone is allowed): else trials in networks
of 10⁵ nodes and more cost so much that few are made."""
WALK = 512
"""A piece of more nodes is not walked through for gone nodes next to it: what is next to the ball may come back only.
Ten times as many trials are worth more than what is missed."""


@kernel
def bring_back(p: Parts, candidates: Ints, cost: Floats, limit: int, spread: float, dice: Dice) -> float:
    """Brings back gone nodes as long as no part exceeds `limit`; returns the cost of those that came back.

    Smallest resulting part for its cost first, times noise of 1 ± `spread`.
    """
    saved = 0.0
    heap = [(0.0, np.int64(0), 0.0)]
    heap.pop()
    for at in range(len(candidates)):
        node = np.int64(candidates[at])
        total = joined_size(p, node, limit)
        if total <= limit:
            noise = 1 - spread + 2 * spread * uniform(dice)
            heap.append((total / cost[node] * noise, node, noise))
    heapq.heapify(heap)
    while len(heap) > 0:
        key, node, noise = heapq.heappop(heap)
        total = joined_size(p, node, limit)
        if total > limit:
            continue
        now = total / cost[node] * noise
        if now > key:
            heapq.heappush(heap, (now, node, noise))
            continue
        put_back(p, node)
        saved += cost[node]
    return saved


@kernel
def grow(p: Parts, cost: Floats, limit: int) -> None:
    """From nothing, brings back as long as no part exceeds `limit`: a removal order's opposite.

    The score is that of explosive immunisation (Clusella et al. 2016): degree, and the roots of the parts joined,
    for its cost; all nodes are candidates instead of a random thousand.
    """
    heap = [((p.start[v + 1] - p.start[v]) / cost[v], np.int64(v)) for v in range(len(cost))]
    heapq.heapify(heap)
    while len(heap) > 0:
        key, node = heapq.heappop(heap)
        total = joined_size(p, node, limit)
        if total > limit:
            continue
        mark, roots = new_mark(p), 0.0
        for place in range(p.start[node], p.start[node + 1]):
            label = p.label[p.near[place]]
            if label >= 0 and p.seen[label] != mark:
                p.seen[label] = mark
                roots += np.sqrt(p.size[label])
        now = (p.start[node + 1] - p.start[node] + roots) / cost[node]
        if now > key:
            heapq.heappush(heap, (now, node))
            continue
        begin(p)
        put_back(p, node)
        keep(p)


@kernel
def _ball(p: Parts, centre: int, most: int, ball: Ints, stamp: Ints, mark: int, dice: Dice) -> int:
    """Standing nodes around a gone one, nearest first; at most `most`, and from parts of REACH nodes together."""
    line, known, reach = p.line, new_mark(p), 0
    line[0], length, at, count = centre, 1, 0, 0
    stamp[centre] = mark
    while at < length and count < most:
        node = line[at]
        at += 1
        first, degree = p.start[node], p.start[node + 1] - p.start[node]
        turn = below(dice, degree) if degree > 0 else 0
        for step in range(min(degree, 50)):
            other = p.near[first + (step + turn) % degree]
            if stamp[other] == mark:
                continue
            stamp[other] = mark
            line[length] = other
            length += 1
            label = p.label[other]
            if label >= 0 and count < most:
                if p.seen[label] != known:
                    if reach > 0 and reach + p.size[label] > REACH:
                        continue
                    p.seen[label] = known
                    reach += p.size[label]
                ball[count] = other
                count += 1
    return count


@kernel
def search(
    p: Parts,
    cost: Floats,
    limit: int,
    best: Bits,
    best_cost: float,
    now_cost: float,
    heat: float,
    most: int,
    trials: int,
    dice: Dice,
) -> tuple[float, float, int]:
    """Runs trials; `best` (n) receives which nodes are gone in the best state seen.

    Returns the best and the present cost, and the work: half-edges and nodes looked at.
    """
    n, work = len(cost), 0
    gone, place_of, count = np.zeros(n, np.int32), np.full(n, -1, np.int32), 0
    for node in range(n):
        if p.label[node] < 0:
            gone[count] = node
            place_of[node] = count
            count += 1
    ball, pieces, candidates = np.zeros(n, np.int32), np.zeros(2 * n, np.int32), np.zeros(n, np.int32)
    stamp = np.full(n, -1, np.int32)
    changed, changes = np.zeros(n, np.int32), 0  # nodes that may differ from `best`; all of them at first
    complete = False
    for trial in range(trials):
        if count == 0:
            break
        size = int(np.exp(uniform(dice) * np.log(most + 0.999)))
        taken = _ball(p, gone[below(dice, count)], size, ball, stamp, 2 * trial, dice)
        if taken == 0:
            continue
        begin(p)
        change = 0.0
        found = take_away(p, ball[:taken], pieces)
        number = 0
        for at in range(taken):
            change += cost[ball[at]]
            candidates[number] = ball[at]
            number += 1
            stamp[ball[at]] = 2 * trial + 1
        for at in range(found):
            if p.size[pieces[at]] > WALK:
                continue
            node = p.head[pieces[at]]
            for _ in range(p.size[pieces[at]]):
                work += 1 + p.start[node + 1] - p.start[node]
                for place in range(p.start[node], p.start[node + 1]):
                    other = p.near[place]
                    if p.label[other] < 0 and stamp[other] != 2 * trial + 1:
                        stamp[other] = 2 * trial + 1
                        candidates[number] = other
                        number += 1
                node = p.after[node]
        for at in range(taken):  # gone neighbours of what went may come back as well
            for place in range(p.start[ball[at]], p.start[ball[at] + 1]):
                other = p.near[place]
                if p.label[other] < 0 and stamp[other] != 2 * trial + 1:
                    stamp[other] = 2 * trial + 1
                    candidates[number] = other
                    number += 1
        for at in range(number):
            work += p.start[candidates[at] + 1] - p.start[candidates[at]]
        change -= bring_back(p, candidates[:number], cost, limit, 0.5, dice)
        if change > 1e-12 and (heat <= 0 or uniform(dice) >= np.exp(-change / heat)):
            undo(p)
            continue
        keep(p)
        now_cost += change
        for at in range(number):
            node = candidates[at]
            if p.label[node] < 0 and place_of[node] < 0:
                gone[count], place_of[node] = node, count
                count += 1
            elif p.label[node] >= 0 and place_of[node] >= 0:
                count -= 1
                other = gone[count]
                gone[place_of[node]], place_of[other] = other, place_of[node]
                place_of[node] = -1
        complete = complete and changes + number <= n
        if complete:
            changed[changes : changes + number] = candidates[:number]
            changes += number
        if now_cost < best_cost - 1e-9:
            best_cost = now_cost
            for at in range(changes if complete else n):
                node = changed[at] if complete else at
                best[node] = p.label[node] < 0
            complete, changes = True, 0
    return best_cost, now_cost, work
