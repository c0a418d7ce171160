"""The sweep: from too many actions to the right ones, by giving up those that matter least for their cost.

Reverse greedy ("reinsertion") with lazy re-evaluation. It is the biggest single gain in network dismantling (Fan et
al. 2020; our own measurements in docs/explanation/disruption.md), and with several targets an action nothing changes.
"""

# ruff: noqa: PLR0917, C901
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from accord.disruption.capability import State, do_actions, mean_share, put_back_action, regain, share
from accord.disruption.compiled import kernel
from accord.disruption.worlds import Floats, Ints, Worlds

NOTHING = 1e-12
"""Capability below this is rounding."""
FREE = 1e-9
"""Working days; the price of an action that costs nothing, so that a ratio exists."""


@kernel
def users_of(g: Worlds, chosen: NDArray[np.bool_]) -> Ints:
    """For each action, how many chosen ones need it first."""
    users = np.zeros(len(chosen), np.int32)
    for action in range(len(chosen)):
        if chosen[action]:
            for at in range(g.need_start[action], g.need_start[action + 1]):
                users[g.need[at]] += 1
    return users


@kernel
def total_cost(g: Worlds, chosen: NDArray[np.bool_]) -> float:
    total = 0.0
    for action in range(len(chosen)):
        if chosen[action]:
            total += g.cost[action]
    return total


@kernel
def sweep(
    g: Worlds, s: State, chosen: NDArray[np.bool_], noise: Floats, budget: float, limit: float
) -> tuple[float, float]:
    """Gives up chosen actions in place, least capability regained for their cost (times noise) first.

    Until the cost is within `budget` and nothing useless is left (`limit` < 0), or as long as the mean largest part
    stays at `limit` assets or fewer. Returns the cost and the mean residual capability.
    """
    do_actions(g, s, chosen)
    users = users_of(g, chosen)
    cost = total_cost(g, chosen)
    heap: list[tuple[float, int]] = [(0.0, -1)]
    heap.pop()
    for action in range(len(chosen)):
        if chosen[action] and users[action] == 0:
            gained, _ = regain(g, s, action)
            heap.append((gained / (g.cost[action] + FREE) * noise[action], action))
    heapq.heapify(heap)
    while len(heap) > 0:
        key, action = heapq.heappop(heap)
        if not chosen[action]:
            continue
        gained, largest = regain(g, s, action)
        now = gained / (g.cost[action] + FREE) * noise[action]
        if len(heap) > 0 and now > heap[0][0] and now > key:
            heapq.heappush(heap, (now, action))
            continue
        if limit >= 0:
            if largest > limit:
                continue  # the graph only grows from here: it can never be given up later in this sweep
        elif cost <= budget + FREE and gained > NOTHING:
            break
        put_back_action(g, s, action)
        chosen[action] = False
        cost -= g.cost[action]
        for at in range(g.need_start[action], g.need_start[action + 1]):
            other = np.int64(g.need[at])
            users[other] -= 1
            if users[other] == 0 and chosen[other]:
                heapq.heappush(heap, (0.0, other))  # type: ignore[misc] # numba: int64
    return total_cost(g, chosen), mean_share(g, s)


@kernel
def giving_up_order(
    g: Worlds, s: State, chosen: NDArray[np.bool_], late: NDArray[np.bool_], steps: Ints, residuals: Floats
) -> None:
    """An order to act in: the last is the one whose loss matters least for its cost, and so on backwards.

    All of `late` come after the others, which must not need them. `steps` (k) receives the action numbers in acting
    order, `residuals` (w, k+1) the capability after 0 … k of them.
    """
    left = chosen.copy()
    do_actions(g, s, left)
    users = users_of(g, left)
    heap: list[tuple[bool, float, int]] = [(False, 0.0, -1)]
    heap.pop()
    for action in range(len(left)):
        if left[action] and users[action] == 0:
            heap.append((not late[action], 0.0, action))  # noqa: PERF401 - a comprehension compiles slower
    heapq.heapify(heap)
    at = len(steps) - 1
    while at >= 0:
        early, key, action = heapq.heappop(heap)
        gained, _ = regain(g, s, action)
        now = gained / (g.cost[action] + FREE)
        if len(heap) > 0 and now > key and (early, now, action) > heap[0]:
            heapq.heappush(heap, (early, now, action))
            continue
        for w in range(len(s.value)):
            residuals[w, at + 1] = share(g, s, w)
        steps[at] = action
        at -= 1
        put_back_action(g, s, action)
        for need in range(g.need_start[action], g.need_start[action + 1]):
            other = np.int64(g.need[need])
            users[other] -= 1
            if users[other] == 0:
                heapq.heappush(heap, (not late[other], 0.0, other))  # type: ignore[misc] # numba: int64
    for w in range(len(s.value)):
        residuals[w, 0] = share(g, s, w)
