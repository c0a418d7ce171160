"""What a plan says: values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Band(NamedTuple):
    """Residual capability over the sampled worlds, 1.0 = intact: mean, and the 5 % and 95 % quantiles."""

    mean: float
    low: float
    high: float


class Step(NamedTuple):
    """One action of the plan.

    `cost_so_far` in working days and `residual` include it. `wave` from 1: all actions of a wave may be done at one
    hour; what an action requires is in an earlier wave. `start_hours_before` the hour of action is when its work must
    begin (its lead time).
    """

    action: str
    member: str
    cost: float
    cost_so_far: float
    residual: Band
    reason: str
    wave: int
    start_hours_before: float


class Weight(NamedTuple):
    """How much a member matters: its part of the plan, and the residual capability of the best plan found without it.

    `indispensable`: without it over a quarter of the plan's effect is gone, or the target cannot be reached.
    """

    member: str
    steps: int
    cost: float
    residual_without: float
    reached_without: bool
    indispensable: bool


class Substitute(NamedTuple):
    """What they would rebuild first: an asset that was hit, and what its return alone gives back.

    `stand_in`: the surviving asset of the same kind that is nearest to its place (empty: none).
    """

    asset: str
    regained: float
    stand_in: str


class Question(NamedTuple):
    """What was asked, so that `what_if` can ask it again."""

    budget: float | None
    target: float | None
    caution: float
    max_collateral: float
    seed: int
    worlds: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Chosen actions in the order to act in, and how good that is."""

    question: Question
    steps: tuple[Step, ...]
    intact: Band
    residual: Band
    tail: float
    """Mean residual capability in the worst tenth of worlds (conditional value at risk)."""
    cost: float
    largest: float
    """Mean share of all assets in the largest surviving part."""
    reached: bool
    """False when the target cannot be reached with what may be done."""
    bound: float
    """No plan can do better than this: residual capability when a budget was asked, cost when a target was."""
    gap: float
    """(found - bound) / found, 0 = proven optimal in the sampled worlds."""
    members: tuple[Weight, ...]
    substitutes: tuple[Substitute, ...]
    together: tuple[tuple[str, ...], ...]
    """Groups of actions that must be done at the same hour, since one gives the others away."""
    notes: tuple[str, ...]
    """What a reader must know: what was left out and why, what could not be reached."""


class Point(NamedTuple):
    """The curve: what `cost` leaves of the capability; `action` is what was added (empty at the start)."""

    cost: float
    residual: Band
    action: str
