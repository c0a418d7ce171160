"""Problems as JSON, networks as edge lists: what is read, and the sentence when it cannot be."""

from __future__ import annotations

import json

import pytest

from accord.disruption import plan
from accord.disruption.edges import read_costs, read_edges
from accord.disruption.reading import plan_json, read_problem
from accord.model.errors import InputError, UnreadableError

DOCUMENT = {
    "assets": [{"key": "a", "kind": "host"}, {"key": "b", "kind": "domain", "harm": 2.5, "role": "source"}],
    "links": [["a", "b", 0.5], [1, 0], {"source": "a", "target": 1}],
    "actions": [{"id": "x", "member": "cert", "targets": ["a"], "cost": 2}],
    "budget": 3,
}


def test_problem_is_read_with_its_question() -> None:
    asked = read_problem(json.dumps(DOCUMENT).encode())
    assert (asked.budget, asked.target) == (3.0, None)
    assert [tuple(link) for link in asked.problem.links] == [(0, 1, 0.5), (1, 0, 1.0), (0, 1, 1.0)]
    assert asked.problem.actions[0].targets == ("a",)


def test_plan_as_json_is_the_same_bytes_each_time() -> None:
    problem = read_problem(json.dumps(DOCUMENT).encode()).problem
    first, second = (plan_json(plan(problem, budget=3)) for _ in range(2))
    assert first == second
    assert json.loads(first)["plan"]["steps"][0]["action"] == "x"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"assets": 3}',
        b'{"assets": [], "links": [[1]]}',
        b'{"assets": [], "links": [["a", "b"]]}',
        b'{"assets": [], "surprise": 1}',
        b"[" * 100_000,
        b'{"assets": [{"key": "a", "harm": NaN}]}',
        b"\xff\xfe",
    ],
)
def test_broken_problem_is_a_named_error(text: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_problem(text, path="p.json")
    assert caught.value.path == "p.json"
    assert caught.value.action


def test_edges_of_numbers_are_positions() -> None:
    named = read_edges(b"0 1\n1 2\n2 1\n3 3\n")
    assert named.names == ("0", "1", "2", "3")
    assert named.network.near.tolist() == [1, 0, 2, 1]


def test_edges_of_names_comments_commas_and_more_columns() -> None:
    named = read_edges(b"# a network\nx,y,7\n% more\ny z\n\n")
    assert named.names == ("x", "y", "z")
    assert named.network.near.tolist() == [1, 0, 2, 1]


def test_large_gaps_between_numbers_are_names() -> None:
    assert read_edges(b"5 1000000\n1000000 7\n").names == ("5", "7", "1000000")


def test_line_with_one_node_is_named() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_edges(b"1 2\n3\n", path="e.txt")
    assert caught.value.line == 2


def test_empty_edges_are_an_empty_network() -> None:
    assert read_edges(b"").network.size == 0


def test_costs_by_position_and_by_name() -> None:
    assert read_costs(b"1\n2.5\n", ("a", "b")).tolist() == [1.0, 2.5]
    assert read_costs(b"b 3\n", ("a", "b")).tolist() == [1.0, 3.0]


@pytest.mark.parametrize("text", [b"1\n", b"1\n-2\n", b"1\nx\n", b"c 3\n", b"nan\n1\n"])
def test_bad_costs_are_named_errors(text: bytes) -> None:
    with pytest.raises(InputError):
        read_costs(text, ("a", "b"))


def test_beliefs_about_worlds_are_read_and_checked() -> None:
    asked = read_problem(b'{"assets": [{"key": "a"}], "unseen_links": 0.2, "regrowth": 0.1}')
    assert (asked.problem.unseen_links, asked.problem.regrowth) == (0.2, 0.1)
    with pytest.raises(InputError):
        read_problem(b'{"assets": [{"key": "a"}], "regrowth": 2}')
