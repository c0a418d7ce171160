"""The node-level engine against an oracle that recomputes everything: removal orders, critical nodes, bounds, cuts."""

from __future__ import annotations

import gzip
import json
from collections import deque
from pathlib import Path

import numpy as np
import pytest

from accord.disruption import Action, Asset, Link, Problem, plan, sever
from accord.disruption.bounds import light_tree, lower_bound
from accord.disruption.critical import critical_nodes
from accord.disruption.dismantle import dismantle
from accord.disruption.edges import read_edges
from accord.disruption.network import Network, build, largest_along
from accord.model.errors import InputError

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/networks"


def part_sizes(network: Network, gone: set[int]) -> list[int]:
    """The oracle: breadth-first search over what stands."""
    seen, sizes = set(gone), []
    for first in range(network.size):
        if first in seen:
            continue
        seen.add(first)
        line = deque([first])
        size = 0
        while line:
            node = line.popleft()
            size += 1
            for other in network.near[network.start[node] : network.start[node + 1]].tolist():
                if other not in seen:
                    seen.add(other)
                    line.append(other)
        sizes.append(size)
    return sizes


def random_network(size: int, edges: int, seed: int) -> Network:
    return build(size, np.random.default_rng(seed).integers(0, size, (edges, 2)))


@pytest.mark.parametrize("by_area", [False, True])
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_after_the_order_no_part_is_too_large(seed: int, by_area: bool) -> None:
    network = random_network(120, 260, seed)
    cost = np.random.default_rng(seed).uniform(0, 5, 120)
    found = dismantle(network, cost, target=0.05, seed=seed, by_area=by_area)
    order = found.order.tolist()
    assert len(set(order)) == len(order)
    assert max(part_sizes(network, set(order))) <= found.limit == 6
    assert found.cost == pytest.approx(cost[order].sum())


def test_order_is_the_same_for_the_same_seed() -> None:
    network = random_network(200, 420, 5)
    first, second = (dismantle(network, np.ones(200), seed=3).order.tolist() for _ in range(2))
    assert first == second


def test_curve_agrees_with_the_oracle() -> None:
    network = random_network(60, 100, 1)
    order = np.random.default_rng(2).permutation(60).astype(np.int32)
    curve = largest_along(network.start, network.near, order)
    assert curve.tolist() == [max(part_sizes(network, set(order[:k].tolist())), default=0) for k in range(61)]


def test_a_path_is_cut_at_its_middle() -> None:
    network = build(7, np.array([[i, i + 1] for i in range(6)]))
    assert dismantle(network, np.ones(7), target=3.0).order.tolist() == [3]


def test_dear_nodes_are_spared() -> None:
    network = build(6, np.array([[0, i] for i in range(1, 6)]))
    cost = np.array([9.0, 1, 1, 1, 1, 1])
    assert dismantle(network, cost, target=1.0).cost == 5.0


def test_stopped_at_once_it_still_gives_a_valid_order() -> None:
    network = random_network(150, 400, 8)
    found = dismantle(network, np.ones(150), target=0.02, pace=lambda: 1.0)
    assert max(part_sizes(network, set(found.order.tolist()))) <= found.limit


@pytest.mark.parametrize("size", [0, 1, 5])
def test_without_edges_nothing_must_go(size: int) -> None:
    assert dismantle(build(size, np.zeros((0, 2), np.int64)), np.ones(size)).order.tolist() == []


@pytest.mark.parametrize("cost", [[-1.0, 1.0], [np.nan, 1.0], [1.0]])
def test_bad_costs_are_refused(cost: list[float]) -> None:
    with pytest.raises(InputError, match="cost"):
        dismantle(build(2, np.array([[0, 1]])), np.array(cost))


def test_free_nodes_cost_nothing() -> None:
    network = build(3, np.array([[0, 1], [1, 2]]))
    assert dismantle(network, np.zeros(3), target=1.0).cost == 0.0


@pytest.mark.parametrize("count", [0, 3, 40])
def test_critical_nodes_report_the_pairs_that_remain(count: int) -> None:
    network = random_network(40, 70, 4)
    found = critical_nodes(network, count)
    assert len(set(found.nodes.tolist())) == count
    assert found.pairs == sum(s * (s - 1) // 2 for s in part_sizes(network, set(found.nodes.tolist())))


def test_critical_nodes_refuse_a_negative_count() -> None:
    with pytest.raises(InputError):
        critical_nodes(build(0, np.zeros((0, 2), np.int64)), -1)


@pytest.mark.parametrize("seed", range(4))
def test_bound_never_exceeds_what_was_found(seed: int) -> None:
    network = random_network(30, 55, seed)
    cost = np.random.default_rng(seed).integers(1, 9, 30).astype(float)
    found, bound = dismantle(network, cost, target=3.0), lower_bound(network, cost, 3)
    assert bound.cost <= found.cost + 1e-6
    if bound.proven is not None:
        assert max(part_sizes(network, set(np.flatnonzero(bound.proven).tolist()))) <= 3
        assert found.cost <= bound.cost * 1.02 + 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_the_row_of_a_tree_holds_for_every_choice_that_reaches_the_target(seed: int) -> None:
    rng, limit = np.random.default_rng(seed), 4
    network = random_network(30, 45, seed)
    rows = [light_tree(network.start, network.near, 0.2 * rng.random(30), root, limit) for root in range(30)]
    assert sum(len(nodes) > limit for nodes, _ in rows) > 10
    for _ in range(20):
        gone = np.zeros(30, bool)
        for node in rng.permutation(30):  # taken away until the target is reached, no further
            if max(part_sizes(network, set(np.flatnonzero(gone).tolist())), default=0) <= limit:
                break
            gone[node] = True
        for nodes, behind in rows:
            assert np.minimum(behind, len(nodes) - limit)[gone[nodes]].sum() >= len(nodes) - limit


def test_hubs_with_many_leaves_are_bounded_without_branching() -> None:
    ring = [(hub, (hub + 1) % 10) for hub in range(10)]
    network = build(510, np.array(ring + [(hub, 10 + 50 * hub + leaf) for hub in range(10) for leaf in range(50)]))
    cost = np.where(np.arange(510) < 10, 30.0, 1.0)
    assert lower_bound(network, cost, 11).cost == 300.0  # 40 leaves would cost more; connected sets alone say 50


def test_single_target_actions_give_the_node_result() -> None:
    network = random_network(80, 170, 9)
    owner = np.repeat(np.arange(80), np.diff(network.start))
    links = tuple(Link(int(a), int(b)) for a, b in zip(owner, network.near, strict=True) if a < b)
    assets = tuple(Asset(str(v), "host") for v in range(80))
    actions = tuple(Action(f"x{v}", "m", "block", (str(v),), success=1.0) for v in range(80))
    made = plan(Problem(assets, links, actions), target=4, seed=2)
    found = dismantle(network, np.ones(80), target=4.0, seed=2)
    assert made.cost == pytest.approx(min(found.cost, made.cost))
    assert made.cost >= made.bound
    assert made.bound <= found.cost


def test_sever_takes_the_cheapest_cut() -> None:
    assets = (
        Asset("s", "domain", role="source"),
        Asset("a", "host"),
        Asset("b", "host"),
        Asset("t", "wallet", role="money"),
    )
    links = (Link(0, 1), Link(0, 2), Link(1, 3), Link(2, 3))
    actions = (
        Action("a", "m", "t", ("a",), cost=1),
        Action("b", "m", "t", ("b",), cost=1),
        Action("s", "m", "t", ("s",), cost=5),
        Action("both", "m", "t", ("a", "b"), cost=1.5, requires=("order",)),
        Action("order", "m", "t", (), cost=0.2),
    )
    found = sever(Problem(assets, links, actions))
    assert (found.actions, found.cost, found.bound, found.reached) == (("both", "order"), 1.7, 1.7, True)
    assert not sever(Problem(assets, links, actions[:1])).reached


def test_sever_refuses_an_asset_on_both_sides() -> None:
    with pytest.raises(InputError, match="both"):
        sever(Problem((Asset("a", "host"),), (), ()), sources=("a",), ends=("a",))


@pytest.mark.shared
@pytest.mark.parametrize(("name", "most"), [("corruption", 68.29), ("montagna_calls", 22.0), ("train_bombing", 59.38)])
def test_known_optima_are_reached(name: str, most: float) -> None:
    if not SHARED.exists():
        pytest.skip("the reference networks are not here")
    named = read_edges(gzip.decompress((SHARED / f"{name}.txt.gz").read_bytes()))
    assert named.network.size == json.loads((SHARED / "nodes.json").read_text())[name]["n"]
    found = dismantle(named.network, np.ones(named.network.size))
    assert 100 * found.cost / found.total <= most
