"""Sightings and proposals flow both ways between MISP and what a member has there; PyMISP is the other side."""

from __future__ import annotations

import json
import warnings
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymisp import MISPAttribute, MISPEvent, MISPSighting, PyMISP
from sqlalchemy import select

from accord.adapters.misp_client import MispClient
from accord.formats import misp_words as words
from accord.model.errors import RefusedError
from accord.services import feedback, handling, misp_sync, misp_words
from accord.services.feedback import Word
from accord.store.engine import node_transaction
from accord.store.handling_tables import feedback as said
from accord.store.tables import contribution

from .conftest import signed_as
from .misp_server import KEY, OTHER_KEY
from .test_misp import Silent, event_of

EVENT = event_of(1)
ATTRIBUTE = EVENT["Attribute"][0]


@pytest.fixture
def misp(misp):
    misp.events = {EVENT["uuid"]: EVENT}
    return misp


@pytest.fixture
def client(misp):
    with MispClient(misp.url, KEY, waits_s=(0.0, 0.0)) as made:
        yield made


@pytest.fixture
def elsewhere(misp):
    """Another organisation on the server, with MISP's own client."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PyMISP(misp.url, OTHER_KEY, ssl=False)


@pytest.fixture
def pulled(node, client, steward):
    """The contribution that the event became."""
    misp_sync.pull(node, steward, client, Silent())
    with node_transaction(node.engine) as connection:
        found = select(contribution.c.id).where(contribution.c.path == f"misp/{EVENT['uuid']}.json")
        return connection.execute(found).scalar_one()


def heard(node):
    with node_transaction(node.engine) as connection:
        rows = connection.execute(select(said).where(said.c.member_id == said.c.originator_id).order_by(said.c.words))
        return [(row.contribution_id, row.kind, row.words, row.detail.get("value")) for row in rows]


def propose(value, comment=""):
    attribute = MISPAttribute()
    attribute.from_dict(type="domain", category="Network activity", value=value, comment=comment)
    return attribute


def see(elsewhere, *, at=1_700_000_500, kind="0"):
    sighting = MISPSighting()
    sighting.from_dict(timestamp=at, type=kind, source="sensor 7")
    assert elsewhere.add_sighting(sighting, ATTRIBUTE["uuid"], pythonify=True).type == kind


def test_what_others_say_of_an_event_is_put_before_the_member_once(node, client, elsewhere, steward, pulled):
    see(elsewhere)
    see(elsewhere, kind="1")
    event = MISPEvent()
    event.load(EVENT)
    made = elsewhere.add_attribute_proposal(event, propose("pay-9.example", "Moved here"), pythonify=True)
    assert made.value == "pay-9.example"
    assert elsewhere.update_attribute_proposal(ATTRIBUTE["uuid"], propose("pay-8.example"), pythonify=True)
    assert misp_words.hear(node, steward, client) == (4, ())
    by = "Elsewhere on MISP"
    assert heard(node) == [
        (pulled, "correction", f"A false positive: pay-1.example. So says {by}, source sensor 7.", None),
        (pulled, "correction", f"{by} proposes to add domain pay-9.example. Moved here", None),
        (pulled, "correction", f"{by} proposes to change an attribute to domain pay-8.example.", None),
        (pulled, "sighting", f"Seen by {by}, source sensor 7.", "pay-1.example"),
    ]
    assert misp_words.hear(node, steward, client).new == 0


def test_the_member_answers_what_was_heard_like_anything_else(node, client, elsewhere, steward, pulled):
    see(elsewhere)
    misp_words.hear(node, steward, client)
    with node_transaction(node.engine) as connection:
        number = connection.scalar(select(said.c.id).where(said.c.contribution_id == pulled))
    feedback.answer(node, steward, number, accepted=True, reason="")
    assert misp_words.tell(node, steward, client) == (0, 0, 0, ())  # what came from there does not go back


@pytest.fixture
def upland(node, made):
    return signed_as(node, made.people["upland"])


@pytest.fixture
def accept(node, steward, upland, pulled):
    """Has another member say something of the contribution, and the steward's member accept it."""

    def one(word, reason=""):
        given = feedback.say(node, upland, pulled, word)
        node.clock.moment += node.clock.moment.resolution
        feedback.answer(node, steward, given, accepted=True, reason=reason)

    return one


def test_what_the_member_accepted_goes_there_as_its_own(node, misp, client, elsewhere, steward, accept):  # noqa: PLR0917
    accept(Word("sighting", "At Upland's edge", "pay-1[.]example", count=3))
    accept(Word("correction", "Our log says so"), "The host was reassigned")
    told = misp_words.tell(node, steward, client)
    assert told[:3] == (1, 1, 0)
    assert [loss.what for loss in told.losses] == ["how often something was seen"]
    assert misp_words.tell(node, steward, client)[:3] == (0, 0, 0)
    seen = elsewhere.search_sightings(include_attribute=True, include_event_meta=True, pythonify=True)
    assert [one["attribute"].value for one in seen] == ["pay-1.example"]
    assert [one.value for one in elsewhere.attribute_proposals(EVENT["uuid"], pythonify=True)] == [
        "The host was reassigned"
    ]
    there = json.dumps([misp.sightings, misp.proposals])
    assert "pland" not in there  # who said it is between the two
    assert "Our log" not in there
    assert misp_words.hear(node, steward, client).new == 0


def test_what_misp_has_no_place_for_is_told(node, client, steward, accept):
    accept(Word("rating", stars=4))
    accept(Word("sighting", "Somewhere"))
    accept(Word("sighting", "", "elsewhere.example"))
    accept(Word("correction", "Wrong"))
    told = misp_words.tell(node, steward, client)
    assert told[:3] == (0, 0, 0)
    assert [(loss.what, loss.times) for loss in told.losses] == [
        ("corrections", 1),
        ("ratings", 1),
        *[("sightings", 1)] * 2,
    ]


def test_what_was_declined_or_waits_stays_here(node, misp, client, steward, upland, pulled):  # noqa: PLR0917
    feedback.say(node, upland, pulled, Word("sighting", "", "pay-1.example"))
    number = feedback.say(node, upland, pulled, Word("sighting", "", "pay-1.example"))
    feedback.answer(node, steward, number, accepted=False, reason="Not ours")
    assert misp_words.tell(node, steward, client)[:3] == (0, 0, 0)
    assert misp.sightings == []


def test_words_about_what_was_pushed_are_heard_and_what_is_recalled_is_deleted_there(
    node, misp, client, elsewhere, steward
):
    misp_sync.push(node, steward, client, Silent())
    number = next(one for one in misp.events if one != EVENT["uuid"] and misp.events[one]["Attribute"])
    elsewhere.add_attribute_proposal(number, propose("pay-9.example"))
    assert misp_words.hear(node, steward, client).new == 1
    assert heard(node)[0][0] == UUID(number)
    handling.recall(node, steward, UUID(number), "Wrong")
    assert misp_sync.push(node, steward, client, Silent()).removed == 1
    assert number not in misp.events
    assert misp_sync.push(node, steward, client, Silent()).removed == 0


def test_a_server_that_refuses_one_word_gets_the_others(node, client, steward, accept, monkeypatch):
    accept(Word("correction", "x"), "First")
    accept(Word("correction", "x"), "Second")
    whole, refused = client.propose, []

    def once(event, body):
        if not refused:
            refused.append(event)
            raise RefusedError("No.")
        whole(event, body)

    monkeypatch.setattr(client, "propose", once)
    assert misp_words.tell(node, steward, client)[:3] == (0, 1, 1)


def test_words_are_a_steward_s_duty(node, made, client):
    for act in (misp_words.hear, misp_words.tell):
        with pytest.raises(RefusedError):
            act(node, signed_as(node, made.people["upland"]), client)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "uuid",
    "event_uuid",
    "date_sighting",
    "timestamp",
    "type",
    "value",
    "Org",
    "Organisation",
    "Event",
    "Attribute",
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANY | st.just({"uuid": EVENT["uuid"], "value": "a.example"})))
def test_whatever_a_server_sends_is_a_word_or_none(document):
    for read in (words.read_sighting, words.read_proposal):
        found = read(document)
        assert found is None or len(found.words) < 1_000
