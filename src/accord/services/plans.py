"""Plan the disruption of what is on the map, with what members can do; and answer what-if."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from accord.disruption import MONEY, SOURCE, Action, Asset, Link, Plan, Problem, Step, plan, what_if
from accord.disruption.powers import Act, acts, wanted
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

TARGETS_SHOWN = 2_000
LEFT_SHOWN = 50


class Planned(NamedTuple):
    """A plan with the problem it answers and the acts it chose from."""

    problem: Problem
    acts: tuple[Act, ...]
    plan: Plan
    full: Plan
    """With every act that helps at all: where the curve goes on beyond the plan."""


def make(chart: Map, members: Sequence[Member], progress: Progress, *, budget: float | None = None) -> Planned:
    """The plan of the acts that members' capabilities allow; empty when nobody has said what it can do."""
    progress.report("plan", 0, 2, "deriving the acts that members can take")
    possible = tuple(acts(members, chart))
    problem = problem_of(chart, possible)
    progress.report("plan", 1, 3, f"choosing among {len(possible)} acts")
    full = plan(problem, budget=budget)
    progress.report("plan", 2, 3, "leaving out what hardly helps")
    enough = worthwhile(full) if budget is None else None
    best = full if enough is None else what_if(problem, full, budget=enough, weigh=True)
    made = Planned(problem, possible, best, full)
    progress.report("plan", 3, 3, "")
    return made


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
) -> Planned:
    """The plan when members refuse, acts are struck, jurisdictions are closed, or the budget changes."""
    return made._replace(
        plan=what_if(
            made.problem,
            made.plan,
            without_members=without_members,
            without_actions=without_actions,
            without_jurisdictions=without_jurisdictions,
            budget=budget,
        )
    )


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
            for s in made.full.steps
        ],
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
    return (
        f"{_count(len(steps), 'action').capitalize()} by {_count(actors, 'member')} "
        f"{'leaves' if len(steps) == 1 else 'leave'} about {percent} % of the network working."
    )


def _why(act: Act, chart: Map, before: float, step: Step) -> str:
    """One sentence on why an act is in the plan."""
    held = len({slug for i in act.targets for slug in chart.nodes[i].members})
    return (
        f"What still works falls from {100 * before:.0f} % to {100 * step.residual.mean:.0f} % "
        f"for {step.cost:.1f} working days; {_count(held, 'member')} reported what it hits."
    )


WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _count(number: int, noun: str) -> str:
    word = WORDS[number] if number < len(WORDS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"
