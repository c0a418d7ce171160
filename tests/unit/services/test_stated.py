"""What a file says of itself narrows what its member says, and never widens it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.formats import read
from accord.model.handling import Handling, Pap, Tlp
from accord.policy.decide import Viewer, decide
from accord.policy.markings import PAP_IDS, TLP_IDS, to_markings
from accord.policy.order import narrower
from accord.services.stated import as_stated, stated

OWN, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
IDENTITY = {
    "type": "identity", "spec_version": "2.1", "id": "identity--00000000-0000-4000-8000-00000000000a",
    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "A",
}  # fmt: skip


def of(refs, objects=(), **more):
    marked = {**IDENTITY, **more} | ({"object_marking_refs": list(refs)} if refs else {})
    content = {"type": "bundle", "id": f"bundle--{UUID(int=9)}", "objects": [*objects, marked]}
    return next(iter(read("a.json", orjson.dumps(content))))


def held(handling, reading):
    return as_stated(handling, stated(reading, OWN), OWN)


def test_a_file_without_markings_leaves_the_members_word():
    given_ = Handling(tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=frozenset({OWN}))
    assert held(given_, of([])) == given_
    assert stated(of([]), OWN) is None


@given(st.sampled_from(Tlp), st.sampled_from(Pap), st.sampled_from(Tlp), st.sampled_from(Pap))
def test_labels_meet_level_by_level(tlp, pap, said_tlp, said_pap):
    word = Handling(tlp=tlp, pap=pap, originators=frozenset({OWN}))
    found = held(word, of([TLP_IDS[said_tlp], PAP_IDS[said_pap]]))
    assert found == Handling(tlp=max(tlp, said_tlp), pap=max(pap, said_pap), originators=frozenset({OWN}))
    assert narrower(found, word)


def test_a_label_alone_limits_nothing_else():
    word = Handling(tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=frozenset({OWN}))
    assert held(word, of([TLP_IDS[Tlp.GREEN]])) == Handling(tlp=Tlp.GREEN, pap=Pap.CLEAR, originators=frozenset({OWN}))


def test_a_part_that_is_marked_marks_the_whole():
    granular = [{"marking_ref": TLP_IDS[Tlp.RED], "selectors": ["name"]}]
    assert held(Handling(originators=frozenset({OWN})), of([], granular_markings=granular)).tlp is Tlp.RED


def test_a_whole_handling_in_a_file_holds_besides_and_lets_its_holder_see_it():
    says = Handling(tlp=Tlp.AMBER, originators=frozenset({UUID(int=7)}), excluded_members=frozenset({OTHER}))
    marked = to_markings(says)
    found = held(Handling(originators=frozenset({OWN})), of(marked.refs, marked.objects))
    assert not decide(Viewer(OTHER), found, "", NOW).allowed
    assert decide(Viewer(UUID(int=3)), found, "", NOW).allowed
    assert decide(Viewer(OWN), found, "", NOW).allowed
    assert narrower(found, Handling(originators=frozenset({OWN})))


@pytest.mark.parametrize("ref", ["marking-definition--11111111-1111-4111-8111-111111111111"])
def test_a_marking_that_nobody_here_knows_hides_it_from_everybody(ref):
    found = held(Handling(originators=frozenset({OWN})), of([ref]))
    assert not decide(Viewer(OWN), found, "", NOW).allowed


def test_the_published_statement_of_attack_is_information():
    known = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"
    assert held(Handling(originators=frozenset({OWN})), of([known])) == Handling(originators=frozenset({OWN}))
