"""Questions that an open page asks one after the other: the next, or a stop, ends the one before, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import pytest
from tests.custody.stage import START

from accord.disruption import Action, Asset, Link, Problem, plan, what_if
from accord.policy.decide import Viewer
from accord.services import browse_plans
from accord.services.browse import Signed
from accord.services.browse_plans import WhatIf


@dataclass
class Bare:
    database_url: str = "here"


NODE = cast("Any", Bare())


def person(number: int) -> Signed:
    viewer = Viewer(member_id=UUID(int=1), role="investigator", country="AA")
    return Signed(
        UUID(int=number), "Name", "investigator", "", UUID(int=1), "alpha", "Alpha", "law-enforcement", "TLP:AMBER",
        viewer, "", b"", START,
    )  # fmt: skip


def test_the_next_question_of_a_page_ends_the_one_before() -> None:
    with browse_plans._halt_of(NODE, person(1), "page") as first:
        assert not first.is_set()
        with browse_plans._halt_of(NODE, person(1), "page") as second:
            assert first.is_set()
            assert not second.is_set()
    assert not browse_plans._asked


@pytest.mark.parametrize(("who", "page", "ends"), [(1, "page", True), (2, "page", False), (1, "other", False)])
def test_a_stop_ends_the_question_of_that_page_and_person(who: int, page: str, ends: bool) -> None:
    with browse_plans._halt_of(NODE, person(1), "page") as halt:
        browse_plans.stop(NODE, person(who), WhatIf(asking=page))
        assert halt.is_set() == ends
    browse_plans.stop(NODE, person(1), WhatIf(asking="page"))  # nothing is asked any more


def test_a_page_without_a_name_is_never_ended_by_another() -> None:
    with browse_plans._halt_of(NODE, person(1), "") as first, browse_plans._halt_of(NODE, person(1), "") as second:
        assert not first.is_set()
        assert not second.is_set()


def test_a_stopped_question_gives_the_best_so_far_within_the_budget() -> None:
    assets = tuple(Asset(f"a{v}", "host") for v in range(60))
    actions = tuple(Action(f"x{v}", f"m{v % 3}", "block", (f"a{v}",), cost=1.0, success=0.9) for v in range(60))
    problem = Problem(assets, tuple(Link(v, (v + 1) % 60) for v in range(60)), actions)
    made, asked = plan(problem, budget=8, seconds=0.2), [0]

    def stop() -> bool:
        asked[0] += 1
        return True

    again = what_if(problem, made, without_members=["m1"], budget=5.0, stop=stop)
    assert 0 < asked[0] < 20
    assert again.cost <= 5
    assert all(step.member != "m1" for step in again.steps)
