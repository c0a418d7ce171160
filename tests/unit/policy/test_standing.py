"""Intelligence or evidence: never more than its weakest ground, never for court against its handling."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accord.model.handling import Grade, Handling, HandlingCode, Tlp
from accord.policy.decide import Viewer, decide
from accord.policy.standing import Court, Original, standing

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ME, OTHER = UUID(int=1), UUID(int=2)
VIEWER = Viewer(ME, country="AA")

originals = st.lists(st.builds(Original, st.just("Disk"), st.booleans(), st.booleans()), max_size=3).map(tuple)
handlings = st.builds(
    Handling,
    tlp=st.sampled_from(Tlp),
    originators=st.sampled_from([frozenset({ME}), frozenset({OTHER})]),
    codes=st.frozensets(st.sampled_from(HandlingCode)),
    grade=st.sampled_from([None, Grade("A", 1), Grade("X", 4)]),
    permitted=st.sampled_from([frozenset(), frozenset({ME})]),
)


@given(handlings, originals)
def test_evidence_rests_on_a_sealed_original_with_a_whole_chain(handling, grounds):
    found = standing(VIEWER, handling, grounds, NOW)
    assert found.evidence == any(one.sealed and not one.broken for one in grounds)
    assert found.reasons


@given(handlings, originals)
def test_no_court_sees_what_its_handling_forbids_or_what_is_only_intelligence(handling, grounds):
    found = standing(VIEWER, handling, grounds, NOW)
    if found.court is Court.YES:
        assert found.evidence
        assert decide(VIEWER, handling, "prosecute", NOW).allowed
    if found.court is Court.ASK:
        assert found.evidence
        assert handling.codes


def test_h1_asks_for_permission_and_a_permission_answers():
    sound = (Original("Disk", sealed=True, broken=False),)
    asked = Handling(originators=frozenset({OTHER}), codes=frozenset({HandlingCode.H1}))
    assert standing(VIEWER, asked, sound, NOW).court is Court.ASK
    given_ = Handling(originators=frozenset({OTHER}), codes=frozenset({HandlingCode.H1}), permitted=frozenset({ME}))
    assert standing(VIEWER, given_, sound, NOW).court is Court.YES
