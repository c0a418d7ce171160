from __future__ import annotations

import copy
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.formats import schemas
from tests.unit.report import sample

from accord.formats.cacao import grouped, playbook

CREATED = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
MEMBERS = [facts.member for facts in sample.small().members]


def made(plan: dict | None = None) -> dict:
    return playbook(sample.plan() if plan is None else plan, MEMBERS, created=CREATED)


@pytest.mark.shared
def test_playbook_is_valid_by_the_schemas() -> None:
    assert schemas.errors(schemas.cacao(), made()) == []


@pytest.mark.shared
def test_every_command_is_a_valid_manual_command() -> None:
    for step in made()["workflow"].values():
        for command in step.get("commands", ()):
            assert schemas.errors(schemas.cacao_command(), command) == []


@pytest.mark.shared
def test_playbook_of_an_empty_plan_is_valid_and_says_so() -> None:
    empty = made({"steps": [], "sentence": ""})
    assert schemas.errors(schemas.cacao(), empty) == []
    assert empty["description"] == "No action is planned."


@pytest.mark.shared
@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: p.pop("created_by"),
        lambda p: p.update(spec_version="cacao-1.1"),
        lambda p: p["workflow"].update({"action--x": {"type": "action"}}),
        lambda p: p.update(created="2026-11-24"),
        lambda p: p.update(invented=1),
        lambda p: next(iter(p["target_definitions"].values()))["address"].update(ipv4=["999.1.1.x"]),
    ],
)
def test_schemas_refuse_a_spoiled_playbook(spoil) -> None:
    spoiled = copy.deepcopy(made())
    spoil(spoiled)
    assert schemas.errors(schemas.cacao(), spoiled)


def reached(playbook: dict) -> list[str]:
    """Names of action steps in the order in which the workflow comes to them; fails on a dangling reference."""
    flow, names = playbook["workflow"], []

    def follow(key: str) -> None:
        step = flow[key]
        if step["type"] == "action":
            names.append(step["name"])
        for branch in step.get("next_steps", ()):
            follow(branch)
        if step["type"] != "end":
            follow(step["on_completion"])

    follow(playbook["workflow_start"])
    return names


def test_workflow_comes_to_every_step_of_the_plan_once_in_order() -> None:
    assert reached(made()) == [step["title"] for step in sample.plan()["steps"]]


def test_simultaneous_steps_are_parallel_and_each_branch_has_its_own_end() -> None:
    flow = made()["workflow"]
    (parallel,) = [step for step in flow.values() if step["type"] == "parallel"]
    ends = [flow[key]["on_completion"] for key in parallel["next_steps"]]
    assert [flow[key]["name"] for key in parallel["next_steps"]] == [s["title"] for s in sample.plan()["steps"][:2]]
    assert len(set(ends)) == len(ends) == 2
    assert {flow[key]["type"] for key in ends} == {"end"}


def test_every_reference_leads_to_a_definition() -> None:
    book = made()
    for step in book["workflow"].values():
        if step["type"] == "action":
            assert step["agent"] in book["agent_definitions"]
            assert all(target in book["target_definitions"] for target in step.get("targets", ()))


def test_no_target_of_the_plan_is_lost() -> None:
    text = json.dumps(made())
    assert all(value in text for step in sample.plan()["steps"] for _, value in step["targets"])


def test_the_same_plan_gives_the_same_playbook_and_another_plan_another_id() -> None:
    other = sample.plan()
    other["steps"][0]["title"] = "Suspend 85 domains"
    assert made() == made()
    assert made(other)["id"] != made()["id"]


@given(st.lists(st.lists(st.integers(1, 12), max_size=3), max_size=10))
@settings(deadline=None)
def test_groups_partition_the_steps_whatever_is_said_of_them(links: list[list[int]]) -> None:
    steps = [{"number": n, "simultaneous_with": others} for n, others in enumerate(links, 1)]
    groups = grouped(steps)
    assert sorted(step["number"] for group in groups for step in group) == list(range(1, len(links) + 1))
    at = {step["number"]: place for place, group in enumerate(groups) for step in group}
    assert all(at[s["number"]] == at[o] for s in steps for o in s["simultaneous_with"] if o in at)
    assert [group[0]["number"] for group in groups] == sorted(group[0]["number"] for group in groups)
