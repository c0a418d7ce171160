"""Roles, verbs, scopes, separation: the tables and the rules over them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.model.handling import Handling, Tlp
from accord.policy import duties
from accord.policy.decide import Viewer, decide
from accord.policy.duties import DUTIES, SCOPES, SEPARATIONS, Deed, Role, Verb

roles = st.sampled_from(Role)
verbs = st.sampled_from(Verb)
people = st.sampled_from([UUID(int=n) for n in range(3)])
kept = st.sets(roles, min_size=1, max_size=3).map("+".join) | st.text(max_size=12)
scopes = st.none() | st.sets(st.sampled_from([*SCOPES, "root"]), max_size=4)


def test_every_role_is_in_the_table_and_every_verb_is_somebodys():
    assert set(DUTIES) == set(Role)
    assert frozenset().union(*DUTIES.values()) == set(Verb)


def test_the_overseer_reads_and_changes_nothing():
    assert DUTIES[Role.OVERSEER] == {Verb.OWN_ACCOUNT, Verb.READ, Verb.READ_RECORD}


def test_the_administrator_reads_no_intelligence_and_approves_nothing():
    seen = {Verb.READ, Verb.READ_RECORD, Verb.EXPORT, Verb.CONTRIBUTE, Verb.JUDGE, Verb.APPROVE, Verb.EVIDENCE}
    assert not DUTIES[Role.ADMINISTRATOR] & seen


@given(st.frozensets(st.uuids(), max_size=2), st.sampled_from(Tlp))
def test_the_administrator_sees_no_handling_whatever(originators, tlp):
    member = UUID(int=7)
    viewer = Viewer(member_id=member, role=Role.ADMINISTRATOR)
    for owner in (originators, originators | {member}):
        decision = decide(viewer, Handling(tlp=tlp, originators=owner), "", datetime(2026, 1, 1, tzinfo=UTC))
        assert not decision.allowed
        assert "runs the node" in " ".join(decision.reasons)


@pytest.mark.parametrize("alone", [Role.OVERSEER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("other", Role)
def test_some_roles_go_with_no_other(alone, other):
    assert duties.fit({alone, other}).allowed is (alone is other)


def test_no_two_roles_that_fit_hold_both_sides_of_asking_and_approving():
    """One person who holds both would only need to wait for another's thing; they may not even hold them."""
    for first in Role:
        for second in Role:
            together = DUTIES[first] | DUTIES[second]
            if duties.fit({first, second}).allowed:
                assert not {Verb.REQUEST, Verb.APPROVE} <= together
                assert not {Verb.PLAN, Verb.APPROVE} <= together


@given(kept, verbs, scopes)
def test_it_is_total_and_always_says_why(role, verb, given_scopes):
    decision = duties.may(role, verb, given_scopes)
    assert decision.reasons
    assert all(reason.endswith(".") for reason in decision.reasons)


@given(kept, verbs, scopes)
def test_a_token_never_may_more_than_its_owner(role, verb, given_scopes):
    if duties.may(role, verb, given_scopes).allowed:
        assert duties.may(role, verb).allowed


@given(st.text(max_size=20).filter(lambda text: not set(text.split("+")) <= set(Role)), verbs)
def test_a_role_that_nobody_defined_allows_nothing(role, verb):
    assert not duties.may(role, verb).allowed


def test_an_impossible_pair_that_got_into_the_database_allows_nothing():
    assert not any(duties.may("analyst+administrator", verb).allowed for verb in Verb)


def test_no_scope_holds_the_account():
    assert not any(Verb.OWN_ACCOUNT in held or Verb.VOUCH in held for held in SCOPES.values())


@given(kept)
def test_scopes_offered_are_scopes_that_do_something(role):
    for scope in duties.scopes_for(role):
        if SCOPES[scope]:
            assert any(duties.may(role, verb, {scope}).allowed for verb in Verb)


@given(verbs, people, st.lists(st.builds(Deed, verbs, people), max_size=6))
def test_separation_binds_the_same_person_alone(verb, person, earlier):
    others = [deed for deed in earlier if deed.person_id != person]
    assert duties.apart(verb, person, others).allowed
    own = {deed.verb for deed in earlier if deed.person_id == person}
    expected = any(rule.second == verb and rule.first in own for rule in SEPARATIONS)
    assert duties.apart(verb, person, earlier).allowed is not expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Verb.REQUEST, Verb.APPROVE),
        (Verb.PLAN, Verb.APPROVE),
        (Verb.APPROVE, Verb.APPROVE),
        (Verb.OWN_ACCOUNT, Verb.VOUCH),
    ],
)
def test_what_is_kept_apart(first, second):
    me = UUID(int=1)
    decision = duties.apart(second, me, [Deed(first, me)])
    assert (decision.allowed, len(decision.reasons)) == (False, 1)
