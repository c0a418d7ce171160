"""Combinations that cannot be meant are named; what contradicts nothing is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accord.model.handling import Grade, Handling, HandlingCode, Tlp
from accord.policy.decide import Viewer, decide
from accord.policy.sound import contradictions

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)
A, B = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"tlp": Tlp.CLEAR},
        {"tlp": Tlp.RED},
        {"codes": frozenset({HandlingCode.H3}), "limits": "Ask first", "permitted": frozenset({B})},
        {"originator_control": True, "permitted": frozenset({B})},
        {"embargo_until": NOW + DAY, "expires_at": NOW + 2 * DAY, "retain_until": NOW + 2 * DAY},
        {"jurisdictions": frozenset({"AA"}), "purposes": frozenset({"", "disrupt"}), "grade": Grade("X", 4)},
        {"excluded_members": frozenset({B})},
    ],
)
def test_what_can_be_meant_has_no_contradiction(given):
    assert contradictions(Handling(originators=frozenset({A}), **given), NOW) == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"expires_at": NOW}, "in the past"),
        ({"retain_until": NOW}, "erasure at once"),
        ({"embargo_until": NOW + DAY, "expires_at": NOW + DAY}, "nobody would ever see it"),
        ({"embargo_until": NOW + DAY, "retain_until": NOW + DAY}, "due to be erased"),
        ({"expires_at": NOW + 2 * DAY, "retain_until": NOW + DAY}, "longer than it is kept"),
        ({"tlp": Tlp.CLEAR, "codes": frozenset({HandlingCode.H2})}, "H2 would"),
        ({"tlp": Tlp.CLEAR, "circles": frozenset({A})}, "a circle would"),
        ({"circles": frozenset()}, "No circle"),
        ({"jurisdictions": frozenset()}, "No country"),
        ({"jurisdictions": frozenset({"A1"})}, "no country"),
        ({"purposes": frozenset()}, "No purpose"),
        ({"purposes": frozenset({"tomorrow"})}, "Nobody defined"),
        ({"excluded_members": frozenset({A})}, "cannot be excluded"),
        ({"permitted": frozenset({B})}, "what nothing forbids"),
        ({"permitted": frozenset({B}), "excluded_members": frozenset({B}), "originator_control": True}, "both"),
        ({"codes": frozenset({HandlingCode.H3})}, "write them"),
        ({"limits": "Ask"}, "need H3"),
        ({"codes": frozenset({HandlingCode.H3}), "limits": "x" * 1_001}, "longer"),
    ],
)
def test_each_contradiction_is_said_once(given, told):
    found = contradictions(Handling(originators=frozenset({A}), **given), NOW)
    assert len([sentence for sentence in found if told in sentence]) == 1


@pytest.mark.parametrize("given", [{"circles": frozenset()}, {"jurisdictions": frozenset()}, {"purposes": frozenset()}])
def test_what_is_said_to_be_seen_by_nobody_is(given):
    assert not decide(Viewer(B, country="BB"), Handling(originators=frozenset({A}), **given), "", NOW).allowed
