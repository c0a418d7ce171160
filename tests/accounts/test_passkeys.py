"""Passkeys, made and shown by an authenticator in software: what is accepted, and everything that is not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.model.errors import AbsentError, AccordError, ConflictError, InputError, LimitError, RefusedError
from accord.services import passkeys, sign_in
from accord.store import passkeys as rows
from accord.store.engine import node_transaction

from .home import Accounts
from .soft_authenticator import PRESENT, VERIFIED, Passkey, b64, unb64

DOOR = "d" * 43


def add(home: Accounts, signed: Any, key: Passkey, name: str = "phone", **wrong: Any) -> Any:
    options = passkeys.ask_new(home.node, signed)
    return home.who(passkeys.add(home.node, signed, key.make(options, **wrong), name, "test"))


def come_in(home: Accounts, key: Passkey, **wrong: Any) -> Any:
    options = passkeys.ask_in(home.node, DOOR)
    return home.who(passkeys.come_in(home.node, DOOR, key.show(options, **wrong), "test"))


@pytest.mark.parametrize("curve", ["p256", "ed25519"])
def test_a_passkey_brings_its_owner_back(home, rosa, curve):
    key = Passkey(curve)
    add(home, rosa, key)
    back = come_in(home, key)
    assert (back.person_id, back.how) == (rosa.person_id, "passkey")
    (kept,) = passkeys.list_passkeys(home.node, back)
    assert (kept.name, kept.rp_id, kept.origin) == ("phone", "localhost", "http://localhost:8400")
    assert kept.last_used_at == home.clock.now()


def test_options_ask_for_what_is_checked(home, rosa):
    made = passkeys.ask_new(home.node, rosa)
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert {one["alg"] for one in made["pubKeyCredParams"]} == {-7, -8}
    assert made["rp"]["id"] == "localhost"
    assert made["attestation"] == "none"
    shown = passkeys.ask_in(home.node, DOOR)
    assert shown["userVerification"] == "required"
    assert shown.get("allowCredentials", []) == []  # it would tell who is here
    assert len(shown["challenge"]) == 43


def test_the_session_gets_a_new_secret(home):
    token = home.token(home.enrol("Rosa Lind"))
    fresh = add(home, home.who(token), Passkey())
    assert sign_in.who(home.node, token) is None
    assert fresh.how == "passkey"


WRONG = {
    "another challenge": {"challenge": "A" * 43},
    "another origin": {"origin": "http://localhost:8401"},
    "a look-alike": {"origin": "https://localhost.example"},
    "another relying party": {"rp_id": "accord.example"},
    "nobody there": {"flags": 0x40},
    "not verified": {"flags": 0x40 | PRESENT},
    "framed": {"cross": True},
    "framed, said otherwise": {"more": {"topOrigin": "https://evil.example"}},
}


@pytest.mark.parametrize("wrong", [*WRONG.values(), {"type": "webauthn.get"}])
def test_what_is_not_accepted_when_made(home, rosa, wrong):
    with pytest.raises(RefusedError):
        add(home, rosa, Passkey(), **wrong)
    assert passkeys.list_passkeys(home.node, rosa) == []


SHOWN_WRONG = {
    **{
        name: {**wrong, **({"flags": wrong["flags"] & ~0x40} if "flags" in wrong else {})}
        for name, wrong in WRONG.items()
    },
    "made, not shown": {"type": "webauthn.create"},
    "a broken signature": {"broken": True},
    "another's handle": {"user": b"x" * 16},
}


@pytest.mark.parametrize("wrong", SHOWN_WRONG.values(), ids=SHOWN_WRONG)
def test_what_is_not_accepted_when_shown(home, rosa, wrong):
    key = Passkey()
    add(home, rosa, key)
    with pytest.raises(RefusedError) as refused:
        come_in(home, key, **wrong)
    assert refused.value.message == "The passkey was not accepted."  # all that it says, whatever it was
    assert come_in(home, key).person_id == rosa.person_id


def test_a_stranger_passkey_is_refused_in_the_same_words(home, rosa):
    with pytest.raises(RefusedError, match="not accepted"):
        come_in(home, Passkey(user=rosa.person_id.bytes))


def test_a_challenge_works_once_for_one_browser_for_five_minutes(home, rosa):
    key = Passkey()
    add(home, rosa, key)
    options = passkeys.ask_in(home.node, DOOR)
    shown = key.show(options)
    with pytest.raises(RefusedError):
        passkeys.come_in(home.node, "another browser" * 3, shown, "test")
    passkeys.come_in(home.node, DOOR, shown, "test")
    with pytest.raises(RefusedError):
        passkeys.come_in(home.node, DOOR, shown, "test")
    options = passkeys.ask_in(home.node, DOOR)
    home.clock.moment += timedelta(minutes=5)
    with pytest.raises(RefusedError):
        passkeys.come_in(home.node, DOOR, key.show(options), "test")


def test_a_failed_try_uses_the_challenge_up(home, rosa):
    key = Passkey()
    add(home, rosa, key)
    options = passkeys.ask_in(home.node, DOOR)
    with pytest.raises(RefusedError):
        passkeys.come_in(home.node, DOOR, key.show(options, broken=True), "test")
    with pytest.raises(RefusedError):
        passkeys.come_in(home.node, DOOR, key.show(options), "test")


def test_challenges_of_making_and_showing_do_not_mix(home, rosa):
    key = Passkey()
    add(home, rosa, key)
    options = passkeys.ask_in(home.node, DOOR)
    signed = come_in(home, key)
    with pytest.raises(RefusedError):
        passkeys.add(home.node, signed, Passkey().make({**passkeys.ask_new(home.node, signed), **options}), "n", "t")


def test_a_counter_that_stands_still_is_refused_and_recorded(home, rosa):
    key = Passkey(counts=True)
    add(home, rosa, key)
    come_in(home, key)
    come_in(home, key)
    with pytest.raises(RefusedError):
        come_in(home, key, count=2)
    with pytest.raises(RefusedError):
        come_in(home, key, count=0)
    assert home.told().count("passkey refused as copied") == 2
    come_in(home, key)


def test_a_passkey_is_one_persons(home, rosa):
    key = Passkey()
    add(home, rosa, key)
    with pytest.raises(ConflictError):
        add(home, home.come("Ivo Brandt", "liaison"), key)


def test_several_named_and_removed_but_not_the_last(home, rosa):
    first, second = Passkey(), Passkey()
    rosa = add(home, rosa, first, "phone")
    home.clock.moment += timedelta(seconds=1)
    rosa = add(home, rosa, second, "  key in\tthe drawer ")
    phone, drawer = passkeys.list_passkeys(home.node, rosa)
    assert drawer.name == "key in the drawer"
    passkeys.rename(home.node, rosa, phone.id, "old phone")
    passkeys.remove(home.node, rosa, phone.id)
    with pytest.raises(RefusedError):
        come_in(home, first)
    assert come_in(home, second).person_id == rosa.person_id
    with pytest.raises(ConflictError, match="last"):
        passkeys.remove(home.node, rosa, drawer.id)
    assert home.told().count("passkey added") == 2
    assert {"passkey renamed", "passkey removed"} <= set(home.told())


def test_nobody_touches_anothers_passkey(home, rosa):
    add(home, rosa, Passkey())
    other = home.come("Ivo Brandt", "liaison")
    with node_transaction(home.node.engine) as connection:
        (hers,) = rows.passkeys_of(connection, rosa.person_id)
    for change in (
        lambda: passkeys.rename(home.node, other, hers.id, "mine"),
        lambda: passkeys.remove(home.node, other, hers.id),
    ):
        with pytest.raises(AbsentError):
            change()


def test_who_signed_in_long_ago_shows_a_passkey_before_changing_any(home, rosa):
    key = Passkey()
    rosa = add(home, rosa, key)
    rosa = add(home, rosa, Passkey(), "second")
    home.clock.moment += timedelta(minutes=16)
    ids = [row.id for row in passkeys.list_passkeys(home.node, rosa)]
    with pytest.raises(RefusedError, match="too long ago"):
        passkeys.remove(home.node, rosa, ids[0])
    with pytest.raises(RefusedError, match="too long ago"):
        passkeys.ask_new(home.node, rosa)
    options = passkeys.ask_again(home.node, rosa)
    assert len(options["allowCredentials"]) == 2
    rosa = home.who(passkeys.show_again(home.node, rosa, key.show(options), "test"))
    passkeys.remove(home.node, rosa, ids[1])


def test_showing_anothers_passkey_again_is_refused(home, rosa):
    key = Passkey()
    add(home, home.come("Ivo Brandt"), key)
    with pytest.raises(RefusedError):
        passkeys.show_again(home.node, rosa, key.show(passkeys.ask_again(home.node, rosa)), "test")


def test_there_are_bounds(home, rosa):
    for number in range(passkeys.MOST_PASSKEYS):
        rosa = add(home, rosa, Passkey(), f"n{number}")
    with pytest.raises(LimitError):
        passkeys.ask_new(home.node, rosa)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_passkey_needs_a_name(home, rosa, name):
    with pytest.raises(InputError):
        add(home, rosa, Passkey(), name)


@pytest.mark.parametrize("url", ["http://192.0.2.7:8400", "http://accord.north.example", "https://[2001:db8::1]"])
def test_where_browsers_make_none_the_reason_is_said(home, rosa, url):
    with pytest.raises(ConflictError, match="ACCORD_PUBLIC_URL"):
        passkeys.ask_new(replace(home.node, public_url=url), rosa)


def test_after_a_passkey_no_link_signs_in(home, rosa):
    link = sign_in.make_link(home.node, rosa.person_id)
    add(home, rosa, Passkey())
    with pytest.raises(RefusedError):
        sign_in.enter(home.node, link.removeprefix("/enter#"), "test")
    with pytest.raises(ConflictError, match="passkey"):
        sign_in.make_link(home.node, rosa.person_id)


@pytest.fixture(scope="module")
def still(still_home):
    key = Passkey()
    return still_home, add(still_home, still_home.come("Rosa Lind"), key), key


NAMES = (
    "id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "attestationObject",
    "userHandle", "transports",
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)


@given(json_values.map(json.dumps) | st.text(max_size=60) | st.just("[" * 9_000) | st.just("x" * 20_000))
def test_whatever_a_browser_sends_is_refused_in_words(still, sent):
    home, signed, _key = still
    for attempt in (
        lambda: passkeys.come_in(home.node, DOOR, sent, "t"),
        lambda: passkeys.add(home.node, signed, sent, "n", "t"),
        lambda: passkeys.show_again(home.node, signed, sent, "t"),
    ):
        with pytest.raises(RefusedError):
            attempt()


@given(st.data())
def test_no_changed_bit_is_accepted(still, data):
    """Of what the authenticator signed: any one bit of client data, authenticator data or signature."""
    home, _signed, key = still
    shown = json.loads(key.show(passkeys.ask_in(home.node, DOOR)))
    part = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    raw = bytearray(unb64(shown["response"][part]))
    at = data.draw(st.integers(0, 2**16)) % (len(raw) * 8)
    raw[at // 8] ^= 1 << (at % 8)
    shown["response"][part] = b64(bytes(raw))
    with pytest.raises(AccordError):
        passkeys.come_in(home.node, DOOR, json.dumps(shown), "t")


def test_flags_of_a_copying_maker_are_kept(home, rosa):
    key = Passkey()
    add(home, rosa, key, flags=0x40 | PRESENT | VERIFIED | 0x18)
    with node_transaction(home.node.engine) as connection:
        assert rows.passkeys_of(connection, rosa.person_id)[0].synced
