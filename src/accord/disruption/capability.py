"""Residual capability: what the criminal business can still do, 1.0 = intact.

In one world, with the surviving parts (connected components) P of the graph,

    capability = (1 - c) · Σ_P harm(P)² / Σ_P harm(P)² intact  +  c · Σ_P sources(P) · money(P) / the same intact

The first term is harm-weighted pairwise connectivity: the share of (ordered) pairs of harm that can still work
together, an asset with itself included, so that a lone survivor is not nothing. The second is the share of pairs of a
source and a place of monetisation between which a path survives. c is `Problem.chain_weight`.

Taking nodes away cannot be done cheaply with disjoint sets, putting them back can: every kernel here starts from
"all these actions are done" and puts back what an action took (reverse deletion, Arulselvan et al. 2009;
"reinsertion" in Morone and Makse 2015). Trials are undone from a log, hence no path compression.
"""

# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel
from accord.disruption.worlds import Floats, Ints, Worlds


class State(NamedTuple):
    """Disjoint sets of what stands in each world (w × n), and a log to undo trials with."""

    parent: Ints  # -1: gone
    size: Ints
    mass: Floats
    source: Floats
    money: Floats
    cover: Ints  # how many of the done and successful actions hit it
    value: Floats  # (w, 3) Σ harm², Σ source·money, largest part in assets
    whole: Floats  # (w, 2) the first two, intact
    log_node: Ints  # (2n) child of a union, or -1 - node for a node put back
    log_root: Floats  # (2n, 4) size, mass, source, money of the root before the union


def empty_state(worlds: Worlds) -> State:
    w, n = len(worlds.works), len(worlds.harm)
    return State(
        np.full((w, n), -1, np.int32),
        np.zeros((w, n), np.int32),
        np.zeros((w, n)),
        np.zeros((w, n)),
        np.zeros((w, n)),
        np.zeros((w, n), np.int32),
        np.zeros((w, 3)),
        np.zeros((w, 2)),
        np.zeros(2 * n + 2, np.int32),
        np.zeros((2 * n + 2, 4)),
    )


@kernel
def _find(parent: Ints, node: int) -> int:
    while parent[node] != node:
        node = parent[node]
    return node


@kernel
def _put_back(g: Worlds, s: State, w: int, node: int, logged: int) -> int:
    """Puts one asset back in one world; returns the new length of the log."""
    parent, size, value = s.parent[w], s.size[w], s.value[w]
    mass, source, money = s.mass[w], s.source[w], s.money[w]
    parent[node], size[node] = node, 1
    mass[node], source[node], money[node] = g.harm[node], g.source[node], g.money[node]
    value[0] += mass[node] ** 2
    value[1] += source[node] * money[node]
    value[2] = max(value[2], 1.0)
    s.log_node[logged] = -1 - node
    logged += 1
    for at in range(g.start[node], g.start[node + 1]):
        other = g.near[at]
        if parent[other] < 0 or g.stands[w, g.link[at]] == 0:
            continue
        a, b = _find(parent, node), _find(parent, other)
        if a == b:
            continue
        if size[a] < size[b]:
            a, b = b, a
        s.log_node[logged] = b
        s.log_root[logged, 0], s.log_root[logged, 1] = size[a], mass[a]
        s.log_root[logged, 2], s.log_root[logged, 3] = source[a], money[a]
        logged += 1
        value[0] += 2 * mass[a] * mass[b]
        value[1] += source[a] * money[b] + source[b] * money[a]
        parent[b] = a
        size[a] += size[b]
        mass[a] += mass[b]
        source[a] += source[b]
        money[a] += money[b]
        value[2] = max(value[2], float(size[a]))
    return logged


@kernel
def _undo(s: State, w: int, logged: int) -> None:
    parent, size, mass, source, money = s.parent[w], s.size[w], s.mass[w], s.source[w], s.money[w]
    for at in range(logged - 1, -1, -1):
        node = s.log_node[at]
        if node < 0:
            parent[-1 - node] = -1
            continue
        root = parent[node]
        size[root], mass[root] = int(s.log_root[at, 0]), s.log_root[at, 1]
        source[root], money[root] = s.log_root[at, 2], s.log_root[at, 3]
        parent[node] = node


@kernel
def share(g: Worlds, s: State, w: int) -> float:
    """Residual capability of the state in one world."""
    mass = s.value[w, 0] / s.whole[w, 0] if s.whole[w, 0] > 0 else 0.0
    if s.whole[w, 1] == 0:  # no way from source to money even intact: connectivity alone counts
        return float(mass)
    return float(g.mass_weight * mass + g.pair_weight * s.value[w, 1] / s.whole[w, 1])


@kernel
def mean_share(g: Worlds, s: State) -> float:
    total = 0.0
    for w in range(len(s.value)):
        total += share(g, s, w)
    return total / len(s.value)


@kernel
def mean_largest(s: State) -> float:
    total = 0.0
    for w in range(len(s.value)):
        total += s.value[w, 2]
    return total / len(s.value)


@kernel
def put_back_action(g: Worlds, s: State, action: int) -> None:
    """Undoes an action for good: what no other done action hits stands again."""
    for w in range(len(s.value)):
        if g.works[w, action] == 0:
            continue
        for at in range(g.target_start[action], g.target_start[action + 1]):
            node = g.target[at]
            if g.returns[w, node]:
                continue
            s.cover[w, node] -= 1
            if s.cover[w, node] == 0:
                _put_back(g, s, w, node, 0)


@kernel
def regain(g: Worlds, s: State, action: int) -> tuple[float, float]:
    """Mean capability regained if the action were not done, and the mean largest part then; changes nothing."""
    gained, largest = 0.0, 0.0
    for w in range(len(s.value)):
        if g.works[w, action] == 0:
            largest += s.value[w, 2]
            continue
        squares, pairs, top = s.value[w, 0], s.value[w, 1], s.value[w, 2]
        before, logged = share(g, s, w), 0
        for at in range(g.target_start[action], g.target_start[action + 1]):
            if s.cover[w, g.target[at]] == 1:
                logged = _put_back(g, s, w, g.target[at], logged)
        gained += share(g, s, w) - before
        largest += s.value[w, 2]
        _undo(s, w, logged)
        s.value[w, 0], s.value[w, 1], s.value[w, 2] = squares, pairs, top
    return gained / len(s.value), largest / len(s.value)


@kernel
def _rebuild(g: Worlds, s: State) -> None:
    s.value[:] = 0
    s.parent[:] = -1
    for w in range(len(s.value)):
        for node in range(len(g.harm)):
            if s.cover[w, node] == 0:
                _put_back(g, s, w, node, 0)


@kernel
def measure_whole(g: Worlds, s: State) -> None:
    """Measures the intact worlds; to be done once for a new state."""
    s.cover[:] = 0
    _rebuild(g, s)
    s.whole[:, :] = s.value[:, :2]


@kernel
def do_actions(g: Worlds, s: State, chosen: NDArray[np.bool_]) -> None:
    """Sets the state to: exactly the chosen actions are done."""
    s.cover[:] = 0
    for action in range(len(chosen)):
        if chosen[action]:
            for w in range(len(s.value)):
                if g.works[w, action]:
                    for at in range(g.target_start[action], g.target_start[action + 1]):
                        if g.returns[w, g.target[at]] == 0:
                            s.cover[w, g.target[at]] += 1
    _rebuild(g, s)


@kernel
def shares(g: Worlds, s: State) -> Floats:
    """Residual capability in each world."""
    out = np.zeros(len(s.value))
    for w in range(len(s.value)):
        out[w] = share(g, s, w)
    return out


def intact(worlds: Worlds) -> State:
    """A state with nothing done, measured."""
    state = empty_state(worlds)
    measure_whole(worlds, state)
    return state


@kernel
def regain_asset(g: Worlds, s: State, node: int) -> float:
    """Mean capability regained if one asset came back; changes nothing."""
    gained = 0.0
    for w in range(len(s.value)):
        if s.cover[w, node] == 0:
            continue
        squares, pairs, top = s.value[w, 0], s.value[w, 1], s.value[w, 2]
        before = share(g, s, w)
        logged = _put_back(g, s, w, node, 0)
        gained += share(g, s, w) - before
        _undo(s, w, logged)
        s.value[w, 0], s.value[w, 1], s.value[w, 2] = squares, pairs, top
    return gained / len(s.value)
