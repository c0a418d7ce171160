"""The problem: what stands, how it hangs together, and which actions of which members can hit it.

Real operations choose actions, not nodes: one registrar's order may take 500 domains. Everything here is a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from accord.model.errors import InputError, LimitError

MAX_ASSETS = 2_000_000
MAX_LINKS = 12_000_000
MAX_ACTIONS = 200_000
MAX_TARGETS = 5_000_000
"""Over all actions together. Beyond these bounds the sampled worlds would not fit in a few gigabytes."""

SOURCE = "source"
MONEY = "money"


class Asset(NamedTuple):
    """A thing of the criminal business.

    `harm` ≥ 0, any unit; if all are 0, each counts 1. `role`: `source` (where victims or goods come in), `money`
    (where value is cashed out) or empty.
    """

    key: str
    kind: str
    harm: float = 1.0
    role: str = ""


class Link(NamedTuple):
    """An undirected link between two indices of `Problem.assets`; `confidence` 0..1 that it really exists."""

    source: int
    target: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Action:
    """One act by one member under one legal power, on all of its targets at once.

    An action without targets is an enabling one (an order to be obtained): it has no effect of its own.
    """

    id: str
    member: str
    type: str
    targets: tuple[str, ...]
    """Keys of assets."""
    power: str = ""
    cost: float = 1.0
    """Working days; ≥ 0."""
    success: float = 0.9
    """Probability that the whole act has its effect, 0..1."""
    lead_time_hours: float = 24.0
    jurisdiction: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes it depends on; empty: none in particular."""
    collateral: float = 0.0
    """Expected harm to the uninvolved, 0..1."""
    requires: tuple[str, ...] = ()
    """Ids of actions that must be done before it."""
    conflicts: tuple[str, ...] = ()
    """Ids of actions that may not be done together with it (one actor for each asset)."""
    exposure: float = 0.0
    """Probability that doing it tells the criminals that more is coming, 0..1."""
    shared_cause: str = ""
    """What its success hangs on together with others (one court, one registrar): they then succeed or fail alike."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A typed graph and the actions that are possible. Raises `InputError` when its parts do not fit together.

    Self-links and repeated links are allowed and count once: they connect nothing new. `chain_weight` 0..1 is the
    part of the capability measured by source-to-money pairs (see `capability.py`); without sources or money it is 0.
    `unseen_links` 0..1: links that may exist unseen, as a share of those known; sampled worlds add up to so many.
    `regrowth` 0..1: the chance that an asset that was hit is rebuilt, as it was, before the effect is counted.
    """

    assets: tuple[Asset, ...]
    links: tuple[Link, ...]
    actions: tuple[Action, ...]
    chain_weight: float = 0.5
    unseen_links: float = 0.0
    regrowth: float = 0.0

    def __post_init__(self) -> None:
        _check_sizes(self)
        _check_assets(self.assets)
        _check_links(self.links, len(self.assets))
        _check_actions(self.actions, {a.key for a in self.assets})
        _unit("chain_weight of the problem", self.chain_weight)
        _unit("unseen_links of the problem", self.unseen_links)
        _unit("regrowth of the problem", self.regrowth)

    def members(self) -> tuple[str, ...]:
        """Every member that has an action, sorted."""
        return tuple(sorted({a.member for a in self.actions}))


def _check_sizes(problem: Problem) -> None:
    targets = sum(len(a.targets) for a in problem.actions)
    for name, size, most in (
        ("assets", len(problem.assets), MAX_ASSETS),
        ("links", len(problem.links), MAX_LINKS),
        ("actions", len(problem.actions), MAX_ACTIONS),
        ("targets", targets, MAX_TARGETS),
    ):
        if size > most:
            raise LimitError(f"The problem has {size} {name}; at most {most} are planned at once.", action="Split it.")


def _check_assets(assets: tuple[Asset, ...]) -> None:
    _distinct("asset", (a.key for a in assets))
    for asset in assets:
        if not (math.isfinite(asset.harm) and asset.harm >= 0):
            raise InputError(f"The harm of asset {asset.key!r} is {asset.harm}.", action="Give a number of 0 or more.")
        if asset.role not in ("", SOURCE, MONEY):
            raise InputError(f"Asset {asset.key!r} has the role {asset.role!r}.", action="Use source, money or none.")


def _check_links(links: tuple[Link, ...], count: int) -> None:
    for number, (source, target, confidence) in enumerate(links):
        if not (0 <= source < count and 0 <= target < count):
            raise InputError(
                f"Link {number} joins {source} and {target}, but there are {count} assets.",
                action="Use positions in the list of assets, from 0.",
            )
        if not 0 <= confidence <= 1:
            raise InputError(f"The confidence of link {number} is {confidence}.", action="Give a number from 0 to 1.")


def _check_actions(actions: tuple[Action, ...], keys: set[str]) -> None:
    _distinct("action", (a.id for a in actions))
    ids = {a.id for a in actions}
    for action in actions:
        name = f"action {action.id!r}"
        if not (math.isfinite(action.cost) and action.cost >= 0):
            raise InputError(f"The cost of {name} is {action.cost}.", action="Give working days, 0 or more.")
        if not (math.isfinite(action.lead_time_hours) and action.lead_time_hours >= 0):
            raise InputError(f"The lead time of {name} is {action.lead_time_hours}.", action="Give hours, 0 or more.")
        _unit(f"success of {name}", action.success)
        _unit(f"collateral of {name}", action.collateral)
        _unit(f"exposure of {name}", action.exposure)
        for target in action.targets:
            if target not in keys:
                raise InputError(f"{name} has the unknown target {target!r}.", action="Add the asset, or strike it.")
        for other in (*action.requires, *action.conflicts):
            if other not in ids:
                raise InputError(f"{name} names the unknown action {other!r}.", action="Add it, or strike the name.")
            if other == action.id:
                raise InputError(f"{name} requires or excludes itself.", action="Strike its own id.")
    _check_order(actions)


def _check_order(actions: tuple[Action, ...]) -> None:
    """Prerequisites must be acyclic (Kahn's algorithm)."""
    waiting = {a.id: len(set(a.requires)) for a in actions}
    unlocks: dict[str, list[str]] = {}
    for action in actions:
        for other in set(action.requires):
            unlocks.setdefault(other, []).append(action.id)
    ready = [key for key, count in waiting.items() if count == 0]
    for key in ready:
        for after in unlocks.get(key, ()):
            waiting[after] -= 1
            if waiting[after] == 0:
                ready.append(after)
    if len(ready) < len(actions):
        stuck = sorted(key for key, count in waiting.items() if count > 0)[:5]
        raise InputError(
            f"These actions require each other in a circle: {', '.join(stuck)}.",
            action="Strike one of the requirements.",
        )


def _distinct(noun: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if not key:
            raise InputError(f"An {noun} has no key.", action="Give each its own.")
        if key in seen:
            raise InputError(f"Two {noun}s are called {key!r}.", action="Give each its own key.")
        seen.add(key)


def _unit(what: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"The {what} is {value}.", action="Give a number from 0 to 1.")
