"""Plan the disruption of what is on the map, with what members can do; and answer what-if."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from accord.disruption import MONEY, SOURCE, Action, Asset, Band, Link, Plan, Problem, Question, Step, plan, what_if
from accord.disruption.assumed import Power, assumed_acts, holder_name, is_assumed
from accord.disruption.powers import Act, acts, wanted
from accord.disruption.worlds import DEFAULT_WORLDS
from accord.model.maps import Map
from accord.model.members import ActionType, Member
from accord.model.ports import Progress

EXPOSURE = {
    ActionType.ARREST: 0.9,
    ActionType.SUSPEND_DOMAIN: 0.6,
    ActionType.TAKE_DOWN_HOST: 0.6,
    ActionType.SEIZE_SERVER: 0.5,
    ActionType.FREEZE_WALLET: 0.5,
    ActionType.SINKHOLE: 0.5,
    ActionType.CLOSE_ACCOUNT: 0.4,
    ActionType.REMOVE_CONTENT: 0.4,
    ActionType.WARN_VICTIMS: 0.2,
    ActionType.BLOCK: 0.1,
}
"""How likely an act tells the criminals that more is coming; judgement, not measurement."""

ROLES = {"domain": SOURCE, "url": SOURCE, "wallet": MONEY}
"""Where victims come in and where money goes out, by shape."""

LEAST_EFFECT = 0.01
"""An act that takes less than this off the network's capability is not planned unless a budget asks for it."""

MORE = 1.2
"""Times the cost: the question what a fifth more budget buys."""

URGED = 20.0
"""How much more what somebody proposes to hit weighs in the choice; judgement."""

TARGETS_SHOWN = 2_000
LEFT_SHOWN = 50


class Planned(NamedTuple):
    """A plan with the problem it answers and the acts it chose from."""

    problem: Problem
    acts: tuple[Act, ...]
    plan: Plan
    curve: tuple[Step, ...]
    """The steps of every act that helps at all: where the curve goes on beyond the plan."""
    more: Plan | None = None
    """What a fifth more budget buys."""


def make(
    chart: Map,
    members: Sequence[Member],
    progress: Progress,
    *,
    budget: float | None = None,
    powers: Sequence[Power] = (),
    stop: Callable[[], bool] | None = None,
) -> Planned:
    """The plan of the acts that members' capabilities allow; empty when nobody has said what it can do.

    `powers`: assumed where no member can act. `stop`: asked between chunks of work; then it is the best so far.
    """
    progress.report("plan", 0, 3, "deriving the acts that members can take")
    possible = possible_acts(chart, members, powers)
    problem = problem_of(chart, possible)
    progress.report("plan", 1, 3, f"choosing among {len(possible)} acts")
    full = plan(problem, budget=budget, stop=stop)
    progress.report("plan", 2, 3, "leaving out what hardly helps")
    enough = worthwhile(full) if budget is None else None
    best = full if enough is None else what_if(problem, full, budget=enough, weigh=True)
    made = Planned(problem, possible, best, full.steps, more_of(problem, best))
    progress.report("plan", 3, 3, "")
    return made


def possible_acts(chart: Map, members: Sequence[Member], powers: Sequence[Power] = ()) -> tuple[Act, ...]:
    """What members can do on this map, then what the holders of assumed powers could do on the rest."""
    stated = tuple(acts(members, chart))
    if not powers:
        return stated
    return (*stated, *assumed_acts(chart, {i for act in stated for i in act.targets}, powers))


def remembered(
    chart: Map, members: Sequence[Member], kept: Mapping[str, Any], powers: Sequence[Power]
) -> Planned | None:
    """The plan of a kept document, ready for questions, without planning anew; None when it is not of this map.

    A question starts from which acts were chosen and what was asked; the figures are worked out again in each answer.
    """
    possible = possible_acts(chart, members, powers)
    known = {act.id: act for act in possible}
    chosen = [step["action_id"] for step in kept.get("steps") or []]
    if not chosen or not set(chosen) <= known.keys():
        return None
    question = Question(kept.get("budget"), None, 0.0, 1.0, 0, DEFAULT_WORLDS)
    nothing = Band(1.0, 1.0, 1.0)
    steps = tuple(Step(one, known[one].member, known[one].cost, 0.0, nothing, "", 1, 0.0) for one in chosen)
    curve = tuple(
        Step("", "", 0.0, one["cost"], Band(one["residual"], one["low"], one["high"]), "", 1, 0.0)
        for one in kept.get("curve") or []
    )
    made = Plan(
        question,
        steps,
        nothing,
        nothing,
        1.0,
        kept["cost"],
        1.0,
        reached=True,
        bound=0.0,
        gap=0.0,
        members=(),
        substitutes=(),
        together=(),
        notes=(),
    )
    return Planned(problem_of(chart, possible), possible, made, curve)


def more_of(problem: Problem, best: Plan) -> Plan | None:
    """The plan with a fifth more budget; None when the plan costs nothing."""
    return what_if(problem, best, budget=MORE * best.cost) if best.cost > 0 else None


def worthwhile(full: Plan) -> float | None:
    """The budget after which every further act takes less than `LEAST_EFFECT` away; None when each takes more."""
    before, last = full.intact.mean, 0.0
    for step in full.steps:
        if before - step.residual.mean >= LEAST_EFFECT:
            last = step.cost_so_far
        before = step.residual.mean
    return last if full.steps and last < full.cost else None


def again(
    made: Planned,
    *,
    without_members: Collection[str] = (),
    without_actions: Collection[str] = (),
    without_jurisdictions: Collection[str] = (),
    budget: float | None = None,
    wanted_targets: Collection[str] = (),
    weigh: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Planned:
    """The plan when members refuse, acts are struck, jurisdictions are closed, or the budget changes.

    `wanted_targets`: keys of assets that somebody proposes to hit: they weigh `URGED` times as much in the choice, and
    as before in the figures. Without a budget it is that of the plan. `weigh`: also who is indispensable, which takes
    as long again. `stop`: asked between chunks of work; then it is the best so far.
    """
    given: dict[str, Any] = {
        "without_members": without_members,
        "without_actions": without_actions,
        "without_jurisdictions": without_jurisdictions,
        "budget": budget,
        "stop": stop,
    }
    if not wanted_targets:
        return made._replace(plan=what_if(made.problem, made.plan, **given, weigh=weigh), more=None)
    assets = tuple(
        asset._replace(harm=asset.harm * URGED) if asset.key in wanted_targets else asset
        for asset in made.problem.assets
    )
    urged = what_if(replace(made.problem, assets=assets), made.plan, **given)
    chosen = {step.action for step in urged.steps}
    struck = [action.id for action in made.problem.actions if action.id not in chosen]
    told = what_if(made.problem, urged, without_actions=struck, budget=budget, weigh=weigh, stop=stop)
    return made._replace(plan=told, more=None)


def problem_of(chart: Map, possible: Sequence[Act]) -> Problem:
    """The map as a problem of the planner. Two acts on one asset exclude each other: exactly one actor an asset."""
    assets = tuple(Asset(n.key, n.kind, n.harm, ROLES.get(n.shape, "")) for n in chart.nodes)
    links = tuple(Link(e.source, e.target, e.confidence) for e in chart.edges)
    on: dict[int, list[int]] = {}
    for number, act in enumerate(possible):
        for target in act.targets:
            on.setdefault(target, []).append(number)
    rivals: dict[int, set[int]] = {}
    for numbers in on.values():
        for number in numbers if len(numbers) > 1 else ():
            rivals.setdefault(number, set()).update(other for other in numbers if other != number)
    actions = tuple(
        Action(
            id=act.id,
            member=act.member,
            type=act.capability.action,
            targets=tuple(chart.nodes[i].key for i in act.targets),
            power=act.capability.power,
            cost=act.cost,
            success=act.capability.success,
            lead_time_hours=act.capability.lead_time_hours,
            jurisdiction=act.capability.jurisdiction,
            collateral=act.capability.collateral,
            conflicts=tuple(possible[other].id for other in sorted(rivals.get(number, ()))),
            exposure=EXPOSURE[act.capability.action],
            shared_cause=f"{act.member}/{act.capability.power}" if act.capability.power else "",
        )
        for number, act in enumerate(possible)
    )
    return Problem(assets, links, actions)


def document(made: Planned, chart: Map, members: Sequence[Member]) -> dict[str, Any]:
    """The plan as JSON: what pages, files and the report show."""
    names = {member.slug: member.name for member in members}
    names |= {act.member: holder_name(act.member) for act in made.acts if is_assumed(act.member)}
    by_id = {act.id: act for act in made.acts}
    key_of = {node.key: node for node in chart.nodes}
    number_of = {step.action: number for number, step in enumerate(made.plan.steps, start=1)}
    together = {action: sorted(number_of[other] for other in group) for group in made.plan.together for action in group}
    steps = []
    for number, step in enumerate(made.plan.steps, start=1):
        act = by_id[step.action]
        targets = [chart.nodes[i] for i in act.targets]
        before = made.plan.steps[number - 2].residual.mean if number > 1 else made.plan.intact.mean
        steps.append(
            {
                "number": number,
                "action_id": act.id,
                "member": names.get(act.member, act.member),
                "member_slug": act.member,
                "type": str(act.capability.action),
                "title": act.title,
                "power": act.capability.power,
                "jurisdiction": list(act.capability.jurisdiction),
                "targets": [[n.kind, n.label] for n in targets[:TARGETS_SHOWN]],
                "cost": step.cost,
                "cost_so_far": step.cost_so_far,
                "residual": step.residual.mean,
                "low": step.residual.low,
                "high": step.residual.high,
                "lead_time_hours": act.capability.lead_time_hours,
                "start_hours_before": step.start_hours_before,
                "wave": step.wave,
                "success": act.capability.success,
                "collateral": act.capability.collateral,
                "assumed": is_assumed(act.member),
                "why": _why(act, chart, before, step),
                "simultaneous_with": [other for other in together.get(step.action, ()) if other != number],
            }
        )
    hit = {i for step in made.plan.steps for i in by_id[step.action].targets}
    reachable = {i for act in made.acts for i in act.targets}
    left = [n for i, n in enumerate(chart.nodes) if i not in hit and n.shape not in ("persona", "file")]
    left.sort(key=lambda n: (-n.harm, n.key))
    open_acts = wanted(chart, reachable)
    open_acts.sort(key=lambda act: (-sum(chart.nodes[i].harm for i in act.targets), act.id))
    return {
        "sentence": sentence(made),
        "assumed": sum(is_assumed(step.member) for step in made.plan.steps),
        "intact": 1.0,
        "residual": made.plan.residual.mean,
        "low": made.plan.residual.low,
        "high": made.plan.residual.high,
        "tail": made.plan.tail,
        "budget": made.plan.question.budget,
        "cost": made.plan.cost,
        "bound": made.plan.bound,
        "gap": made.plan.gap,
        "largest": made.plan.largest,
        "steps": steps,
        "indispensable": [names.get(w.member, w.member) for w in made.plan.members if w.indispensable],
        "members": [
            {
                "slug": w.member,
                "name": names.get(w.member, w.member),
                "steps": w.steps,
                "cost": w.cost,
                "assumed": is_assumed(w.member),
                "residual_without": w.residual_without,
                "indispensable": w.indispensable,
            }
            for w in made.plan.members
        ],
        "substitutes": [
            {
                "kind": key_of[s.asset].kind,
                "value": key_of[s.asset].label,
                "regained": s.regained,
                "stand_in": key_of[s.stand_in].label if s.stand_in else "",
            }
            for s in made.plan.substitutes
        ],
        "curve": [
            {"cost": s.cost_so_far, "residual": s.residual.mean, "low": s.residual.low, "high": s.residual.high}
            for s in made.curve
        ],
        "more": _more(made, names),
        "jurisdictions": sorted({code for act in made.acts for code in act.capability.jurisdiction}),
        "together": [sorted(number_of[action] for action in group) for group in made.plan.together],
        "left_over": [
            {"kind": n.kind, "value": n.label, "harm": n.harm, "members": list(n.members)} for n in left[:LEFT_SHOWN]
        ],
        "left_over_total": len(left),
        "wanted": [
            {
                "power": act.capability.power,
                "type": str(act.capability.action),
                "title": act.title,
                "targets": len(act.targets),
                "harm": round(sum(chart.nodes[i].harm for i in act.targets), 1),
            }
            for act in open_acts[:LEFT_SHOWN]
        ],
        "notes": list(made.plan.notes),
        "assets": len(chart.nodes),
        "possible_acts": len(made.acts),
    }


def sentence(made: Planned) -> str:
    """The answer first, in one sentence."""
    steps = made.plan.steps
    if not made.acts:
        return "No member has said what it can do, so there is nothing to plan yet."
    if not steps:
        return "No act that members can take would weaken the network."
    actors = len({step.member for step in steps})
    percent = round(100 * made.plan.residual.mean)
    if assumed := sum(is_assumed(step.member) for step in steps):
        every = "all" if assumed == len(steps) else WORDS[assumed] if assumed < len(WORDS) else str(assumed)
        return (
            f"{_count(len(steps), 'action').capitalize()}, {every} of {'it' if len(steps) == 1 else 'them'} on assumed "
            f"powers, would leave about {percent} % of the network working."
        )
    return (
        f"{_count(len(steps), 'action').capitalize()} by {_count(actors, 'member')} "
        f"{'leaves' if len(steps) == 1 else 'leave'} about {percent} % of the network working."
    )


def _why(act: Act, chart: Map, before: float, step: Step) -> str:
    """One sentence on why an act is in the plan."""
    held = len({slug for i in act.targets for slug in chart.nodes[i].members})
    after = step.residual.mean
    reported = f"{_count(held, 'member')} reported what it hits"
    if before - after < LEAST_TOLD:
        return f"On its own it takes little; it is in because others may fail, and {reported}."
    part = 100 * (before - after) / before if before else 0.0
    return (
        f"It takes away {part:.0f} % of what still works at its turn, from {100 * before:.0f} % to "
        f"{100 * after:.0f} %, for {days(step.cost)}; {reported}."
    )


def _more(made: Planned, names: Mapping[str, str]) -> dict[str, Any] | None:
    """What a fifth more budget buys, and which acts it adds."""
    if made.more is None:
        return None
    titles = {act.id: (names.get(act.member, act.member), act.title) for act in made.acts}
    had = {step.action for step in made.plan.steps}
    added = [titles[step.action] for step in made.more.steps if step.action not in had]
    return {
        "budget": round(MORE * made.plan.cost, 2),
        "cost": made.more.cost,
        "residual": min(made.more.residual.mean, made.plan.residual.mean),
        "adds": [list(one) for one in added[:LEFT_SHOWN]],
        "adds_total": len(added),
    }


def days(cost: float) -> str:
    """`one working day`, `2.5 working days`."""
    return "one working day" if cost == 1 else f"{cost:.1f} working days".replace(".0 ", " ")


LEAST_TOLD = 0.005
"""A smaller step is not told in whole percent."""

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _count(number: int, noun: str) -> str:
    word = WORDS[number] if number < len(WORDS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"
