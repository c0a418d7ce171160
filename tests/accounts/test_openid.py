"""Accounts elsewhere: linked by their owner, never by a claim; and a provider that lies in every way we know."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey

from accord.adapters.openid import MAX_BYTES, OpenidProvider
from accord.model.errors import AbsentError, ConflictError, NodeError, RefusedError
from accord.services import openid, sign_in

from .home import Accounts
from .provider import ISSUER, Provider

DOOR = "d" * 43


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def home(database, provider):
    return Accounts(
        database,
        OpenidProvider(ISSUER, "accord", "the client's secret", transport=httpx.MockTransport(provider.handle)),
    )


def link(home, provider, signed, subject="rosa-at-north"):
    openid.finish_link(home.node, signed, **provider.visit(openid.begin_link(home.node, signed), subject))


def come_in(home, provider, subject="rosa-at-north", door=DOOR, **changed):
    back = {**provider.visit(openid.begin_in(home.node, door), subject), **changed}
    return home.who(openid.come_in(home.node, door, **back, agent="t"))


def test_a_linked_account_signs_its_owner_in(home, rosa, provider):
    link(home, provider, rosa)
    back = come_in(home, provider)
    assert (back.person_id, back.how) == (rosa.person_id, "openid")
    assert "account linked" in home.told()


def test_no_claim_makes_anybody(home, rosa, provider):
    provider.claims = {"name": rosa.name, "email": "rosa@north.example", "groups": ["administrator"]}
    with pytest.raises(RefusedError, match="Nobody here has linked"):
        come_in(home, provider)


def test_an_account_is_one_persons(home, rosa, provider):
    link(home, provider, rosa)
    with pytest.raises(ConflictError):
        link(home, provider, home.come("Ivo Brandt"))
    openid.unlink(home.node, rosa)
    with pytest.raises(RefusedError):
        come_in(home, provider)
    with pytest.raises(AbsentError):
        openid.unlink(home.node, rosa)


LIES = {
    "another issuer": {"iss": "https://login.other.example"},
    "another audience": {"aud": "somebody-else"},
    "a wide audience without us as the party": {"aud": ["accord", "other"], "azp": "other"},
    "another nonce": {"nonce": "n" * 43},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "an endless subject": {"sub": "s" * 256},
    "no expiry": {"exp": None},
    "expired": {"exp": int(time.time()) - 120},
    "of the future": {"iat": int(time.time()) + 3_600, "nbf": int(time.time()) + 3_600},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES)
def test_a_token_that_says_something_else_is_refused(home, rosa, provider, claims):
    link(home, provider, rosa)
    provider.claims = claims
    with pytest.raises(RefusedError):
        come_in(home, provider)


def test_another_key_and_a_shared_secret_sign_nothing(home, rosa, provider):
    link(home, provider, rosa)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(RefusedError):
        come_in(home, provider)
    provider.signs_with, provider.header = OctKey.import_key("the client's secret padded to be long"), {"alg": "HS256"}
    with pytest.raises(RefusedError):
        come_in(home, provider)


def test_changed_keys_are_read_anew(home, rosa, provider):
    link(home, provider, rosa)
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    provider.header = {"kid": "two"}
    assert come_in(home, provider).person_id == rosa.person_id


def test_an_answer_belongs_to_the_browser_that_began_once_and_for_ten_minutes(home, rosa, provider):
    link(home, provider, rosa)
    for changed in ({"state": "s" * 43}, {"code": ""}, {"code": "x" * 5_000}):
        with pytest.raises(RefusedError):
            come_in(home, provider, **changed)
    back = provider.visit(openid.begin_in(home.node, DOOR))
    with pytest.raises(RefusedError):
        openid.come_in(home.node, "another" * 6, **back, agent="t")
    openid.come_in(home.node, DOOR, **back, agent="t")
    with pytest.raises(RefusedError):
        openid.come_in(home.node, DOOR, **back, agent="t")
    back = provider.visit(openid.begin_in(home.node, DOOR))
    home.clock.moment += openid.CEREMONY_LIFE
    with pytest.raises(RefusedError):
        openid.come_in(home.node, DOOR, **back, agent="t")


def test_a_stolen_code_is_no_use_without_the_verifier(home, rosa, provider):
    link(home, provider, rosa)
    stolen = provider.visit(openid.begin_in(home.node, DOOR))["code"]
    with pytest.raises(RefusedError):
        come_in(home, provider, code=stolen, door="e" * 43)


def test_signing_in_does_not_link_and_linking_does_not_sign_in(home, rosa, provider):
    back = provider.visit(openid.begin_in(home.node, DOOR))
    with pytest.raises(RefusedError):
        openid.finish_link(home.node, rosa, **back)
    back = provider.visit(openid.begin_link(home.node, rosa))
    with pytest.raises(RefusedError):
        openid.come_in(home.node, DOOR, **back, agent="t")


def test_linking_needs_a_fresh_sign_in(home, rosa):
    home.clock.moment += timedelta(minutes=16)
    with pytest.raises(RefusedError, match="too long ago"):
        openid.begin_link(home.node, rosa)


INSECURE = {
    "issuer": ISSUER,
    "authorization_endpoint": "http://x.example",
    "token_endpoint": "http://x.example",
    "jwks_uri": "http://x.example",
}
BROKEN = {
    "not json": httpx.Response(200, content=b"<html>"),
    "not an object": httpx.Response(200, json=[1]),
    "an error": httpx.Response(500),
    "elsewhere": httpx.Response(302, headers={"location": "http://192.0.2.1/"}),
    "endless": httpx.Response(200, content=b" " * (MAX_BYTES + 1)),
    "another issuer": httpx.Response(200, json={"issuer": "https://login.other.example"}),
    "plain http": httpx.Response(200, json=INSECURE),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_provider_that_is_not_one_is_named_and_nothing_begins(home, provider, answer):
    provider.answers = {"/.well-known/openid-configuration": answer}
    with pytest.raises(NodeError):
        openid.begin_in(home.node, DOOR)
    assert provider.asked == ["/.well-known/openid-configuration"]  # no redirect was followed


def test_no_network_is_said_without_a_trace(database):
    def down(_request):
        raise httpx.ConnectError("refused")

    home = Accounts(database, OpenidProvider(ISSUER, "accord", "", transport=httpx.MockTransport(down)))
    with pytest.raises(NodeError, match="cannot be reached"):
        openid.begin_in(home.node, DOOR)


def test_what_the_browser_carries_holds_no_secret(home):
    query = parse_qs(urlsplit(openid.begin_in(home.node, DOOR)).query)
    names = "response_type client_id redirect_uri scope state nonce code_challenge code_challenge_method"
    assert set(query) == set(names.split())
    assert query["redirect_uri"] == ["http://localhost:8400/enter/openid/back"]


def test_without_a_provider_there_is_none(database):
    home = Accounts(database)
    with pytest.raises(AbsentError):
        openid.begin_in(home.node, DOOR)


def test_who_is_shut_out_does_not_come_by_an_account_either(home, rosa, provider):
    from accord.services import roles

    link(home, provider, rosa)
    roles.suspend_person(home.node, None, rosa.person_id, "left")
    with pytest.raises(RefusedError):
        come_in(home, provider)
    assert sign_in.who(home.node, "x" * 43) is None
