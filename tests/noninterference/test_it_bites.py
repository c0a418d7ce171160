"""A suite that finds nothing must be able to find something: each guard taken away is a leak that it names."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest

from accord.policy import decide as rule
from accord.services import browse, taxii_collections
from accord.services import webhooks as webhook_service
from accord.store import audiences, circles, engine, subscriptions, webhooks
from accord.store.circles import Belonging
from accord.store.engine import node_transaction
from accord.store.every_table import metadata
from accord.web.pages.subscriptions import HERE as SUBSCRIPTIONS

from . import worlds

ALL = len(worlds.MEMBERS)
SEED = 90
"""A world in which time, persons and purposes each hide something, and the newest map, plan and report are hidden."""

FINDINGS = ("evidence_finding", "evidence", "audience")


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
        pytest.param(("document_copy",), "/contributions", id="document", marks=pytest.mark.slow),
        pytest.param(("evidence", "audience"), "/evidence", id="evidence", marks=pytest.mark.slow),
        pytest.param(FINDINGS, "/contributions", id="what was found in evidence", marks=pytest.mark.slow),
        pytest.param(("case_file", "audience"), "/cases", id="case", marks=pytest.mark.slow),
        pytest.param(("declaration", "audience"), "/effect", id="declaration", marks=pytest.mark.slow),
        pytest.param(("measurement", "audience"), "/effect", id="measurement", marks=pytest.mark.slow),
    ],
)
def test_a_table_without_its_policy_is_found(search, tables, place):
    """What stays hidden by the policy of something else when its own is gone has two walls: both are taken away."""
    each = 60 if place == "/search" else 0
    found = (
        search(seed, viewers=ALL, each=each, spoil=without_policy(*tables), first=True, only=place)[1]
        for seed in range(SEED, SEED + 4)  # in one world the newest plan may happen to be one that everybody sees
    )
    assert any(found)


@pytest.mark.slow
def test_webhooks_without_both_their_walls_are_found(search, monkeypatch):
    """A member's own are chosen by its id, and shown by the policy."""
    monkeypatch.setattr(webhooks, "of_member", lambda connection, _member: webhooks.every(connection))
    monkeypatch.setattr(webhook_service, "list_webhooks", _without_names)
    spoil = without_policy("webhook", "webhook_delivery")
    _, leaks = search(SEED, viewers=ALL, each=0, spoil=spoil, first=True, only="/api/v1/webhooks")
    assert {"webhooks", "deliveries"} <= {leak.probe.address.rsplit("/", 1)[-1] for leak in leaks}


@pytest.mark.slow
def test_subscriptions_without_both_their_walls_are_found(search, monkeypatch):
    monkeypatch.setattr(subscriptions, "of_member", lambda connection, _member: subscriptions.every(connection))
    spoil = without_policy("subscription")
    _, leaks = search(SEED, viewers=ALL, each=0, spoil=spoil, first=True, only=SUBSCRIPTIONS)
    assert leaks


def test_collections_of_circles_that_one_is_not_in_are_found(search, monkeypatch):
    """Which circles a member is in is read in the node's view: the choice by the member's id is the only wall."""
    monkeypatch.setattr(circles, "of_member", _every_circle)
    _, leaks = search(SEED, viewers=ALL, each=0, first=True, only=worlds.TAXII, circles=True)
    assert leaks


@pytest.mark.slow
def test_a_request_over_taxii_that_forgets_the_viewer_is_found(search, monkeypatch):
    def look_as(connection, viewer, now, *, purpose, rule):
        engine.look_as(connection, viewer, now, purpose=purpose, rule=_allow)

    monkeypatch.setattr(taxii_collections, "look_as", look_as)
    _, leaks = search(SEED, viewers=ALL, each=0, first=True, only=worlds.TAXII)
    assert leaks


UNASKED = {
    "api_reply": "Found by the asker and their key, whose digest is its id.",
    "case_entry": "Read with its case, whose audience it has.",
    "circle": "Its description is read in the node's view: the bite above takes the choice by member away.",
    "circle_member": "As `circle`.",
    "custody_entry": "Read with its event, whose audience it has; worlds keep no log.",
    "dropped": "Read with its contribution, whose audience it has.",
    "evidence_approval": "Read with its item, whose audience it has.",
    "evidence_disposal": "Read with its item, whose audience it has.",
    "evidence_event": "Read with its item, whose audience it has.",
    "evidence_transfer": "Read with its item, whose audience it has.",
    "evidence_upload": "Found by the person who uploads.",
    "export_choice": "Found by the person who chose.",
    "judgement": "Read with its lead, whose audience it has.",
    "misp_peer": "Found by the member that it is of.",
    "misp_sent": "Read with its server, whose audience it has.",
    "notice": "Found by the member that it is for.",
    "relation": "Read with its contribution, whose audience it has.",
    "stated_marking": "Its originator alone asks for it, when deciding.",
    "subscription": "As `webhook`.",
    "webhook": "The bite above takes both walls away.",
    "webhook_delivery": "As `webhook`.",
}
"""Tables whose policy is a second wall: taking it away alone shows nothing, for the reason that is given."""


def test_every_guarded_table_is_bitten_or_says_why_not():
    mark = next(one for one in test_a_table_without_its_policy_is_found.pytestmark if one.name == "parametrize")
    bitten = {table for case in mark.args[1] for table in case.values[0]}
    guarded = {table.name for table in metadata.tables.values() if "audience" in table.c}
    assert guarded - bitten == set(UNASKED)


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


def _allow(_viewer, _handling, _purpose, _now):
    return rule.Decision(allowed=True, reasons=())


def _every_circle(connection, _member):
    return [
        Belonging(row.id, row.title, row.description, reads=True, writes=False) for row in circles.every(connection)
    ]


def _without_names(node, signed):
    with browse.reading(node, signed) as connection:
        return [
            webhook_service.WebhookView(row.id, row.url, (), row.made_at, "")
            for row in webhooks.of_member(connection, signed.member_id)
        ]


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
