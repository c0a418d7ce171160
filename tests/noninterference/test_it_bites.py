"""A suite that finds nothing must be able to find something: each guard taken away is a leak that it names."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest

from accord.policy import decide as rule
from accord.services import browse
from accord.store import audiences
from accord.store.engine import node_transaction

from . import worlds

ALL = len(worlds.MEMBERS)
SEED = 90
"""A world in which time, persons and purposes each hide something, and the newest map, plan and report are hidden."""


def without_policy(*tables):
    """Takes row-level security off tables of the full world."""

    def spoil(database):
        with psycopg.connect(database.owner, autocommit=True) as owner:
            for table in tables:
                owner.execute(f"alter table {table} disable row level security")

    return spoil


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        pytest.param(("contribution", "audience"), "/contributions", id="contribution"),
        pytest.param(("contribution", "audience"), "/api/v1/contributions", id="by a program's token"),
        pytest.param(("mention",), "/search", id="mention", marks=pytest.mark.slow),
        pytest.param(("claim",), "/taxii2", id="claim", marks=pytest.mark.slow),
        pytest.param(("taxii_status",), "/taxii2", id="taxii_status", marks=pytest.mark.slow),
        pytest.param(("event",), "/activity", id="event", marks=pytest.mark.slow),
        pytest.param(("graph",), "/map", id="graph", marks=pytest.mark.slow),
        pytest.param(("plan",), "/plan", id="plan", marks=pytest.mark.slow),
        pytest.param(("report",), "/report", id="report", marks=pytest.mark.slow),
        pytest.param(("work",), "/work", id="work", marks=pytest.mark.slow),
        pytest.param(("feedback",), "/contributions", id="feedback"),
        pytest.param(("widening_request",), "/contributions", id="request", marks=pytest.mark.slow),
        pytest.param(("copy",), "/contributions", id="copy", marks=pytest.mark.slow),
        pytest.param(("receipt",), "/contributions", id="receipt", marks=pytest.mark.slow),
        pytest.param(("handling_change",), "/contributions", id="decision", marks=pytest.mark.slow),
        pytest.param(("tear_line",), "/contributions", id="tear-line", marks=pytest.mark.slow),
        pytest.param(("lead", "contribution", "audience"), "/leads", id="lead", marks=pytest.mark.slow),
    ],
)
def test_a_table_without_its_policy_is_found(search, tables, place):
    """Contributions and leads stay hidden by the policy of their handlings when they lose their own: two walls."""
    each = 60 if place == "/search" else 0
    found = (
        search(seed, viewers=ALL, each=each, spoil=without_policy(*tables), first=True, only=place)[1]
        for seed in range(SEED, SEED + 4)  # in one world the newest plan may happen to be one that everybody sees
    )
    assert any(found)


def test_a_derivation_that_forgets_the_meet_is_found(search, monkeypatch):
    """Leads under the handling of one side alone: the page still needs both sides, the activity does not."""
    monkeypatch.setattr(audiences, "intern_meet", lambda _connection, *numbers: numbers[0])
    _, leaks = search(SEED, viewers=ALL, each=0, first=True, only="/activity")
    assert leaks


@pytest.mark.parametrize(
    "forgotten",
    ["_of_time", *(pytest.param(part, marks=pytest.mark.slow) for part in ("_of_person", "_of_use"))],
)
def test_a_part_of_the_rule_left_out_is_found(search, monkeypatch, forgotten):
    """What is hidden is decided before; then the rule that the store asks loses one of its parts."""
    whole = rule.decide
    kept = {}
    monkeypatch.setattr(worlds, "decide", _remembered(whole, kept))
    for member in range(ALL):
        _ask_all(worlds.make(SEED), member)
    monkeypatch.setattr(rule, forgotten, lambda *_given: iter(()))
    _, leaks = search(SEED, viewers=ALL, each=0, first=True, only="/contributions")
    assert leaks


@pytest.mark.slow
def test_a_page_that_forgets_the_viewer_is_found(search, monkeypatch):
    @contextmanager
    def reading(node, _signed):
        with node_transaction(node.engine) as connection:
            yield connection

    for name in ("browse_situation", "browse_contributions", "browse_leads"):
        module = __import__(f"accord.services.{name}", fromlist=["reading"])
        assert module.reading is browse.reading
        monkeypatch.setattr(module, "reading", reading)
    _, leaks = search(SEED, viewers=ALL, each=0, first=True)
    assert {"/", "/leads", "/contributions"} <= {leak.probe.address for leak in leaks}


def _remembered(decide, kept):
    """The rule as it was when it was first asked, also after somebody changed it."""

    def answer(viewer, handling, purpose, now):
        key = (viewer, handling, purpose, now)
        if key not in kept:
            kept[key] = decide(viewer, handling, purpose, now)
        return kept[key]

    return answer


def _ask_all(world, member):
    may = worlds.allowed(world, member)
    for one in [*world.shared, *world.things]:
        may(one.handling)
