"""What a commander asks of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accord.disruption import (
    Action,
    Asset,
    Link,
    Problem,
    if_countries_refuse,
    in_doubt,
    indispensable,
    must_be_simultaneous,
    plan,
    rebuilt_first,
    with_more_budget,
)
from accord.model.errors import InputError


def two_wings(success: float = 1.0) -> Problem:
    """A hub of two hosts, each with four domains; the hosts can be taken in two countries, one of them in either."""
    assets = (*(Asset(f"host{at}", "host", 2.0) for at in (0, 1)), *(Asset(f"lure{at}", "domain") for at in range(8)))
    links = (Link(0, 1), *(Link(at % 2, at + 2) for at in range(8)))
    actions = (
        Action("down0", "hoster", "down", ("host0",), cost=1, success=success, jurisdiction=("FR",), exposure=0.6),
        Action("again0", "police", "seize-server", ("host0",), cost=2, success=success, jurisdiction=("DE",)),
        Action("down1", "police", "down", ("host1",), cost=1, success=success, jurisdiction=("NL",)),
        Action("all", "registrar", "suspend", tuple(f"lure{at}" for at in range(8)), cost=3, success=success),
    )
    return Problem(assets, links, actions)


def test_a_country_that_refuses_is_answered_with_what_comes_instead() -> None:
    problem = two_wings()
    answers = {one.jurisdiction: one for one in if_countries_refuse(problem, plan(problem, budget=3))}
    assert set(answers) == {"FR", "NL"}
    assert (answers["FR"].struck, answers["FR"].instead) == (("down0",), ("again0",))
    assert answers["FR"].lost == 0
    assert not answers["FR"].indispensable
    assert answers["NL"].lost > 0


def test_refusals_come_worst_first_and_never_help() -> None:
    problem = two_wings(0.8)
    made = plan(problem, budget=4)
    answers = if_countries_refuse(problem, made)
    assert [one.lost for one in answers] == sorted((one.lost for one in answers), reverse=True)
    assert all(one.residual >= made.residual.mean - 1e-9 for one in answers)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0, 5.0])
def test_more_budget_never_buys_less(share: float) -> None:
    problem = two_wings()
    extra = with_more_budget(problem, plan(problem, budget=2), share)
    assert extra.budget == pytest.approx(2 * (1 + share))
    assert extra.gained >= 0
    assert bool(extra.added) == (share >= 1)


def test_less_budget_says_what_is_dropped() -> None:
    problem = two_wings()
    extra = with_more_budget(problem, plan(problem, budget=2), -1)
    assert (extra.budget, extra.added) == (0, ())
    assert set(extra.dropped) == {"down0", "down1"}
    assert extra.gained < 0


@pytest.mark.parametrize("share", [-1.1, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    problem = two_wings()
    with pytest.raises(InputError):
        with_more_budget(problem, plan(problem, budget=2), share)


def test_what_must_be_simultaneous_says_who_gives_whom_away() -> None:
    problem = two_wings()
    (group,) = must_be_simultaneous(problem, plan(problem, budget=2))
    assert set(group.actions) == {"down0", "down1"}
    assert group.telling == ("down0",)
    assert group.members == ("hoster", "police")
    assert "60%" in group.reason


def test_who_alone_can_take_the_hub_is_indispensable() -> None:
    assets = (Asset("hub", "host"), *(Asset(f"leaf{at}", "domain") for at in range(9)))
    actions = (
        Action("hub", "hoster", "down", ("hub",), success=1.0),
        Action("leaf", "registrar", "suspend", ("leaf0",), success=1.0),
    )
    made = plan(Problem(assets, tuple(Link(0, at) for at in range(1, 10)), actions), budget=2)
    assert [one.member for one in indispensable(made)] == ["hoster"]


def test_what_is_rebuilt_first_was_hit() -> None:
    made = plan(two_wings(), budget=2)
    assert {one.asset for one in rebuilt_first(made)} == {"host0", "host1"}


def test_a_sure_plan_without_doubts_keeps_its_promise() -> None:
    problem = two_wings()
    made = plan(problem, budget=2)
    doubt = in_doubt(problem, made)
    assert doubt.residual.mean == pytest.approx(made.residual.mean)
    assert doubt.tail == pytest.approx(doubt.promised)


def test_doubts_make_the_tail_worse_than_the_mean_and_all_rebuilt_is_nothing_gained() -> None:
    problem = two_wings()
    made = plan(problem, budget=2)
    some, everything = in_doubt(problem, made, regrowth=0.3), in_doubt(problem, made, regrowth=1.0)
    assert made.residual.mean < some.residual.mean < some.tail <= everything.residual.mean
    assert everything.residual.mean == pytest.approx(made.intact.mean)
    with pytest.raises(InputError):
        in_doubt(problem, made, regrowth=1.5)
    with pytest.raises(InputError):
        in_doubt(problem, made, worlds=0)


def test_a_plan_that_reckons_with_regrowth_promises_less() -> None:
    problem = two_wings()
    sure, doubtful = plan(problem, budget=2), plan(replace(problem, regrowth=0.4), budget=2)
    assert doubtful.residual.mean > sure.residual.mean
    assert doubtful.tail >= doubtful.residual.mean


def test_answers_about_an_empty_plan_are_empty() -> None:
    problem = Problem((), (), ())
    made = plan(problem)
    assert if_countries_refuse(problem, made) == ()
    assert must_be_simultaneous(problem, made) == ()
    assert with_more_budget(problem, made).gained == 0
    assert in_doubt(problem, made).residual.mean == 0
