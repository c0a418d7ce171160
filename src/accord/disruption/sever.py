"""Severs: the cheapest actions after which no way leads from any source to any place of monetisation.

The minimum cut, written as the linear programme that is the dual of the maximum flow (Ford and Fulkerson 1956) with
every asset split into an entrance and an exit. With one target an action it is that flow problem, and the programme's
solution is whole by itself; with several targets, requirements and conflicts it stays exact, by branching (HiGHS).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import highspy
import numpy as np

from accord.disruption.problem import MONEY, SOURCE, Problem
from accord.disruption.worlds import sample
from accord.model.errors import InputError, LimitError

MAX_SIZE = 400_000
"""Assets, links and targets together: beyond that the programme takes more than a minute."""


class Severance(NamedTuple):
    """`actions`: ids, in the order of the problem. `reached`: False when what may be done cannot sever them.

    `bound` is the least possible cost; equal to `cost` when it is proven to be the cheapest.
    """

    actions: tuple[str, ...]
    cost: float
    reached: bool
    bound: float


def sever(problem: Problem, *, sources: tuple[str, ...] = (), ends: tuple[str, ...] = ()) -> Severance:
    """The cheapest cut, taking every link as real and every action as successful.

    Without `sources` or `ends` (keys) the assets with those roles count; they may be hit themselves. Raises
    `InputError` for an unknown key, an asset that is both, or a problem that is too large.
    """
    number = {asset.key: at for at, asset in enumerate(problem.assets)}
    origin = _ends(problem, number, sources, SOURCE)
    goal = _ends(problem, number, ends, MONEY)
    both = sorted(problem.assets[at].key for at in origin & goal)
    if both:
        raise InputError(f"{both[0]!r} is both a source and an end.", action="Name it on one side only.")
    size = len(problem.assets) + len(problem.links) + sum(len(action.targets) for action in problem.actions)
    if size > MAX_SIZE:
        raise LimitError(f"The problem has {size} parts; at most {MAX_SIZE} are severed exactly.", action="Split it.")
    if not origin or not goal:
        return Severance((), 0.0, reached=True, bound=0.0)
    return _solved(problem, _programme(problem, origin, goal))


def _ends(problem: Problem, number: dict[str, int], keys: tuple[str, ...], role: str) -> set[int]:
    unknown = [key for key in keys if key not in number]
    if unknown:
        raise InputError(f"There is no asset {unknown[0]!r}.", action="Name assets of the problem.")
    return {number[key] for key in keys} or {at for at, asset in enumerate(problem.assets) if asset.role == role}


def _programme(problem: Problem, origin: set[int], goal: set[int]) -> Any:
    """Columns: actions 0/1, then entrances and exits, 0 on the side of the sources and 1 on that of the ends."""
    g = sample(problem, seed=0, worlds=1)
    n, count = len(problem.assets), len(problem.actions)
    low, high = np.zeros(count + 2 * n), np.ones(count + 2 * n)
    high[[count + node for node in origin]] = 0
    low[[count + n + node for node in goal]] = 1
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call] # no stubs
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - its interface
    solver.setOptionValue("threads", 1)
    solver.addVars(count + 2 * n, low, high)
    solver.changeColsCost(count, np.arange(count, dtype=np.int32), g.cost)
    hits: list[list[int]] = [[] for _ in range(n)]
    for number in range(count):
        for node in g.target[g.target_start[number] : g.target_start[number + 1]].tolist():
            hits[node].append(number)
    rows: list[tuple[float, list[int], list[float]]] = []
    for node in range(n):
        entrance, outlet = count + node, count + n + node
        rows.append((0.0, [outlet, entrance, *hits[node]], [1.0, -1.0, *(-1.0 for _ in hits[node])]))
        rows.extend(
            (0.0, [count + other, outlet], [1.0, -1.0]) for other in g.near[g.start[node] : g.start[node + 1]].tolist()
        )
    names = {action.id: at for at, action in enumerate(problem.actions)}
    for at, action in enumerate(problem.actions):
        rows.extend((0.0, [at, names[other]], [1.0, -1.0]) for other in sorted(set(action.requires)))
        rows.extend((1.0, [at, names[other]], [1.0, 1.0]) for other in sorted(set(action.conflicts)))
    sizes = np.array([len(columns) for _, columns, _ in rows])
    solver.addRows(
        len(rows),
        np.full(len(rows), -highspy.kHighsInf),
        np.array([most for most, _, _ in rows]),
        int(sizes.sum()),
        np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32),
        np.array([one for _, columns, _ in rows for one in columns], np.int32),
        np.array([one for _, _, factors in rows for one in factors]),
    )
    for column in range(count):
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    solver.setOptionValue("mip_rel_gap", 0.0)
    return solver


def _solved(problem: Problem, solver: Any) -> Severance:
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return Severance((), 0.0, reached=False, bound=float("inf"))
    chosen = np.array(solver.getSolution().col_value)[: len(problem.actions)] > 0.5
    cost = sum(action.cost for action, done in zip(problem.actions, chosen, strict=True) if done)
    bound = min(float(solver.getInfo().mip_dual_bound), cost)
    return Severance(
        tuple(action.id for action, done in zip(problem.actions, chosen, strict=True) if done),
        round(cost, 9),
        reached=True,
        bound=round(max(bound, 0.0), 9),
    )
