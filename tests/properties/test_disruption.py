"""What must hold for every problem: plans are lawful, deterministic and judged as an oracle judges them."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.disruption import MONEY, SOURCE, Action, Asset, Link, Problem, curve, plan, what_if

ROLES = ("", "", SOURCE, MONEY)


@st.composite
def problems(draw: st.DrawFn, *, sure: bool = False) -> Problem:
    size = draw(st.integers(0, 9))
    harms = st.sampled_from([0.0, 0.5, 1.0, 3.0])
    assets = tuple(Asset(f"a{at}", "host", draw(harms), draw(st.sampled_from(ROLES))) for at in range(size))
    ends = st.integers(0, max(0, size - 1))
    chance = st.just(1.0) if sure else st.sampled_from([0.3, 0.9, 1.0])
    count = draw(st.integers(0, 14)) if size else 0
    links = tuple(Link(draw(ends), draw(ends), draw(chance)) for _ in range(count))
    keys = st.lists(st.sampled_from([a.key for a in assets]), max_size=4) if assets else st.just([])
    actions = []
    for at in range(draw(st.integers(0, 5))):
        others = st.lists(st.sampled_from([f"x{one}" for one in range(at)]), max_size=1) if at else st.just([])
        actions.append(
            Action(
                f"x{at}",
                draw(st.sampled_from(["m", "n"])),
                "block",
                tuple(draw(keys)),
                cost=draw(st.sampled_from([0.0, 1.0, 2.5])),
                success=draw(chance),
                requires=tuple(draw(others)),
                conflicts=tuple(draw(others)),
            )
        )
    return Problem(assets, links, tuple(actions))


def capability(problem: Problem, done: set[str]) -> float:
    """The oracle, for a problem in which all is sure: the formula of capability.py, by search."""

    def terms(gone: set[int]) -> tuple[float, float]:
        harms = [a.harm for a in problem.assets]
        if not any(harms):
            harms = [1.0] * len(harms)
        near: dict[int, set[int]] = {}
        for source, target, _ in problem.links:
            near.setdefault(source, set()).add(target)
            near.setdefault(target, set()).add(source)
        mass = pairs = 0.0
        left = set(range(len(harms))) - gone
        while left:
            part, line = set(), [left.pop()]
            while line:
                node = line.pop()
                part.add(node)
                line += [other for other in near.get(node, ()) if other in left]
                left -= near.get(node, set())
            mass += sum(harms[node] for node in part) ** 2
            roles = [problem.assets[node].role for node in part]
            pairs += roles.count(SOURCE) * roles.count(MONEY)
        return mass, pairs

    number = {asset.key: at for at, asset in enumerate(problem.assets)}
    gone = {number[key] for action in problem.actions if action.id in done for key in action.targets}
    whole, now = terms(set()), terms(gone)
    if whole[0] == 0:
        return 0.0
    if whole[1] == 0:
        return now[0] / whole[0]
    weight = problem.chain_weight
    return (1 - weight) * now[0] / whole[0] + weight * now[1] / whole[1]


@settings(deadline=None, max_examples=60)
@given(problems(), st.sampled_from([0.0, 1.0, 2.5, 4.0, None]))
def test_every_plan_is_lawful(problem: Problem, budget: float | None) -> None:
    made = plan(problem, budget=budget, worlds=6)
    ids = [step.action for step in made.steps]
    actions = {action.id: action for action in problem.actions}
    assert len(set(ids)) == len(ids)
    assert math.isclose(made.cost, sum(actions[one].cost for one in ids), abs_tol=1e-6)
    assert budget is None or made.cost <= budget + 1e-6
    for at, one in enumerate(ids):
        assert set(actions[one].requires) <= set(ids[:at])
        assert set(actions[one].conflicts).isdisjoint(ids)
    assert 0 <= made.residual.mean <= 1
    assert made.bound <= made.residual.mean + 1e-9
    assert made.residual.mean <= made.tail + 1e-9
    assert made == plan(problem, budget=budget, worlds=6)


@settings(deadline=None, max_examples=60)
@given(problems(sure=True), st.sampled_from([1.0, 2.5, 4.0]))
def test_sure_plans_have_the_capability_that_the_oracle_finds(problem: Problem, budget: float) -> None:
    made = plan(problem, budget=budget)
    done: set[str] = set()
    for step in made.steps:
        done.add(step.action)
        assert math.isclose(step.residual.mean, capability(problem, done), abs_tol=1e-6)


@settings(deadline=None, max_examples=40)
@given(problems(), st.sampled_from(["m", "n"]))
def test_what_if_never_uses_who_refused_and_curves_rise_in_cost(problem: Problem, member: str) -> None:
    made = plan(problem, budget=3.5, worlds=6)
    changed = what_if(problem, made, without_members={member})
    assert all(step.member != member for step in changed.steps)
    points = curve(problem, made)
    assert [point.cost for point in points] == sorted(point.cost for point in points)
    assert {point.action for point in points[1:]} <= {action.id for action in problem.actions}
