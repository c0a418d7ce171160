"""Roles given and taken, people shut out; and what ends at that moment."""

from __future__ import annotations

import pytest

from accord.model.errors import AbsentError, ConflictError, InputError, RefusedError
from accord.policy.duties import Role, Verb
from accord.services import recovery, roles, sign_in, tokens
from accord.services.permit import permit


@pytest.fixture
def ada(home):
    return home.come("Ada Kern", "administrator", "south")


def enrol(home, by, name="Rosa Lind", given=("analyst",), slug="north"):
    return roles.enrol_person(home.node, by, slug, name, roles=given, title="")


def test_an_administrator_enters_people_and_the_record_says_who(home, ada):
    person = enrol(home, ada, given=("liaison", "analyst"))
    found = {one.id: one for one in roles.list_staff(home.node, ada).people}
    assert found[person].role == "analyst+liaison"
    assert "person enrolled" in home.told()
    assert sign_in.whose_link(home.node, roles.invite(home.node, ada, person).split("#")[1]).id == person


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_does(home, role):
    with pytest.raises(RefusedError, match="administrator"):
        enrol(home, home.come("Per Holm", role))


IMPOSSIBLE = {
    "reads no intelligence": ("analyst", "administrator"),
    "changes nothing": ("overseer", "liaison"),
    "approves": ("approver", "investigator"),
    "no such role": ("king",),
    "needs a role": (),
}


@pytest.mark.parametrize(("why", "given"), IMPOSSIBLE.items())
def test_impossible_roles_are_refused_with_the_reason(home, ada, given, why):
    with pytest.raises((RefusedError, InputError), match=why):
        enrol(home, ada, given=given)


def test_nobody_gives_themselves_a_role_or_an_invitation(home, ada):
    with pytest.raises(RefusedError, match="themselves"):
        enrol(home, ada, "Ada  Kern", ("analyst",), "south")
    with pytest.raises(RefusedError, match="themselves"):
        roles.invite(home.node, ada, ada.person_id)
    with pytest.raises(RefusedError, match="themselves"):
        roles.suspend_person(home.node, ada, ada.person_id, "tired")


def test_a_changed_role_ends_sessions_and_binds_tokens(home, ada):
    token = home.token(home.enrol("Rosa Lind"))
    program = tokens.make_token(home.node, home.who(token), "script", ["write"])
    enrol(home, ada, given=("overseer",))
    assert sign_in.who(home.node, token) is None
    acting = tokens.who_token(home.node, program)
    with pytest.raises(RefusedError):
        permit(acting, Verb.CONTRIBUTE)
    assert home.told().count("role changed") == 1


def test_the_same_entry_again_ends_nothing(home, ada):
    token = home.token(home.enrol("Rosa Lind"))
    enrol(home, ada)
    assert home.who(token)


def test_who_is_shut_out_has_nothing_that_works(home, ada):
    person = home.enrol("Rosa Lind")
    session, link = home.token(person), sign_in.make_link(home.node, person)
    token = tokens.make_token(home.node, home.who(session), "script", ["read"])
    asked = recovery.ask(home.node, "north", "Rosa Lind", "t")
    other = home.come("Ivo Brandt")
    recovery.vouch(home.node, other, recovery.list_open(home.node, other)[0].id)
    roles.suspend_person(home.node, ada, person, "left the service")
    home.clock.moment += recovery.DELAY
    assert sign_in.who(home.node, session) is None
    assert tokens.who_token(home.node, token) is None
    for attempt in (
        lambda: sign_in.enter(home.node, link.removeprefix("/enter#"), "t"),
        lambda: recovery.come_back(home.node, asked.code, "t"),
    ):
        with pytest.raises(RefusedError):
            attempt()
    with pytest.raises(AbsentError):
        sign_in.make_link(home.node, person)
    with pytest.raises(ConflictError):
        roles.suspend_person(home.node, ada, person, "again")
    roles.lift_suspension(home.node, ada, person)
    assert home.who(home.token(person))
    assert tokens.who_token(home.node, token) is None


def test_a_member_shut_out_takes_all_its_people_along(home, ada):
    first, second, other = (
        home.token(home.enrol("Rosa Lind")),
        home.token(home.enrol("Ivo Brandt")),
        home.token(home.enrol("Mia Sand", slug="south")),
    )
    token = tokens.make_token(home.node, home.who(first), "script", ["read"])
    roles.suspend_member(home.node, ada, "north", "removed from the alliance")
    assert [sign_in.who(home.node, one) for one in (first, second)] == [None, None]
    assert tokens.who_token(home.node, token) is None
    assert home.who(other)
    assert sign_in.who(home.node, home.token(enrol(home, ada, "Late Comer", slug="south")))
    with pytest.raises(AbsentError):
        home.token(enrol(home, ada, "Late Comer"))
    with pytest.raises(RefusedError, match="own member"):
        roles.suspend_member(home.node, ada, "south", "no")
    roles.lift_member(home.node, ada, "north")
    with pytest.raises(ConflictError):
        roles.lift_member(home.node, ada, "north")


def test_a_steward_shuts_out_people_of_their_own_member_alone(home):
    steward = home.come("Jo Falk", "steward")
    mine, other = home.enrol("Rosa Lind"), home.enrol("Mia Sand", slug="south")
    roles.suspend_person(home.node, steward, mine, "left")
    with pytest.raises(AbsentError):
        roles.suspend_person(home.node, steward, other, "left")
    with pytest.raises(RefusedError):
        roles.suspend_member(home.node, steward, "south", "no")
    assert {one.member_id for one in roles.list_staff(home.node, steward).people} == {steward.member_id}


def test_a_reason_is_asked_for(home, ada):
    with pytest.raises(InputError):
        roles.suspend_person(home.node, ada, home.enrol("Rosa Lind"), "  ")


def test_the_machine_owner_can_reset_somebody_and_it_is_recorded(home):
    token = home.token(person := home.enrol("Rosa Lind"))
    roles.reset_person(home.node, person, "all administrators lost their passkeys")
    assert sign_in.who(home.node, token) is None
    assert "person reset" in home.told()
