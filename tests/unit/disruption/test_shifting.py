"""Shifts of borders between parts: what they say they found is what is there, and separators come whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.disruption.compiled import _behind
from accord.disruption.critical import critical_nodes
from accord.disruption.dice import dice
from accord.disruption.dismantle import dismantle
from accord.disruption.network import Bits, Network, build
from accord.disruption.parts import all_gone, stand
from accord.disruption.shifting import pairs_of, shift_cost, shift_pairs
from accord.disruption.unseen import unseen_links


def random_network(size: int, edges: int, seed: int) -> Network:
    return build(size, np.random.default_rng(seed).integers(0, size, (edges, 2)))


def part_sizes(network: Network, gone: Bits) -> list[int]:
    parts = all_gone(network)
    stand(parts, gone)
    return parts.size[parts.size > 0].tolist()


def small_world(size: int) -> Network:
    """A ring in which everyone knows the two next on either side."""
    return build(size, np.array([(v, (v + step) % size) for v in range(size) for step in (1, 2)]))


@given(st.integers(0, 2**32), st.integers(1, 15))
def test_shifts_for_pairs_report_what_is_there(seed: int, count: int) -> None:
    network = random_network(30, 55, seed % 50)
    gone = np.zeros(30, bool)
    gone[np.random.default_rng(seed).permutation(30)[:count]] = True
    parts = all_gone(network)
    stand(parts, gone)
    before = pairs_of(parts)
    best, now, rate = shift_pairs(parts, gone, before, before, count, 0.05, 0.5, 300, dice(seed))
    assert now == pairs_of(parts) == sum(s * (s - 1) // 2 for s in part_sizes(network, parts.label < 0))
    assert best == sum(s * (s - 1) // 2 for s in part_sizes(network, gone)) <= before
    assert gone.sum() <= count
    assert rate > 0


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_shifts_for_cost_keep_every_part_within_the_limit(seed: int, limit: int) -> None:
    network = random_network(30, 55, seed % 50)
    cost = np.random.default_rng(seed).integers(1, 6, 30).astype(float)
    parts, gone = all_gone(network), np.ones(30, bool)
    best, now = shift_cost(parts, cost, limit, gone, cost.sum(), cost.sum(), 1.0, 300, dice(seed))
    assert best == cost[gone].sum() <= cost.sum()
    assert now == cost[parts.label < 0].sum()
    assert max(part_sizes(network, gone), default=0) <= limit
    assert max(part_sizes(network, parts.label < 0), default=0) <= limit


def test_separators_are_found_whose_first_node_gains_nothing() -> None:
    found = critical_nodes(small_world(60), 8)
    assert found.pairs == 4 * 13 * 12 // 2  # four pairs of neighbours, evenly round the ring


def test_large_parts_are_cut_where_the_ring_is_thin() -> None:
    assert dismantle(small_world(300), np.ones(300), target=148.0).cost == 4


@pytest.mark.parametrize("seed", range(3))
def test_unseen_links_stay_where_seen_ones_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    inside = [(a, b) for a in range(12) for b in range(a) if rng.random() < 0.8]
    network = build(25, np.array(inside + [(12 + a, 12 + b) for a, b in inside] + [(0, 24), (12, 24)]))
    ends = unseen_links(network, 200, dice(seed))
    drawn = ends[ends[:, 0] != ends[:, 1]]
    sides = np.where(drawn < 12, 0, np.where(drawn < 24, 1, 2))
    across = (np.abs(sides[:, 0] - sides[:, 1]) == 1).mean() if len(drawn) else 1.0
    assert len(drawn) > 50
    assert across < 0.2  # by degree alone one half would be


@pytest.mark.parametrize("seed", range(3))
def test_a_part_that_nothing_joins_is_no_bridge_between_distant_places(seed: int) -> None:
    path = [(at, at + 1) for at in range(199)]
    ends = unseen_links(build(206, np.array([*path, (200, 201), (202, 203), (204, 205)])), 60, dice(seed))
    for part in (200, 202, 204):
        hung = ends[np.isin(ends[:, 0], [part, part + 1]) & (ends[:, 1] < 200), 1]
        assert np.ptp(hung) <= 6 if len(hung) else True
    assert (ends[:, 0] >= 200).all()  # every seen link is the only way between its ends, and so is every other


def test_where_all_know_each_other_nothing_is_unseen() -> None:
    network = build(8, np.array([(a, b) for a in range(8) for b in range(a)]))
    ends = unseen_links(network, 30, dice(1))
    assert (ends[:, 0] == ends[:, 1]).all()
    assert unseen_links(build(4, np.zeros((0, 2), np.int64)), 3, dice(1)).tolist() == [[0, 0]] * 3


def test_kernels_are_compiled_anew_only_when_they_or_what_they_call_changed() -> None:
    assert {"shifting", "parts", "network", "dice", "compiled"} <= _behind("shifting")
    assert _behind("shifting").isdisjoint({"planner", "bounds", "critical", "worlds"})
    assert "worlds" in _behind("sweep")
