"""Lower bounds: no choice of actions can leave parts of at most C nodes for less than this.

A linear programme over the actions, with three families of rows that hold for every choice that reaches the target:
in a connected set of C + 1 nodes at least one must go, in a clique Q at least |Q| - C, and of a tree T of k nodes
at least k - C must be cut off from its root, where a node that goes cuts off all behind it (spreading metrics, Even,
Naor, Rao and Schieber 1999; the shortest paths from a root are the tree that a solution breaks most). Rows are added
where the present solution breaks them. Any round's value is a bound; HiGHS then closes what it can by branching, with
rows added until its answer reaches the target, which proves it.
"""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import highspy
import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Floats, Ints, Network, Whole, largest_along
from accord.disruption.pace import Allowance, Pace, Stop
from accord.disruption.parts import all_gone, stand

ROUNDS = 60
ROWS_AN_ACTION = 3
"""So many are kept; more, and those that are not tight are forgotten."""
PATIENCE, RISE = 10, 0.002
"""Rounds in which the bound must rise by so much, as a share of itself; else branching gets more out of the time."""
ROWS_A_ROUND = 400
TREES_A_ROUND = 100
"""They have many more nodes than other rows."""
HOP = 1e-4
"""Length of a step in a tree besides the weight of the node: of equal trees the flat one says more."""
BRANCH_NODES = 1000
"""Branching nodes of HiGHS, at most, without a pace: then the bound is the same everywhere."""
BRANCH_ACTIONS = 400
"""Actions up to which there is branching without a pace."""
SLACK = 1e-6


class Bound(NamedTuple):
    """`cost`: no choice is cheaper. `proven`: actions that reach the target at that cost (a, booleans), or None."""

    cost: float
    proven: Bits | None


class _Programme:
    """The rows so far, and HiGHS over them."""

    def __init__(self, cost: Floats, hit_start: Ints, hit_by: Ints, allowed: Allowance) -> None:
        self.hit_start, self.hit_by, self.cost = hit_start, hit_by, cost
        self.keys: list[bytes] = []  # of the rows, in their order
        self.seen: set[bytes] = set()
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call] # no stubs
        self.solver.setOptionValue("output_flag", False)  # noqa: FBT003 - its interface
        self.solver.setOptionValue("threads", 1)
        watched = allowed.timed or allowed.stop is not None
        for event in (self.solver.cbSimplexInterrupt, self.solver.cbMipInterrupt) if watched else ():
            event.subscribe(lambda one: one.interrupt(allowed.over() >= 1))
        self.solver.addVars(len(cost), np.zeros(len(cost)), np.ones(len(cost)))
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def add(self, nodes: Ints, least: int, solution: Floats, worth: Ints | None = None) -> bool:
        """Adds the row of a set if the solution breaks it: what goes must be worth `least`; a node 1 unless said."""
        owners = [self.hit_by[self.hit_start[node] : self.hit_start[node + 1]] for node in nodes.tolist()]
        each = np.repeat(np.ones(len(nodes), np.int32) if worth is None else worth, [len(one) for one in owners])
        actions, place = np.unique(np.concatenate(owners), return_inverse=True)
        weight = np.minimum(np.bincount(place, each, len(actions)), least)
        if float(weight @ solution[actions]) >= least - SLACK:
            return False
        key = np.append(actions, least).tobytes() + weight.tobytes()
        if key in self.seen:
            return False
        self.seen.add(key)
        self.keys.append(key)
        self.solver.addRow(float(least), highspy.kHighsInf, len(actions), actions.astype(np.int32), weight)
        return True

    def trim(self) -> None:
        """Forgets rows that are not tight in the solution: it stays the best without them."""
        slack = np.array(self.solver.getSolution().row_value) - np.array(self.solver.getLp().row_lower_)
        loose = np.flatnonzero(slack > SLACK)
        for row in loose.tolist():
            self.seen.discard(self.keys[row])
        self.keys = [key for key, apart in zip(self.keys, (slack > SLACK).tolist(), strict=True) if not apart]
        self.solver.deleteRows(len(loose), loose.astype(np.int32))

    def solve(self) -> tuple[float, Floats] | None:
        """Cost and solution; None when nothing reaches the target, or HiGHS gave up."""
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(self.solver.getInfo().objective_function_value), np.array(self.solver.getSolution().col_value)


def lower_bound(
    network: Network,
    cost: Floats,
    limit: int,
    *,
    hit_start: Ints | None = None,
    hit_by: Ints | None = None,
    pace: Pace | None = None,
    stop: Stop | None = None,
) -> Bound:
    """A bound on the cost of leaving no part larger than `limit`.

    Without `hit_start` and `hit_by` (rows: which actions hit a node) every node is an action of its own. A pace that
    reaches 1, or a stop, ends it early, with the bound so far.
    """
    if hit_start is None or hit_by is None:
        hit_start, hit_by = np.arange(network.size + 1, dtype=np.int32), np.arange(network.size, dtype=np.int32)
    allowed = Allowance(pace, stop)
    programme = _Programme(cost, hit_start, hit_by, allowed)
    bound, solution = 0.0, np.zeros(len(cost))
    bounds: list[float] = []
    for _ in range(ROUNDS):
        if allowed.over() >= 1:
            return Bound(_rounded(bound, cost), None)
        if not _separate(programme, network, limit, solution):
            break
        solved = programme.solve()
        if solved is None:
            return Bound(_rounded(bound, cost), None)
        bound, solution = max(bound, solved[0]), solved[1]
        if len(programme.keys) > ROWS_AN_ACTION * len(cost):
            programme.trim()
        bounds.append(bound)
        if len(bounds) > PATIENCE and bound < (1 + RISE) * bounds[-1 - PATIENCE]:
            break
    programme.trim()
    return _branch(programme, network, limit, bound, allowed)


def _rounded(bound: float, cost: Floats) -> float:
    """Up to the next whole number when all costs are whole."""
    whole = bool((cost == np.round(cost)).all())
    return float(np.ceil(bound - SLACK)) if whole else max(0.0, bound - SLACK)


def _separate(programme: _Programme, network: Network, limit: int, solution: Floats) -> bool:
    """Adds broken rows; says whether there were any."""
    weight = np.zeros(network.size)
    owner = np.repeat(np.arange(network.size), np.diff(programme.hit_start))
    np.add.at(weight, owner, solution[programme.hit_by])
    weight = np.minimum(weight, 1.0)
    added = _add_trees(programme, network, weight, limit, solution)
    sets = light_sets(network.start, network.near, weight, limit + 1)
    for nodes in sets:
        if nodes[0] >= 0:
            added += programme.add(nodes, 1, solution)
            if added >= ROWS_A_ROUND:
                return True
    for node in np.argsort(weight, kind="stable").tolist():
        clique = light_clique(network.start, network.near, weight, node)
        if len(clique) > limit + 1:
            added += programme.add(clique, len(clique) - limit, solution)
            if added >= 2 * ROWS_A_ROUND:
                break
    return added > 0


def _add_trees(programme: _Programme, network: Network, weight: Floats, limit: int, solution: Floats) -> int:
    added = 0
    for root in np.argsort(weight, kind="stable").tolist():
        nodes, behind = light_tree(network.start, network.near, weight, root, limit)
        if len(nodes) > limit + 1:
            added += programme.add(nodes, len(nodes) - limit, solution, behind)
            if added >= TREES_A_ROUND:
                break
    return added


def _branch(programme: _Programme, network: Network, limit: int, bound: float, allowed: Allowance) -> Bound:
    count = len(programme.cost)
    if count > BRANCH_ACTIONS and not allowed.timed:
        return Bound(_rounded(bound, programme.cost), None)
    solver = programme.solver
    left = BRANCH_NODES
    solver.setOptionValue("mip_rel_gap", 0.0)
    for column in range(count):
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    for _ in range(ROUNDS):
        if allowed.over() >= 1 or left <= 0:
            break
        if not allowed.timed:
            solver.setOptionValue("mip_max_nodes", left)
        solver.run()
        left -= max(1, int(solver.getInfo().mip_node_count)) if not allowed.timed else 0
        bound = max(bound, float(solver.getInfo().mip_dual_bound))
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        solution = np.round(np.array(solver.getSolution().col_value))
        gone = _gone(programme, solution, network.size)
        if largest_along(network.start, network.near, np.flatnonzero(gone).astype(np.int32))[-1] <= limit:
            return Bound(float(programme.cost @ solution), solution > 0.5)
        if not _cover_large_parts(programme, network, gone, limit, solution):
            break
    return Bound(_rounded(bound, programme.cost), None)


def _gone(programme: _Programme, solution: Floats, size: int) -> Bits:
    gone = np.zeros(size, bool)
    owner = np.repeat(np.arange(size), np.diff(programme.hit_start))
    gone[owner[solution[programme.hit_by] > 0.5]] = True
    return gone


def _cover_large_parts(programme: _Programme, network: Network, gone: Bits, limit: int, solution: Floats) -> bool:
    """Adds rows of connected sets inside parts that are still too large."""
    parts = all_gone(network)
    stand(parts, gone)
    weight = np.where((parts.label >= 0) & (parts.size[parts.label] > limit), 0.0, 2.0)
    added = 0
    for nodes in light_sets(network.start, network.near, weight, limit + 1):
        if nodes[0] >= 0:
            added += programme.add(nodes, 1, solution)
    return added + _add_trees(programme, network, weight, limit, solution) > 0


@kernel
def light_sets(start: Ints, near: Ints, weight: Floats, size: int) -> Ints:
    """From each node a connected set of that many nodes of little weight (rows); -1 where its weight reaches 1."""
    n = len(weight)
    sets, edge = np.full((n, size), -1, np.int32), np.zeros(n, np.int32)
    mark = np.full(n, -1, np.int32)
    for first in range(n):
        total, count, border = weight[first], 1, 0
        mark[first] = first
        sets[first, 0] = first
        newest: Whole = first
        while count < size and total < 1:
            for place in range(start[newest], start[newest + 1]):
                if mark[near[place]] != first:
                    mark[near[place]] = first
                    edge[border] = near[place]
                    border += 1
            if border == 0:
                break
            best = 0
            for at in range(1, border):
                if weight[edge[at]] < weight[edge[best]]:
                    best = at
            newest = edge[best]
            border -= 1
            edge[best] = edge[border]
            sets[first, count] = newest
            total += weight[newest]
            count += 1
        if count < size or total >= 1:
            sets[first, 0] = -1
        else:
            sets[first].sort()
    return sets


@kernel
def light_tree(start: Ints, near: Ints, weight: Floats, root: Whole, limit: int) -> tuple[Ints, Ints]:
    """The nodes of the tree of lightest paths from a root whose row is broken most, and how many are behind each.

    Of the nodes, nearest first, as many as make Σ distance / (nodes - limit) least, where the root itself counts no
    more than the whole row; none when that and the root's weight are not under 1.
    """
    n = len(weight)
    far, parent, done = np.full(n, np.inf), np.full(n, -1, np.int32), np.zeros(n, np.bool_)
    line, count, total, best, least = np.zeros(n, np.int32), 0, 0.0, 0, 1 - weight[root]
    far[root] = 0.0
    heap = [(far[root], np.int64(root))]
    while len(heap) > 0 and heap[0][0] < 1:
        distance, node = heapq.heappop(heap)
        if done[node]:
            continue
        done[node] = True
        line[count] = node
        count += 1
        total += distance
        if count > limit and total / (count - limit) < least:
            best, least = count, total / (count - limit)
        for place in range(start[node], start[node + 1]):
            other = np.int64(near[place])
            reached = distance + weight[other] + HOP
            if reached < far[other]:
                far[other], parent[other] = reached, node
                heapq.heappush(heap, (reached, other))
    behind = np.ones(n, np.int32)
    for at in range(best - 1, 0, -1):
        behind[parent[line[at]]] += behind[line[at]]
    nodes = np.sort(line[:best])
    return nodes, behind[nodes]


@kernel
def light_clique(start: Ints, near: Ints, weight: Floats, node: Whole) -> Ints:
    """A maximal clique around a node, the lightest neighbours first."""
    around = near[start[node] : start[node + 1]]
    around = around[np.argsort(weight[around], kind="mergesort")]
    clique, count = np.zeros(len(around) + 1, np.int32), 1
    clique[0] = node
    for other in around:
        fits = True
        row = near[start[other] : start[other + 1]]
        for at in range(1, count):
            place = np.searchsorted(row, clique[at])
            if place == len(row) or row[place] != clique[at]:
                fits = False
                break
        if fits:
            clique[count] = other
            count += 1
    found = clique[:count].copy()
    found.sort()
    return found
