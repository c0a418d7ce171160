"""Large networks in time, and a stop that is honoured inside every long loop; each step counted, not timed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.disruption import Action, Asset, Link, Problem, plan
from accord.disruption.bounds import lower_bound
from accord.disruption.dice import dice
from accord.disruption.dismantle import dismantle
from accord.disruption.network import Network, build, largest_along
from accord.disruption.pace import Allowance
from accord.disruption.parts import Parts, all_gone, begin, joined_size, keep, put_back, stand, take_away, undo
from accord.disruption.sequence import area, from_the_end, polish
from accord.disruption.uncommon import by_outward_links, by_uncommon_neighbours


def heavy_tailed(size: int, edges: int, seed: int = 1) -> Network:
    """Most edges among few nodes, and a hub that is next to half of all."""
    rng = np.random.default_rng(seed)
    ends = (size * rng.random((edges, 2)) ** 2.5).astype(np.int64)
    spokes = np.stack([np.full(size // 2, size - 1), rng.permutation(size - 1)[: size // 2]], axis=1)
    return build(size, np.concatenate([ends, spokes]))


def counting(answers_yes_after: int) -> tuple[Callable[[], bool], list[int]]:
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return asked[0] > answers_yes_after

    return stop, asked


def shortfalls(network: Network, order: list[int], *, outward: bool) -> list[float]:
    """How far each choice of an order is below the best score then, by the rule itself worked out anew."""
    left = {v: set(network.near[network.start[v] : network.start[v + 1]].tolist()) for v in range(network.size)}

    def score(v: int) -> float:
        total = 0.0
        for other in left[v]:
            common = len(left[v] & left[other])
            far = (len(left[v]) - common) * (len(left[other]) - common)
            total += (far if outward else 1.0) / (1.0 + common)
        return total

    missing = []
    for chosen in order:
        missing.append(max(score(v) for v in left) - score(chosen))
        for other in left.pop(chosen):
            left[other].discard(chosen)
    return missing


@pytest.mark.parametrize("outward", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_local_rules_choose_what_has_the_best_score_each_time(seed: int, outward: bool) -> None:
    network = build(25, np.random.default_rng(seed).integers(0, 25, (70, 2)))
    order = (by_outward_links if outward else by_uncommon_neighbours)(network, np.ones(25)).tolist()
    assert sorted(order) == list(range(25))
    assert max(shortfalls(network, order, outward=outward)) < 1e-9


@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 11), st.booleans()), min_size=1, max_size=12))
def test_undo_restores_the_parts(seed: int, changes: list[tuple[int, bool]]) -> None:
    rng = np.random.default_rng(seed)
    network = build(12, rng.integers(0, 12, (16, 2)))
    parts = all_gone(network)
    gone = rng.random(12) < 0.4
    stand(parts, gone)
    groups = grouped(parts.label.tolist())
    for kept in (False, True):
        begin(parts)
        for node, _ in changes:
            if parts.label[node] < 0:
                put_back(parts, node)
            else:
                take_away(parts, np.array([node], np.int32), np.zeros(24, np.int32))
            check(network, parts)
        if kept:
            keep(parts)
        else:
            undo(parts)
            assert grouped(parts.label.tolist()) == groups
        check(network, parts)


@given(st.integers(0, 2**32), st.integers(1, 15))
def test_taking_some_away_at_once_leaves_the_right_pieces(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    network = build(40, rng.integers(0, 40, (int(rng.integers(30, 90)), 2)))
    parts = all_gone(network)
    gone = rng.random(40) < 0.2
    stand(parts, gone)
    groups = grouped(parts.label.tolist())
    standing = rng.permutation(np.flatnonzero(~gone))[:count].astype(np.int32)
    begin(parts)
    pieces = np.zeros(80, np.int32)
    found = take_away(parts, standing, pieces)
    check(network, parts)
    near = {v for v in range(40) if parts.label[v] >= 0} & {
        v for group in groups if group & set(standing.tolist()) for v in group
    }
    assert set(pieces[:found].tolist()) == {int(parts.label[v]) for v in near}
    undo(parts)
    assert grouped(parts.label.tolist()) == groups
    check(network, parts)


def grouped(labels: list[int]) -> set[frozenset[int]]:
    return {frozenset(v for v, other in enumerate(labels) if other == one) for one in set(labels) if one >= 0}


def check(network: Network, parts: Parts) -> None:
    """Lists, sizes and labels say the same, and it is what the network's parts are."""
    fresh = all_gone(network)
    stand(fresh, parts.label < 0)
    assert grouped(parts.label.tolist()) == grouped(fresh.label.tolist())
    for label in set(parts.label.tolist()) - {-1}:
        members, node = [], int(parts.head[label])
        for _ in range(parts.size[label]):
            members.append(node)
            node = int(parts.after[node])
        assert node == parts.head[label]
        assert sorted(members) == np.flatnonzero(parts.label == label).tolist()


def test_a_joined_size_is_counted_no_further_than_asked() -> None:
    parts = all_gone(build(6, np.array([[0, i] for i in range(1, 6)])))
    stand(parts, np.array([True, False, False, False, False, False]))
    assert [joined_size(parts, 0, most) for most in (9, 5, 2)] == [6, 6, 3]


def test_ranking_from_the_end_copes_with_everything_gone() -> None:
    network = build(5, np.array([[0, 1], [1, 2], [2, 3], [3, 4]]))
    order = from_the_end(network.start, network.near, np.ones(5), np.ones(5, bool))
    assert sorted(order.tolist()) == list(range(5))


@pytest.mark.parametrize("seed", range(3))
def test_polish_never_makes_an_order_worse(seed: int) -> None:
    network, rng = heavy_tailed(400, 900, seed), np.random.default_rng(seed)
    cost = rng.uniform(0.5, 2, 400)
    order = rng.permutation(400)[:120].astype(np.int32)
    before, nodes = area(network, cost, order), sorted(order.tolist())
    polish(network, cost, order, dice(seed), Allowance())
    assert area(network, cost, order) < before
    assert sorted(order.tolist()) == nodes


@pytest.mark.parametrize("by_area", [False, True])
@pytest.mark.parametrize("after", [0, 1, 3, 10])
def test_stopped_at_any_question_the_order_is_valid(after: int, by_area: bool) -> None:
    network = heavy_tailed(3000, 7000)
    stop, asked = counting(after)
    found = dismantle(network, np.ones(3000), stop=stop, by_area=by_area)
    assert largest_along(network.start, network.near, found.order)[-1] <= found.limit
    assert asked[0] <= after + 30  # a few more questions on the way out, and none of them begins new work


def test_a_stop_that_never_comes_changes_nothing() -> None:
    network = heavy_tailed(300, 500)
    plain, watched = dismantle(network, np.ones(300)), dismantle(network, np.ones(300), stop=lambda: False)
    assert plain.order.tolist() == watched.order.tolist()


def test_time_is_asked_for_often_in_a_large_network() -> None:
    """A clock that runs by a hundredth a question: each question stands for about as much work."""
    network = heavy_tailed(20_000, 60_000)
    asked = [0]

    def pace() -> float:
        asked[0] += 1
        return asked[0] / 100

    found = dismantle(network, np.ones(20_000), pace=pace)
    assert largest_along(network.start, network.near, found.order)[-1] <= found.limit
    assert asked[0] < 200


def chain(size: int) -> Problem:
    assets = tuple(Asset(str(v), "host") for v in range(size))
    links = tuple(Link(v, (v * 7 + 1) % size) for v in range(size) if v != (v * 7 + 1) % size)
    actions = tuple(Action(f"x{v}", f"m{v % 9}", "block", (str(v),), success=1.0) for v in range(size))
    return Problem(assets, links, actions)


@pytest.mark.parametrize("after", [0, 2, 20])
@pytest.mark.parametrize(("target", "budget"), [(3.0, None), (None, 12.0)])
def test_a_stopped_plan_is_valid_and_says_so(after: int, target: float | None, budget: float | None) -> None:
    stop, asked = counting(after)
    made = plan(chain(150), stop=stop, target=target, budget=budget)
    assert made.bound <= (made.residual.mean if target is None else made.cost) + 1e-9
    assert made.cost <= budget if budget is not None else made.reached
    assert not made.members
    assert any("indispensable" in note for note in made.notes)
    assert asked[0] <= after + 40


def test_a_stopped_bound_is_a_bound() -> None:
    network = build(30, np.random.default_rng(3).integers(0, 30, (55, 2)))
    full = lower_bound(network, np.ones(30), 3)
    for after in (0, 1, 3):
        assert lower_bound(network, np.ones(30), 3, stop=counting(after)[0]).cost <= full.cost + 1e-6


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_an_order_by_area_has_less_area_than_one_by_cost(seed: int) -> None:
    network, one = heavy_tailed(250, 700, seed), np.ones(250)

    def fallen(by_area: bool) -> float:
        order = dismantle(network, one, target=0.09, seed=seed, by_area=by_area).order
        largest = largest_along(network.start, network.near, order)
        return float(largest[: int(np.argmax(largest < 25))].sum())

    assert fallen(by_area=True) <= fallen(by_area=False)
