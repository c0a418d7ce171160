"""The planner: what a commander asks, and the inputs that must never give a wrong plan presented as good."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from accord.disruption import Action, Asset, Link, Problem, curve, plan, what_if
from accord.model.errors import InputError


def star(leaves: int) -> Problem:
    assets = (Asset("hub", "host"), *(Asset(f"leaf{at}", "domain") for at in range(leaves)))
    actions = tuple(Action(f"take-{a.key}", "cert", "take-down-host", (a.key,), success=1.0) for a in assets)
    return Problem(assets, tuple(Link(0, at + 1) for at in range(leaves)), actions)


def chain() -> Problem:
    """Two sources, a middle, two cash-outs; a court order opens the way to the exchange; two members for one host."""
    assets = (
        Asset("lure1", "domain", 2, "source"),
        Asset("lure2", "domain", 1, "source"),
        Asset("panel", "host", 5),
        Asset("wallet1", "wallet", 3, "money"),
        Asset("wallet2", "wallet", 1, "money"),
        Asset("spare", "host", 1),
    )
    links = (Link(0, 2, 0.9), Link(1, 2, 0.8), Link(2, 3), Link(2, 4, 0.7), Link(0, 5), Link(1, 5))
    actions = (
        Action("suspend", "registrar", "suspend-domain", ("lure1", "lure2"), cost=1, success=0.95),
        Action("order", "court", "arrest", (), cost=1, jurisdiction=("FR",)),
        Action("seize", "police", "seize-server", ("panel",), cost=3, requires=("order",), jurisdiction=("FR",)),
        Action("down", "hoster", "take-down-host", ("panel",), cost=2, conflicts=("seize",), success=0.6, exposure=0.9),
        Action("freeze", "exchange", "freeze-wallet", ("wallet1", "wallet2"), cost=2, collateral=0.3),
    )
    return Problem(assets, links, actions)


def test_plan_of_a_star_takes_the_hub_alone() -> None:
    made = plan(star(6), target=1)
    assert [step.action for step in made.steps] == ["take-hub"]
    assert (made.cost, made.bound, made.gap, made.reached) == (1.0, 1.0, 0.0, True)


def test_plan_is_the_same_for_the_same_seed() -> None:
    assert plan(chain(), budget=4, seed=7) == plan(chain(), budget=4, seed=7)


def test_plan_stays_within_the_budget_and_orders_what_is_required_first() -> None:
    for budget in (0, 1, 2, 4, 6, 9):
        made = plan(chain(), budget=budget)
        ids = [step.action for step in made.steps]
        assert made.cost <= budget
        assert not {"seize", "down"} <= set(ids)
        if "seize" in ids:
            assert ids.index("order") < ids.index("seize")


def test_residuals_fall_with_every_step_and_end_at_the_plans_own() -> None:
    made = plan(chain(), budget=9)
    means = [made.intact.mean, *(step.residual.mean for step in made.steps)]
    assert means == sorted(means, reverse=True)
    assert means[0] == 1.0
    assert made.steps[-1].residual == made.residual


def test_a_larger_budget_never_leaves_more() -> None:
    residuals = [plan(chain(), budget=budget).residual.mean for budget in range(10)]
    assert residuals == sorted(residuals, reverse=True)


def test_budget_of_nothing_gives_an_empty_plan() -> None:
    made = plan(chain(), budget=0)
    assert (made.steps, made.cost, made.residual.mean) == ((), 0.0, 1.0)


def test_what_if_uses_nothing_that_was_refused() -> None:
    problem = chain()
    made = plan(problem, budget=6)
    assert all(s.member != "registrar" for s in what_if(problem, made, without_members={"registrar"}).steps)
    assert all(s.action != "freeze" for s in what_if(problem, made, without_actions={"freeze"}).steps)
    abroad = what_if(problem, made, without_jurisdictions={"FR"})
    assert {s.action for s in abroad.steps}.isdisjoint({"order", "seize"})
    assert what_if(problem, made, budget=1).cost <= 1


def test_what_if_with_nothing_changed_is_no_worse() -> None:
    problem = chain()
    made = plan(problem, budget=6)
    assert what_if(problem, made).residual.mean <= made.residual.mean + 1e-9


def test_curve_begins_intact_and_contains_the_plan() -> None:
    problem = chain()
    made = plan(problem, budget=3)
    points = curve(problem, made)
    assert points[0].cost == 0
    assert [p.action for p in points[1 : len(made.steps) + 1]] == [s.action for s in made.steps]
    assert [p.cost for p in points] == sorted(p.cost for p in points)


def test_who_is_alone_with_the_only_way_is_indispensable() -> None:
    made = plan(star(8), budget=1)
    assert [(w.member, w.indispensable) for w in made.members] == [("cert", True)]


def test_telling_actions_are_grouped_with_their_neighbours() -> None:
    problem = chain()
    made = plan(problem, budget=9)
    taken = {step.action for step in made.steps}
    grouped = {one for group in made.together for one in group}
    assert ("down" in taken) == ("down" in grouped)
    assert grouped <= taken


def test_collateral_above_the_allowed_is_left_out_and_said() -> None:
    made = plan(chain(), budget=9, max_collateral=0.1)
    assert all(step.action != "freeze" for step in made.steps)
    assert any("uninvolved" in note for note in made.notes)


def test_unreachable_target_is_said() -> None:
    problem = Problem(tuple(Asset(f"a{i}", "host") for i in range(4)), (Link(0, 1), Link(1, 2), Link(2, 3)), ())
    made = plan(problem, target=1)
    assert not made.reached
    assert made.steps == ()
    assert any("cannot be reached" in note for note in made.notes)


def test_empty_problem_gives_an_empty_plan() -> None:
    made = plan(Problem((), (), ()), budget=3)
    assert (made.steps, made.cost, made.residual.mean) == ((), 0.0, 0.0)
    assert any("nothing to disrupt" in note for note in made.notes)


def test_loops_repetitions_and_directions_change_nothing() -> None:
    plain = star(5)
    messy = Problem(plain.assets, (*plain.links, Link(0, 0), Link(1, 0), Link(0, 1)), plain.actions)
    assert plan(messy, target=1).steps == plan(plain, target=1).steps


def test_failures_of_one_cause_go_together() -> None:
    assets = (Asset("a", "host"), Asset("b", "host"))
    actions = tuple(Action(f"x{k}", "m", "block", (k,), success=0.5, shared_cause="court") for k in ("a", "b"))
    made = plan(Problem(assets, (), actions), budget=2)
    assert (made.residual.low, made.residual.high) == (0.0, 1.0)
    assert made.residual.mean == pytest.approx(0.5, abs=0.02)
    assert made.tail == 1.0


def test_stop_returns_a_valid_plan_at_once() -> None:
    problem = big_ring(60)
    made = plan(problem, budget=10, stop=lambda: True)
    assert made.cost <= 10
    assert made.residual.mean < 1


def big_ring(size: int) -> Problem:
    assets = tuple(Asset(f"a{i}", "host", 1 + i % 3) for i in range(size))
    links = tuple(Link(i, (i + step) % size, 0.9) for i in range(size) for step in (1, 5))
    actions = tuple(
        Action(f"x{i}", f"m{i % 4}", "block", tuple(f"a{(i + j) % size}" for j in range(1 + i % 4)), cost=1 + i % 3)
        for i in range(0, size, 2)
    )
    return Problem(assets, links, actions)


@pytest.mark.parametrize("value", [-1.0, math.nan])
def test_bad_budget_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="budget"):
        plan(chain(), budget=value)


@pytest.mark.parametrize("value", [0.0, -0.1, math.nan, math.inf])
def test_bad_target_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="target"):
        plan(chain(), target=value)


BAD = [
    (lambda a: Problem((*a, a[0]), (), ()), "Two assets"),
    (lambda a: Problem(a, (Link(0, 9),), ()), "there are"),
    (lambda a: Problem(a, (Link(0, 1, 1.5),), ()), "confidence"),
    (lambda _: Problem((Asset("z", "host", -1),), (), ()), "harm"),
    (lambda _: Problem((Asset("z", "host", 1, "boss"),), (), ()), "role"),
    (lambda a: Problem(a, (), (Action("x", "m", "t", ("ghost",)),)), "unknown target"),
    (lambda a: Problem(a, (), (Action("x", "m", "t", (), cost=-1),)), "cost"),
    (lambda a: Problem(a, (), (Action("x", "m", "t", (), success=math.nan),)), "success"),
    (lambda a: Problem(a, (), (Action("x", "m", "t", (), requires=("y",)),)), "unknown action"),
    (lambda a: Problem(a, (), (Action("x", "m", "t", (), requires=("x",)),)), "itself"),
    (
        lambda a: Problem(
            a, (), (Action("x", "m", "t", (), requires=("y",)), Action("y", "m", "t", (), requires=("x",)))
        ),
        "circle",
    ),
]


@pytest.mark.parametrize(("make", "words"), BAD, ids=[words for _, words in BAD])
def test_parts_that_do_not_fit_are_refused_with_what_to_do(make, words) -> None:
    with pytest.raises(InputError, match=words) as caught:
        make((Asset("a", "host"), Asset("b", "host")))
    assert caught.value.action


def test_planted_hub_actions_are_found_among_many() -> None:
    """Eight groups joined by three brokers; taking the brokers costs 3, anything else costs more for less."""
    assets = [Asset(f"broker{k}", "persona") for k in range(3)]
    links = []
    for group in range(8):
        base = len(assets)
        assets += [Asset(f"g{group}-{i}", "host") for i in range(12)]
        links += [
            Link(base + i, base + j, 1.0) for i, j in combinations(range(12), 2) if (i + j) % 3 == 0 or j == i + 1
        ]
        links += [Link(group % 3, base, 1.0), Link((group + 1) % 3, base + 1, 1.0)]
    actions = [Action(f"arrest{k}", "police", "arrest", (f"broker{k}",), success=1.0) for k in range(3)]
    actions += [
        Action(f"host{at}", "hoster", "take-down-host", (assets[at].key,), success=1.0) for at in range(3, len(assets))
    ]
    made = plan(Problem(tuple(assets), tuple(links), tuple(actions)), target=12)
    assert sorted(step.action for step in made.steps) == ["arrest0", "arrest1", "arrest2"]
    assert made.gap == 0
