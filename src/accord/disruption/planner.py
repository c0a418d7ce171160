"""Plans: which actions, in what order, what remains, who is indispensable; and the questions a commander asks next."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from accord.disruption import explain
from accord.disruption.bounds import lower_bound
from accord.disruption.capability import do_actions, mean_largest
from accord.disruption.choose import TAIL, WORK, Aim, Choice, Chooser, Chosen
from accord.disruption.pace import Stop
from accord.disruption.plans import Plan, Point, Question, Step, Weight
from accord.disruption.problem import Problem
from accord.disruption.single import network_of
from accord.disruption.sweep import giving_up_order
from accord.disruption.worlds import DEFAULT_WORLDS, rows, sample
from accord.model.errors import InputError

BOUNDED_ASSETS = 1000
"""Up to so many assets and actions a bound is worked out: some seconds."""
QUICK_WORK = 20_000_000
"""For `what_if` and the question who is indispensable: well under a second for 5,000 assets."""
LOST_EFFECT = 0.25
"""A member without whom more than this part of the effect is lost is indispensable."""


def plan(
    problem: Problem,
    *,
    budget: float | None = None,
    target: float | None = None,
    seed: int = 0,
    seconds: float | None = None,
    stop: Stop | None = None,
    caution: float = 0.0,
    max_collateral: float = 1.0,
    worlds: int = DEFAULT_WORLDS,
) -> Plan:
    """The best plan found; the same problem, question and seed give the same plan.

    Args:
        problem: what stands and what may be done.
        seed: of the sampled worlds and of the search.
        worlds: how many are sampled (fewer for very large problems, one when nothing is uncertain).
        budget: working days; then the least residual capability within it. None with no target: whatever helps.
        target: then the least cost until the largest surviving part has at most this share of the assets (below 1;
            at least one asset) or this number of them (1 and above), on average over the worlds.
        seconds: not a clock but a measure of work, about a second each on one 2026 core; None: some seconds.
        stop: asked between chunks of work; the best so far is returned as soon as it says True.
        caution: 0 plans for the mean of the sampled worlds, 1 for the mean of their worst tenth.
        max_collateral: actions that may harm the uninvolved more than this are left out.

    Raises `InputError` when budget, target, caution or max_collateral is not a number in its range.
    """
    question = Question(budget, target, caution, max_collateral, seed, worlds)
    _check(question)
    chooser = Chooser(problem, sample(problem, seed=seed, worlds=worlds))
    work = WORK if seconds is None else int(seconds * 150_000_000)
    allowed = _allowed(problem, question)
    choice = chooser.choose(_aim(problem, question), allowed, seed=seed, work=work, stop=stop)
    return _told(chooser, question, choice, allowed, stop)


def what_if(
    problem: Problem,
    made: Plan,
    *,
    without_members: Collection[str] = (),
    without_actions: Collection[str] = (),
    without_jurisdictions: Collection[str] = (),
    budget: float | None = None,
    weigh: bool = False,
    stop: Stop | None = None,
) -> Plan:
    """The plan again when members refuse, actions are struck, jurisdictions fail, or the budget changes.

    Starts from the plan made, so that it is quick and changes no more than it must. `weigh`: also say who is
    indispensable, which takes as long again. `stop`: asked between chunks of work; then it is the best so far.
    `InputError` for a bad budget.
    """
    question = made.question if budget is None else made.question._replace(budget=budget, target=None)
    _check(question)
    chooser = Chooser(problem, sample(problem, seed=question.seed, worlds=question.worlds))
    allowed = _allowed(problem, question)
    for number, action in enumerate(problem.actions):
        if (
            action.member in without_members
            or action.id in without_actions
            or not set(action.jurisdiction).isdisjoint(without_jurisdictions)
        ):
            allowed[number] = False
    first = _chosen(problem, made)
    choice = chooser.choose(
        _aim(problem, question), allowed, seed=question.seed, work=QUICK_WORK, first=first, stop=stop
    )
    return _told(chooser, question, choice, allowed, stop, weigh=weigh)


def curve(problem: Problem, made: Plan) -> tuple[Point, ...]:
    """What each amount of cost buys: the plan's steps, then whatever else would still help, best first."""
    question = made.question
    chooser = Chooser(problem, sample(problem, seed=question.seed, worlds=question.worlds))
    points = [
        Point(0.0, made.intact, ""),
        *(Point(step.cost_so_far, step.residual, step.action) for step in made.steps),
    ]
    first = _chosen(problem, made)
    rest = _allowed(problem, question) & ~first
    everything = chooser.everything(chooser.closed(rest | first), first, np.random.default_rng(question.seed))
    order, residuals = _order(chooser, everything, late=everything & ~first)
    cost = made.cost
    for place in range(len(made.steps), len(order)):
        cost += problem.actions[order[place]].cost
        residual = explain.band(residuals[:, place + 1])
        points.append(Point(round(cost, 9), residual, problem.actions[order[place]].id))
    return tuple(points)


def _check(question: Question) -> None:
    if question.budget is not None and not question.budget >= 0:
        raise InputError(f"The budget is {question.budget}.", action="Give working days, 0 or more.")
    if question.target is not None and not (question.target > 0 and math.isfinite(question.target)):
        raise InputError(
            f"The target is {question.target}.", action="Give a share of the assets (as 0.1), or a number of them."
        )
    for name, value in (("caution", question.caution), ("greatest collateral", question.max_collateral)):
        if not 0 <= value <= 1:
            raise InputError(f"The {name} is {value}.", action="Give a number from 0 to 1.")
    if question.worlds < 1:
        raise InputError(f"{question.worlds} worlds cannot be sampled.", action="Ask for one or more.")


def _aim(problem: Problem, question: Question) -> Aim:
    budget = math.inf if question.budget is None else question.budget
    if question.target is None:
        return Aim(budget, caution=question.caution)
    assets = len(problem.assets)
    limit = max(1, math.floor(question.target * assets)) if question.target < 1 else math.floor(question.target)
    return Aim(budget, limit=float(limit), caution=question.caution)


def _allowed(problem: Problem, question: Question) -> Chosen:
    return np.array([action.collateral <= question.max_collateral for action in problem.actions], bool)


def _chosen(problem: Problem, made: Plan) -> Chosen:
    ids = {step.action for step in made.steps}
    return np.array([action.id in ids for action in problem.actions], bool)


def _order(
    chooser: Chooser, chosen: Chosen, late: Chosen | None = None
) -> tuple[list[int], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    count = int(chosen.sum())
    steps = np.zeros(count, np.int32)
    residuals = np.zeros((len(chooser.worlds.works), count + 1))
    none = np.zeros(len(chosen), bool)
    giving_up_order(chooser.worlds, chooser.state, chosen, none if late is None else late, steps, residuals)
    return steps.tolist(), residuals


def _told(
    chooser: Chooser,
    question: Question,
    choice: Choice,
    allowed: Chosen,
    stop: Stop | None,
    *,
    weigh: bool = True,
) -> Plan:
    problem, notes = chooser.problem, _notes(chooser.problem, question, allowed)
    reached = choice.reached
    if question.target is not None:
        cost = float(chooser.worlds.cost[choice.chosen].sum())
        if not reached:
            notes.append("The target cannot be reached with what may be done; this comes as near as can be.")
        elif question.budget is not None and cost > question.budget:
            notes.append(f"The target would cost {cost:g} working days; within the budget this is the best.")
            aim = Aim(question.budget, caution=question.caution)
            choice, reached = chooser.choose(aim, allowed, seed=question.seed, work=QUICK_WORK, stop=stop), False
            question = question._replace(target=None)
    floor = 0.0
    if question.target is not None and reached and not choice.proven:
        choice, floor = _bounded(chooser, question, choice, allowed, stop)
    weights = _weights(chooser, question, choice, allowed, stop) if weigh else ()
    if weights is None:
        notes.append("Stopped before it was known which members are indispensable.")
    order, residuals = _order(chooser, choice.chosen)
    do_actions(chooser.worlds, chooser.state, choice.chosen)
    largest = float(mean_largest(chooser.state)) / max(1, len(problem.assets))
    final = residuals[:, -1]
    steps = _steps(problem, order, residuals)
    by_target = question.target is not None
    value = float(chooser.worlds.cost[choice.chosen].sum()) if by_target else float(final.mean())
    bound = value if choice.proven else floor if by_target else _floor(chooser, allowed)
    bound = min(bound, value)
    return Plan(
        question=question,
        steps=steps,
        intact=explain.band(residuals[:, 0]),
        residual=explain.band(final),
        tail=round(float(np.sort(final)[-max(1, round(TAIL * len(final))) :].mean()), 9),
        cost=round(float(chooser.worlds.cost[choice.chosen].sum()), 9),
        largest=round(largest, 9),
        reached=reached,
        bound=round(bound, 9),
        gap=round((value - bound) / value, 9) if value > 0 else 0.0,
        members=weights or (),
        substitutes=explain.substitutes(problem, chooser.worlds, chooser.state, choice.chosen),
        together=explain.together(
            chooser.worlds, order, [problem.actions[one] for one in order], [step.wave for step in steps]
        ),
        notes=tuple(notes),
    )


def _bounded(
    chooser: Chooser, question: Question, choice: Choice, allowed: Chosen, stop: Stop | None
) -> tuple[Choice, float]:
    """A bound on the cost of reaching the target, and the choice, or a better one that the bound's proof gave."""
    worlds = chooser.worlds
    sure = len(worlds.works) == 1 and bool(worlds.stands.all())
    if not sure or len(worlds.harm) > BOUNDED_ASSETS or len(worlds.cost) > BOUNDED_ASSETS:
        return choice, 0.0
    owner = np.repeat(np.arange(len(allowed)), np.diff(worlds.target_start))
    works = chooser.closed(allowed)[owner] & (worlds.works[0][owner] == 1)
    owner = owner[works]
    hit_start, hit_by = rows(len(worlds.harm), worlds.target[works].astype(np.int64), owner)
    limit = int(_aim(chooser.problem, question).limit)
    bound = lower_bound(network_of(worlds), worlds.cost, limit, hit_start=hit_start, hit_by=hit_by, stop=stop)
    if bound.proven is not None and chooser.lawful(bound.proven):
        return replace(choice, chosen=bound.proven, value=bound.cost, proven=True), bound.cost
    return choice, bound.cost


def _notes(problem: Problem, question: Question, allowed: Chosen) -> list[str]:
    notes = []
    if not problem.assets:
        notes.append("There is nothing to disrupt: the problem has no assets.")
    if not problem.actions:
        notes.append("There is nothing that could be done: the problem has no actions.")
    left_out = [a.id for a in problem.actions if a.collateral > question.max_collateral]
    if left_out:
        notes.append(f"{len(left_out)} actions were left out, since they may harm the uninvolved too much.")
    struck = int((~allowed).sum()) - len(left_out)
    if struck > 0:
        notes.append(f"{struck} actions were struck or refused.")
    hit = {key for action, may in zip(problem.actions, allowed, strict=True) if may for key in action.targets}
    beyond = len(problem.assets) - len(hit)
    if problem.actions and beyond:
        notes.append(f"{beyond} of {len(problem.assets)} assets are within nobody's reach.")
    return notes


def _steps(
    problem: Problem, order: list[int], residuals: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> tuple[Step, ...]:
    actions = [problem.actions[one] for one in order]
    kind_of = {asset.key: asset.kind for asset in problem.assets}
    steps, cost = [], 0.0
    for at, (action, wave) in enumerate(zip(actions, explain.waves(actions), strict=True)):
        cost += action.cost
        enables = [other.id for other in actions if action.id in other.requires]
        before, after = float(residuals[:, at].mean()), float(residuals[:, at + 1].mean())
        steps.append(
            Step(
                action=action.id,
                member=action.member,
                cost=action.cost,
                cost_so_far=round(cost, 9),
                residual=explain.band(residuals[:, at + 1]),
                reason=explain.reason(kind_of, action, before, after, enables),
                wave=wave,
                start_hours_before=action.lead_time_hours,
            )
        )
    return tuple(steps)


def _floor(chooser: Chooser, allowed: Chosen) -> float:
    """Residual capability if all that is allowed were done, conflicts and costs forgotten: no plan does better."""
    return float(chooser.residuals(chooser.closed(allowed)).mean())


def _weights(
    chooser: Chooser, question: Question, choice: Choice, allowed: Chosen, stop: Stop | None
) -> tuple[Weight, ...] | None:
    """What the plan is worth without each member involved; None when stopped before all were weighed."""
    problem = chooser.problem
    involved = sorted({problem.actions[one].member for one in np.flatnonzero(choice.chosen)})
    intact_value = float(chooser.residuals(np.zeros(len(allowed), bool)).mean())
    with_all = float(chooser.residuals(choice.chosen).mean())
    weights = []
    for member in involved:
        if stop is not None and stop():
            return None
        own = np.array([action.member == member for action in problem.actions], bool)
        without = chooser.choose(
            _aim(problem, question),
            allowed & ~own,
            seed=question.seed,
            work=QUICK_WORK // len(involved),
            first=choice.chosen & ~own,
            stop=stop,
        )
        residual = float(chooser.residuals(without.chosen).mean())
        lost = (residual - with_all) / (intact_value - with_all) if intact_value > with_all else 0.0
        weights.append(
            Weight(
                member=member,
                steps=int((own & choice.chosen).sum()),
                cost=round(float(chooser.worlds.cost[own & choice.chosen].sum()), 9),
                residual_without=round(residual, 9),
                reached_without=without.reached,
                indispensable=lost > LOST_EFFECT or (choice.reached and not without.reached),
            )
        )
    return tuple(sorted(weights, key=lambda one: (-one.residual_without, one.member)))
