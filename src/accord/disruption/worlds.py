"""Sampled worlds: what the graph and the actions' success may really be, as arrays.

Sample average approximation with common random numbers: every plan is judged in the same worlds, so that two plans
differ by what they do and not by luck. One world is enough when nothing is uncertain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.disruption.dice import dice
from accord.disruption.network import Network, build
from accord.disruption.problem import MONEY, SOURCE, Problem
from accord.disruption.unseen import unseen_links

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]

DEFAULT_WORLDS = 32
CELLS = 16_000_000
"""Worlds × (assets + half-links) kept at most; larger problems get fewer worlds, never less than 4."""

LIKELY = 0.5
"""A link that exists in more than this share of the worlds is in the likeliest one."""


class Worlds(NamedTuple):
    """Shapes: n assets, h half-links, a actions, w worlds. The graph in compressed rows, each link in both rows."""

    start: Ints  # (n+1)
    near: Ints  # (h)
    link: Ints  # (h) number of the link behind a half-link
    harm: Floats  # (n)
    source: Floats  # (n) 1 for a source of victims or goods
    money: Floats  # (n) 1 for a place of monetisation
    stands: Bits  # (w, links) 1 where the link exists in that world
    target_start: Ints  # (a+1)
    target: Ints  # targets of the actions, asset numbers
    works: Bits  # (w, a) 1 where the action has its effect in that world
    returns: Bits  # (w, n) 1 where the asset is rebuilt after it was hit
    cost: Floats  # (a)
    need_start: Ints  # (a+1)
    need: Ints  # prerequisites, action numbers
    mass_weight: float
    pair_weight: float


def rows(count: int, owner: NDArray[np.int64], value: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Compressed rows: for each of `count` owners its values, in the order given."""
    order = np.argsort(owner, kind="stable")
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(owner, minlength=count), out=start[1:])
    return start, value[order].astype(np.int32)


def sample(problem: Problem, *, seed: int, worlds: int = DEFAULT_WORLDS) -> Worlds:
    """The arrays of a problem, with sampled worlds (one, if nothing is uncertain); the same seed, the same worlds."""
    number = {asset.key: i for i, asset in enumerate(problem.assets)}
    n, actions = len(problem.assets), problem.actions
    pairs, confidence = _simple_links(problem)
    uncertain = (
        bool((confidence < 1).any())
        or problem.unseen_links > 0
        or problem.regrowth > 0
        or any(0 < action.success < 1 for action in actions)
    )
    count = max(4, min(worlds, CELLS // (n + 2 * len(pairs) + 1))) if uncertain else 1
    rng = np.random.default_rng(seed)
    works = _successes(problem, count, rng)
    pairs, stands = _links_in_worlds(build(n, pairs), pairs, confidence, count, problem.unseen_links, rng)
    returns = np.zeros((count, n), np.uint8)
    if problem.regrowth > 0:
        returns[:] = rng.random((count, n)) < problem.regrowth
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    order = np.argsort(ends, kind="stable")
    start = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=n), out=start[1:])
    target_start, target = _lists([sorted({number[key] for key in action.targets}) for action in actions])
    numbers = {action.id: i for i, action in enumerate(actions)}
    need_start, need = _lists([sorted({numbers[key] for key in action.requires}) for action in actions])
    harm = np.array([asset.harm for asset in problem.assets], np.float64)
    source = np.array([asset.role == SOURCE for asset in problem.assets], np.float64)
    money = np.array([asset.role == MONEY for asset in problem.assets], np.float64)
    chained = bool(source.any()) and bool(money.any())
    return Worlds(
        start=start,
        near=np.concatenate([pairs[:, 1], pairs[:, 0]])[order].astype(np.int32),
        link=np.tile(np.arange(len(pairs), dtype=np.int32), 2)[order],
        harm=harm if harm.any() else np.ones(n),
        source=source,
        money=money,
        stands=stands,
        target_start=target_start,
        target=target,
        works=works,
        returns=returns,
        cost=np.array([action.cost for action in actions], np.float64),
        need_start=need_start,
        need=need,
        mass_weight=1 - problem.chain_weight if chained else 1.0,
        pair_weight=problem.chain_weight if chained else 0.0,
    )


def likeliest(worlds: Worlds) -> Worlds:
    """One world with the links that most worlds have, in which every action that ever works does, for good."""
    usual = worlds.stands.mean(axis=0) > LIKELY if len(worlds.stands[0]) else np.zeros(0, bool)
    half = usual[worlds.link]
    owner = np.repeat(np.arange(len(worlds.harm)), np.diff(worlds.start))
    start, near = rows(len(worlds.harm), owner[half], worlds.near[half].astype(np.int64))
    number = np.cumsum(usual) - 1
    return worlds._replace(
        start=start,
        near=near,
        link=number[worlds.link[half]].astype(np.int32),
        stands=np.ones((1, int(usual.sum())), np.uint8),
        works=np.atleast_2d(worlds.works.max(axis=0)),
        returns=np.zeros((1, len(worlds.harm)), np.uint8),
    )


def _simple_links(problem: Problem) -> tuple[NDArray[np.int64], Floats]:
    """Links without loops and repetitions (the best confidence counts), in order of their ends."""
    if not problem.links:
        return np.zeros((0, 2), np.int64), np.zeros(0)
    table = np.array(problem.links, np.float64)
    ends = np.sort(table[:, :2].astype(np.int64), axis=1)
    keep = ends[:, 0] != ends[:, 1]
    ends, confidence = ends[keep], table[keep, 2]
    order = np.lexsort((-confidence, ends[:, 1], ends[:, 0]))
    ends, confidence = ends[order], confidence[order]
    first = np.ones(len(ends), bool)
    first[1:] = (ends[1:] != ends[:-1]).any(axis=1)
    return ends[first], confidence[first]


def _successes(problem: Problem, count: int, rng: np.random.Generator) -> Bits:
    """Actions with one shared cause share one draw, so that they succeed and fail alike."""
    draws: dict[str, Floats] = {}
    works = np.ones((count, len(problem.actions)), np.uint8)
    for number, action in enumerate(problem.actions):
        key = action.shared_cause or f"\0{action.id}"
        if key not in draws:
            draws[key] = _even_draws(count, rng)
        works[:, number] = draws[key] < action.success
    return works


def _even_draws(count: int, rng: np.random.Generator) -> Floats:
    """One draw a world, one in each of `count` equal strata: an action of 0.9 fails in about a tenth of the worlds."""
    draws: Floats = (rng.permutation(count) + rng.random(count)) / count
    return draws


def _links_in_worlds(  # noqa: PLR0917 - what one draw needs
    network: Network,
    pairs: NDArray[np.int64],
    confidence: Floats,
    count: int,
    unseen: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], Bits]:
    """The links, more that nobody has seen for each world, and (w, links) which of them exist there.

    Nobody knows how many of the unseen matter: the worlds have more and more of them, from almost none to all.
    """
    stands = (rng.random((count, len(pairs))) < confidence).astype(np.uint8)
    if unseen <= 0 or len(pairs) == 0:
        return pairs, stands
    roll = dice(int(rng.integers(2**63)))
    extra = [round(unseen * len(pairs) * (world + 0.5) / count) for world in range(count)]
    drawn = [unseen_links(network, number, roll) for number in extra]
    more = np.zeros((count, sum(extra)), np.uint8)
    for world, until in enumerate(np.cumsum(extra)):
        more[world, until - extra[world] : until] = drawn[world][:, 0] != drawn[world][:, 1]
    return np.concatenate([pairs, *drawn]), np.concatenate([stands, more], axis=1)


def _lists(lists: list[list[int]]) -> tuple[Ints, Ints]:
    start = np.zeros(len(lists) + 1, np.int32)
    np.cumsum([len(one) for one in lists], out=start[1:])
    return start, np.array([value for one in lists for value in one], np.int32)
