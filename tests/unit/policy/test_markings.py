import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import stix2
from hypothesis import given

from accord.model.errors import InputError
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.decide import Viewer, decide
from accord.policy.lattice import meet
from accord.policy.markings import EXTENSION, MAX_MARKINGS, PAP_IDS, TLP_IDS, from_markings, to_markings
from accord.policy.order import narrower
from accord.stix import gate
from accord.stix import markings as stix_markings

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MEMBER = Viewer(UUID(int=1), country="NL")
FULL = Handling(
    tlp=Tlp.GREEN,
    pap=Pap.RED,
    originators=frozenset({UUID(int=2)}),
    codes=frozenset({HandlingCode.H1, HandlingCode.H3}),
    limits="Not before the trial.",
    grade=Grade("B", 2),
    embargo_until=NOW,
)
STATEMENT = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--00000000-0000-4000-8000-000000000001",
    "created": "2026-01-01T00:00:00.000Z",
    "definition_type": "statement",
    "definition": {"statement": "Copyright 2026, nobody."},
}


def sees(handling, purpose=""):
    return decide(MEMBER, handling, purpose, NOW).allowed


def property_suite():
    """The generator of handlings of the property suite."""
    path = Path(__file__).parents[2] / "properties/test_policy.py"
    spec = importlib.util.spec_from_file_location("policy_properties", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("policy_properties", module)
    spec.loader.exec_module(module)
    return module


@given(property_suite().HANDLINGS)
def test_a_handling_comes_back_from_its_markings(handling):
    assert from_markings(*to_markings(handling)) == handling


@given(property_suite().HANDLINGS)
def test_the_labels_alone_never_say_less_strict_levels_than_the_whole(handling):
    refs, _ = to_markings(handling)
    fixed = [ref for ref in refs if ref in {*TLP_IDS.values(), *PAP_IDS.values()}]
    labels = from_markings(fixed, [])
    whole = from_markings(*to_markings(handling))
    assert labels.tlp == max(part.tlp for part in (whole, *whole.also))
    assert labels.pap == max(part.pap for part in (whole, *whole.also))


def test_the_fixed_ids_are_those_of_the_gate():
    assert {number: tlp for tlp, number in TLP_IDS.items()} == stix_markings.TLP_IDS
    assert {number: pap.name.lower() for pap, number in PAP_IDS.items()}.items() <= stix_markings.PAP_IDS.items()


def test_what_we_write_is_valid_for_our_gate_and_for_the_reference_library():
    for one in to_markings(FULL).objects:
        assert stix_markings.faults(one) == []
        assert gate.check(one) == []
        stix2.parse(one, allow_custom=False)


def test_one_handling_is_one_marking():
    assert to_markings(FULL) == to_markings(from_markings(*to_markings(FULL)))
    assert len(to_markings(Handling()).objects) == 2


def test_tlp_1_is_read_by_its_ids_and_the_strictest_counts():
    refs = ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", TLP_IDS[Tlp.GREEN]]
    assert from_markings(refs, []).tlp is Tlp.GREEN


def test_what_is_unmarked_is_not_clear():
    assert from_markings([], []) == Handling(tlp=Tlp.AMBER, pap=Pap.AMBER)
    assert from_markings([], [], otherwise=Tlp.RED).tlp is Tlp.RED


@pytest.mark.parametrize(
    "marking",
    [
        None,
        {**STATEMENT, "definition_type": "iep"},
        {**STATEMENT, "extensions": {"extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce": {}}},
        {**STATEMENT, "definition_type": None, "extensions": {EXTENSION: {"handling": {"tlp": "CLEAR"}}}},
        {**STATEMENT, "definition_type": None, "extensions": {EXTENSION: {"handling": "CLEAR"}}},
        {**STATEMENT, "definition_type": None, "extensions": {EXTENSION: None}},
    ],
    ids=["absent", "iep", "acs", "cut", "text", "null"],
)
def test_a_marking_that_is_not_understood_hides_the_thing(marking):
    refs = [STATEMENT["id"], TLP_IDS[Tlp.CLEAR]]
    assert not sees(from_markings(refs, [marking] if marking else []))


def test_a_statement_hides_nothing():
    assert sees(from_markings([STATEMENT["id"], TLP_IDS[Tlp.GREEN]], [STATEMENT]))


def test_another_level_than_ours_says_narrows():
    refs, objects = to_markings(FULL)
    assert from_markings([TLP_IDS[Tlp.RED], *refs], objects) == meet(FULL, Handling(tlp=Tlp.RED, pap=Pap.RED))


def test_a_foreign_claim_narrows_and_never_replaces_what_the_member_said():
    said = Handling(tlp=Tlp.RED, originators=frozenset({UUID(int=2)}))
    claimed = Handling(tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=frozenset({MEMBER.member_id}))
    kept = meet(said, from_markings(*to_markings(claimed)))
    assert narrower(kept, said)
    assert not sees(kept)


def test_too_many_markings_are_refused():
    with pytest.raises(InputError, match="markings"):
        from_markings((f"marking-definition--{n}" for n in range(MAX_MARKINGS + 1)), [])
