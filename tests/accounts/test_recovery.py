"""Coming back without a passkey: never alone, never at once, never unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.services import passkeys, recovery, sign_in, tokens
from accord.store.engine import node_transaction
from accord.store.people_tables import recovery as table
from accord.store.tables import event

from .soft_authenticator import Passkey


def with_passkey(home, name="Rosa Lind", role="analyst", slug="north"):
    signed = home.come(name, role, slug)
    made = Passkey().make(passkeys.ask_new(home.node, signed))
    return home.who(passkeys.add(home.node, signed, made, "phone", "test"))


@pytest.fixture
def rosa(home):
    return with_passkey(home)


@pytest.fixture
def ivo(home):
    return home.come("Ivo Brandt", "liaison")


def the_claim(home, signed):
    (claim,) = recovery.list_open(home.node, signed)
    return claim


def test_a_colleague_and_a_delay_bring_somebody_back(home, rosa, ivo):
    token = tokens.make_token(home.node, rosa, "script", ["read"])
    asked = recovery.ask(home.node, "north", "rosa  LIND", "new browser")
    claim = the_claim(home, ivo)
    assert (claim.name, claim.check, claim.agent, claim.mine) == ("Rosa Lind", asked.check, "new browser", False)
    with pytest.raises(RefusedError):
        recovery.come_back(home.node, asked.code, "t")
    ready = recovery.vouch(home.node, ivo, claim.id)
    assert ready == home.clock.now() + recovery.DELAY
    assert recovery.come_back(home.node, asked.code, "t") == (ready, None)
    home.clock.moment = ready - timedelta(seconds=1)
    assert recovery.come_back(home.node, asked.code, "t").session is None
    home.clock.moment = ready
    back = home.who(recovery.come_back(home.node, asked.code, "t").session)
    assert (back.person_id, back.how) == (rosa.person_id, "recovery")
    assert passkeys.list_passkeys(home.node, back) == []
    assert tokens.who_token(home.node, token) is None
    with pytest.raises(RefusedError):
        recovery.come_back(home.node, asked.code, "t")
    told = {verb for verb in home.told() if "recovery" in verb}
    assert told == {"recovery asked", "recovery vouched for", "recovery used"}  # the clock stands: no order


def test_nobody_vouches_for_themselves(home, rosa):
    recovery.ask(home.node, "north", "Rosa Lind", "t")
    with pytest.raises(RefusedError, match="themselves"):
        recovery.vouch(home.node, rosa, the_claim(home, rosa).id)


def test_an_overseer_and_another_member_do_not_vouch(home, rosa):
    recovery.ask(home.node, "north", "Rosa Lind", "t")
    overseer, stranger = home.come("Per Holm", "overseer"), home.come("Mia Sand", "analyst", "south")
    claim = the_claim(home, overseer)
    with pytest.raises(RefusedError):
        recovery.vouch(home.node, overseer, claim.id)
    assert recovery.list_open(home.node, stranger) == []
    for attempt in (recovery.vouch, recovery.stop):
        with pytest.raises(AbsentError):
            attempt(home.node, stranger, claim.id)


def test_an_administrator_vouches_across_members(home, rosa):
    recovery.ask(home.node, "north", "Rosa Lind", "t")
    admin = home.come("Ada Kern", "administrator", "south")
    recovery.vouch(home.node, admin, the_claim(home, admin).id)
    with pytest.raises(ConflictError):
        recovery.vouch(home.node, home.come("Ivo Brandt", "liaison"), the_claim(home, admin).id)


def test_the_person_is_told_and_stops_it(home, rosa, ivo):
    asked = recovery.ask(home.node, "north", "Rosa Lind", "t")
    fresh = passkeys.ask_in(home.node, "d" * 43)
    assert fresh
    with node_transaction(home.node.engine) as connection:
        told = connection.execute(event.select().where(event.c.verb == "recovery asked")).one()
    assert told.person_id is None  # nobody knows who asked
    recovery.vouch(home.node, ivo, the_claim(home, ivo).id)
    recovery.stop(home.node, rosa, the_claim(home, ivo).id)
    home.clock.moment += recovery.DELAY
    with pytest.raises(RefusedError):
        recovery.come_back(home.node, asked.code, "t")


def test_every_session_of_the_person_says_so(home):
    token = home.token(home.enrol("Rosa Lind"))
    assert not home.who(token).claimed
    recovery.ask(home.node, "north", "Rosa Lind", "t")
    assert home.who(token).claimed
    home.clock.moment += timedelta(minutes=100)
    assert home.who(token).claimed


@pytest.mark.parametrize(
    ("member", "name"), [("north", "Nobody Here"), ("nowhere", "Rosa Lind"), ("", ""), ("north", "R\0")]
)
def test_asking_does_not_tell_who_is_here(home, rosa, member, name):
    nobody, somebody = recovery.ask(home.node, member, name, "t"), recovery.ask(home.node, "north", "Rosa Lind", "t")
    assert [len(part.split()) for part in nobody] == [len(part.split()) for part in somebody]
    assert len(nobody.code) == len(somebody.code)
    said = []
    for asked in (nobody, somebody):
        with pytest.raises(RefusedError) as refused:
            recovery.come_back(home.node, asked.code, "t")
        said.append(str(refused.value))
    assert said[0] == said[1]
    with node_transaction(home.node.engine) as connection:
        assert len(connection.execute(table.select()).all()) == 1


def test_requests_in_one_name_are_bounded_in_silence(home, rosa, ivo):
    for _ in range(recovery.MOST_OPEN + 2):
        assert recovery.ask(home.node, "north", "Rosa Lind", "t").code
    assert len(recovery.list_open(home.node, ivo)) == recovery.MOST_OPEN


def test_requests_end(home, rosa, ivo):
    recovery.ask(home.node, "north", "Rosa Lind", "t")
    claim = the_claim(home, ivo)
    home.clock.moment += recovery.ASK_LIFE
    with pytest.raises(AbsentError):
        recovery.vouch(home.node, ivo, claim.id)
    asked = recovery.ask(home.node, "north", "Rosa Lind", "t")
    recovery.vouch(home.node, ivo, the_claim(home, ivo).id)
    home.clock.moment += recovery.DELAY + recovery.USE_LIFE
    with pytest.raises(RefusedError):
        recovery.come_back(home.node, asked.code, "t")


def test_only_a_hash_of_the_code_is_kept(home, rosa):
    asked = recovery.ask(home.node, "north", "Rosa Lind", "t")
    with node_transaction(home.node.engine) as connection:
        assert asked.code not in str(connection.execute(table.select()).all()) + str(
            connection.execute(event.select()).all()
        )


def test_a_link_from_before_is_over(home, ivo):
    person = home.enrol("Rosa Lind")
    link = sign_in.make_link(home.node, person)
    asked = recovery.ask(home.node, "north", "Rosa Lind", "t")
    recovery.vouch(home.node, ivo, the_claim(home, ivo).id)
    home.clock.moment += recovery.DELAY
    recovery.come_back(home.node, asked.code, "t")
    with pytest.raises(RefusedError):
        sign_in.enter(home.node, link.removeprefix("/enter#"), "t")
