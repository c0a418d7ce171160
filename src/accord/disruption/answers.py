"""What a commander asks of a plan, as values: refusals, more budget, who must act at one hour and why, doubts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from accord.disruption import explain
from accord.disruption.capability import do_actions, intact, shares
from accord.disruption.planner import LOST_EFFECT, what_if
from accord.disruption.plans import Band, Plan, Substitute, Weight
from accord.disruption.problem import Action, Problem
from accord.disruption.worlds import sample
from accord.model.errors import InputError

TAIL = 0.1
"""Share of the worst worlds that the tail is the mean of."""
FRESH_SEED = 1_000_003
"""Added to the seed of a plan where it is judged in worlds that it was not made for."""


class Refusal(NamedTuple):
    """What becomes of a plan when a country refuses whatever depends on it.

    `struck`: actions of the plan that fall away. `instead`: actions that come in. `lost`: the part of the plan's
    effect that is gone in spite of them, 0 … 1. `indispensable`: that is over a quarter, or the target is missed.
    """

    jurisdiction: str
    struck: tuple[str, ...]
    instead: tuple[str, ...]
    residual: float
    cost: float
    lost: float
    indispensable: bool


class Extra(NamedTuple):
    """What another budget buys: `gained` capability taken away in addition (below 0: lost), and what changes."""

    budget: float
    residual: float
    gained: float
    added: tuple[str, ...]
    dropped: tuple[str, ...]


class Simultaneous(NamedTuple):
    """Actions that must be done at one hour, those that would give the others away, their members, and why in words."""

    actions: tuple[str, ...]
    telling: tuple[str, ...]
    members: tuple[str, ...]
    reason: str


class Doubt(NamedTuple):
    """A plan judged in worlds it was not made for.

    `residual`: mean and 5–95 % band; `tail`: mean of the worst tenth (conditional value at risk); `promised`: what the
    plan says of itself.
    """

    residual: Band
    tail: float
    promised: float


def if_countries_refuse(problem: Problem, made: Plan) -> tuple[Refusal, ...]:
    """For each jurisdiction (ISO 3166-1) that an action of the plan depends on: the plan without it; worst first."""
    acts = {action.id: action for action in problem.actions}
    own = [step.action for step in made.steps]
    countries = sorted({country for one in own for country in acts[one].jurisdiction})
    answers = []
    for country in countries:
        after = what_if(problem, made, without_jurisdictions=(country,))
        lost = _lost(made, after.residual.mean)
        answers.append(
            Refusal(
                jurisdiction=country,
                struck=tuple(one for one in own if country in acts[one].jurisdiction),
                instead=_beyond(after, made),
                residual=after.residual.mean,
                cost=after.cost,
                lost=lost,
                indispensable=lost > LOST_EFFECT or (made.reached and not after.reached),
            )
        )
    return tuple(sorted(answers, key=lambda one: (-one.lost, one.jurisdiction)))


def indispensable(made: Plan) -> tuple[Weight, ...]:
    """The members without whom over a quarter of the effect is gone, or the target is missed; worst first."""
    return tuple(one for one in made.members if one.indispensable)


def rebuilt_first(made: Plan) -> tuple[Substitute, ...]:
    """What they would rebuild first, most regained first, each with what is likeliest to stand in for it."""
    return made.substitutes


def with_more_budget(problem: Problem, made: Plan, share: float = 0.2) -> Extra:
    """What `share` more (below 0: less) working days buy, over the plan's budget or, if it had none, over its cost.

    Raises `InputError` when the share is below -1 or no number.
    """
    if not (math.isfinite(share) and share >= -1):
        raise InputError(f"The share of budget added is {share}.", action="Give -1 or more, as 0.2 for a fifth more.")
    limited = made.question.target is None and made.question.budget is not None
    budget = (made.question.budget or 0.0) if limited else made.cost
    after = what_if(problem, made, budget=budget * (1 + share))
    return Extra(
        budget=round(budget * (1 + share), 9),
        residual=after.residual.mean,
        gained=round(made.residual.mean - after.residual.mean, 9),
        added=_beyond(after, made),
        dropped=_beyond(made, after),
    )


def must_be_simultaneous(problem: Problem, made: Plan) -> tuple[Simultaneous, ...]:
    """The groups of `made.together`, with what in them would tip the criminals off."""
    acts = {action.id: action for action in problem.actions}
    return tuple(_simultaneous([acts[one] for one in group]) for group in made.together)


def in_doubt(
    problem: Problem,
    made: Plan,
    *,
    unseen_links: float | None = None,
    regrowth: float | None = None,
    worlds: int = 64,
) -> Doubt:
    """The plan in fresh worlds: links that do not exist or were never seen, actions that fail, assets that come back.

    None: as the problem has it. Raises `InputError` for numbers outside 0 … 1, or no worlds.
    """
    if worlds < 1:
        raise InputError(f"{worlds} worlds cannot be sampled.", action="Ask for one or more.")
    doubted = replace(
        problem,
        unseen_links=problem.unseen_links if unseen_links is None else unseen_links,
        regrowth=problem.regrowth if regrowth is None else regrowth,
    )
    g = sample(doubted, seed=made.question.seed + FRESH_SEED, worlds=worlds)
    state = intact(g)
    ids = {step.action for step in made.steps}
    do_actions(g, state, np.array([action.id in ids for action in problem.actions], bool))
    values = np.sort(shares(g, state))
    tail = float(values[-max(1, round(TAIL * len(values))) :].mean())
    return Doubt(explain.band(values), round(tail, 9), made.residual.mean)


def _lost(made: Plan, residual: float) -> float:
    effect = made.intact.mean - made.residual.mean
    return round(min(1.0, max(0.0, (residual - made.residual.mean) / effect)), 9) if effect > 0 else 0.0


def _beyond(one: Plan, other: Plan) -> tuple[str, ...]:
    """Actions of one plan that another has not, in acting order."""
    known = {step.action for step in other.steps}
    return tuple(step.action for step in one.steps if step.action not in known)


def _simultaneous(actions: list[Action]) -> Simultaneous:
    telling = tuple(one.id for one in actions if one.exposure >= explain.TELLING)
    members = tuple(sorted({one.member for one in actions}))
    most = max(actions, key=lambda one: (one.exposure, one.id))
    reason = (
        f"{most.id} gives the others away with a chance of {most.exposure:.0%}: "
        f"{len(actions)} actions of {len(members)} member{'s' if len(members) > 1 else ''} on assets that are linked."
    )
    return Simultaneous(tuple(one.id for one in actions), telling, members, reason)
