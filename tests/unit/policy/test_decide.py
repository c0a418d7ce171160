from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accord.model.errors import LimitError
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.audience import audience_of
from accord.policy.codec import MAX_NAMES, MAX_PARTS, from_document, to_document
from accord.policy.decide import Viewer, decide
from accord.policy.lattice import meet
from accord.policy.order import would_widen

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
OWNER, OTHER = UUID(int=1), UUID(int=2)
CELL = UUID(int=11)
OWN, THEM, PUBLIC = Viewer(OWNER, country="NL"), Viewer(OTHER, frozenset({CELL}), country="FR"), Viewer(None)
OPEN = Handling(tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=frozenset({OWNER}))

# condition, who is refused for which purpose, and a word of the reason; everybody else is not refused
CASES = {
    "embargo": ({"embargo_until": SOON}, THEM, "", "embargo"),
    "expiry": ({"expires_at": NOW}, THEM, "", "shared until"),
    "circle": ({"circles": frozenset({UUID(int=12)})}, THEM, "", "circles"),
    "no circle": ({"circles": frozenset()}, THEM, "", "circles"),
    "red": ({"tlp": Tlp.RED}, THEM, "", "TLP:RED"),
    "excluded": ({"excluded_members": frozenset({OTHER})}, THEM, "", "excluded"),
    "control": ({"originator_control": True}, THEM, "", "control"),
    "country": ({"jurisdictions": frozenset({"NL"})}, THEM, "", "jurisdictions"),
    "purpose": ({"purposes": frozenset({"prosecute"})}, THEM, "investigate", "purpose"),
    "no purpose named": ({"purposes": frozenset({"prosecute"})}, THEM, "", "purpose"),
    "pap red": ({"pap": Pap.RED}, THEM, "look-up", "PAP:RED"),
    "pap amber": ({"pap": Pap.AMBER}, THEM, "prevent", "PAP:AMBER"),
    "tlp amber": ({"tlp": Tlp.AMBER}, THEM, "share", "TLP:AMBER"),
    "tlp strict": ({"tlp": Tlp.AMBER_STRICT}, THEM, "warn-clients", "TLP:AMBER+STRICT"),
    "H0": ({"codes": frozenset({HandlingCode.H0})}, THEM, "research", "H0"),
    "H1": ({"codes": frozenset({HandlingCode.H1})}, THEM, "prosecute", "H1"),
    "H2": ({"codes": frozenset({HandlingCode.H2})}, THEM, "share", "H2"),
    "H3": ({"codes": frozenset({HandlingCode.H3}), "limits": "Ask first"}, THEM, "", "Ask first"),
    "unjudged source": ({"grade": Grade("X", 1)}, THEM, "disrupt", "X1"),
    "unsure information": ({"grade": Grade("A", 4)}, THEM, "prosecute", "A4"),
    "public, amber": ({"tlp": Tlp.AMBER}, PUBLIC, "", "members"),
    "public, circle": ({"circles": frozenset({CELL})}, PUBLIC, "", "members"),
    "public, control": ({"originator_control": True}, PUBLIC, "", "members"),
}


@pytest.mark.parametrize(("conditions", "viewer", "purpose", "word"), CASES.values(), ids=CASES)
def test_a_condition_refuses_with_its_reason_and_not_its_originator(conditions, viewer, purpose, word):
    handling = replace(OPEN, **conditions)
    decision = decide(viewer, handling, purpose, NOW)
    assert not decision.allowed
    assert len(decision.reasons) == 1
    assert word in decision.reasons[0]
    assert decide(viewer, OPEN, purpose, NOW).allowed
    assert decide(OWN, handling, purpose, NOW).allowed


@pytest.mark.parametrize(
    ("conditions", "viewer", "purpose"),
    [
        ({"embargo_until": NOW}, THEM, ""),
        ({"expires_at": SOON}, THEM, ""),
        ({"retain_until": SOON}, THEM, ""),
        ({"circles": frozenset({CELL})}, THEM, ""),
        ({"tlp": Tlp.RED, "circles": frozenset({CELL})}, THEM, ""),
        ({"tlp": Tlp.AMBER}, THEM, "warn-clients"),
        ({"tlp": Tlp.GREEN}, THEM, "share"),
        ({"pap": Pap.AMBER}, THEM, "look-up"),
        ({"pap": Pap.GREEN}, THEM, "disrupt"),
        ({"pap": Pap.RED}, THEM, "investigate"),
        ({"originator_control": True, "permitted": frozenset({OTHER})}, THEM, ""),
        ({"codes": frozenset(HandlingCode), "permitted": frozenset({OTHER})}, THEM, "prosecute"),
        ({"codes": frozenset({HandlingCode.H1})}, THEM, "investigate"),
        ({"grade": Grade("X", 4)}, THEM, "investigate"),
        ({"grade": Grade("C", 3)}, THEM, "disrupt"),
        ({}, PUBLIC, ""),
    ],
)
def test_what_no_condition_forbids_is_allowed(conditions, viewer, purpose):
    assert decide(viewer, replace(OPEN, **conditions), purpose, NOW).allowed


@pytest.mark.parametrize("conditions", [{"retain_until": NOW}, {"unknown": frozenset({"{}"})}])
def test_after_retention_or_under_an_unknown_rule_nobody_sees_it(conditions):
    for viewer in (OWN, THEM, PUBLIC):
        assert not decide(viewer, replace(OPEN, **conditions), "", NOW).allowed


def test_an_undefined_purpose_is_allowed_to_nobody():
    for viewer in (OWN, THEM, PUBLIC):
        assert not decide(viewer, OPEN, "marketing", NOW).allowed


def test_permission_does_not_lift_h0():
    handling = replace(OPEN, codes=frozenset({HandlingCode.H0}), permitted=frozenset({OTHER}))
    assert not decide(THEM, handling, "research", NOW).allowed


def test_an_originator_of_one_source_is_bound_by_the_other():
    theirs = Handling(tlp=Tlp.RED, originators=frozenset({OTHER}))
    assert not decide(OWN, meet(OPEN, theirs), "", NOW).allowed
    assert not decide(OWN, meet(replace(OPEN, tlp=Tlp.RED), theirs), "", NOW).allowed


def test_who_would_see_it_comes_first_and_keeps_its_name():
    handling = replace(OPEN, tlp=Tlp.RED)
    readers = audience_of(handling, [("them", THEM), ("public", PUBLIC), ("us", OWN)], NOW)
    assert [(reader.who, reader.decision.allowed) for reader in readers] == [
        ("us", True),
        ("them", False),
        ("public", False),
    ]
    assert [reader.who for reader in audience_of(OPEN, [("us", OWN)], NOW, purpose="marketing")] == ["us"]


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ({"tlp": Tlp.RED}, {"tlp": Tlp.RED, "circles": frozenset({CELL})}, "Circles"),
        ({"tlp": Tlp.GREEN}, {"tlp": Tlp.CLEAR}, "TLP:GREEN would become TLP:CLEAR"),
        ({"codes": frozenset({HandlingCode.H1})}, {}, "H1"),
        ({"retain_until": NOW}, {"retain_until": SOON}, "longer"),
        ({"retain_until": NOW}, {}, "longer"),
        ({"embargo_until": SOON}, {"embargo_until": NOW}, "sooner"),
        ({"tlp": Tlp.AMBER}, {"tlp": Tlp.AMBER, "originators": frozenset({OWNER, OTHER})}, "originators"),
        ({"unknown": frozenset({"{}"})}, {}, "know"),
    ],
)
def test_a_widening_says_what_it_widens(before, after, word):
    reasons = would_widen(replace(OPEN, **before), replace(OPEN, **after))
    assert len(reasons) == 1
    assert word in reasons[0]


def test_the_oldest_format_is_still_written_so_that_digests_stay():
    document = to_document(OPEN)
    assert list(document) == [
        "tlp", "pap", "circles", "originators", "purposes", "jurisdictions", "excluded_members", "embargo_until",
        "expires_at",
    ]  # fmt: skip


def test_a_newer_format_hides_the_thing():
    assert not decide(OWN, from_document({**to_document(OPEN), "version": 3}), "", NOW).allowed


def test_documents_are_bounded():
    document = to_document(OPEN)
    with pytest.raises(LimitError, match="parts"):
        from_document({**document, "also": [{}] * MAX_PARTS})
    with pytest.raises(LimitError, match="things"):
        from_document({**document, "jurisdictions": ["NL"] * (MAX_NAMES + 1)})
