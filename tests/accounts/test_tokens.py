"""Tokens of programs: what they may do, how they end, what is kept of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from accord.model.errors import AbsentError, InputError, LimitError, RefusedError
from accord.policy.duties import Verb
from accord.services import tokens
from accord.services.permit import permit
from accord.services.signing import hashed
from accord.store.engine import node_transaction
from accord.store.people_tables import api_token
from accord.store.tables import event


@pytest.fixture
def node(home):
    return home.node


@pytest.fixture
def enrolled(home):
    return lambda role, name="Rosa Lind": home.come(name, role)


def test_a_token_acts_as_its_owner_within_its_scopes(node, enrolled):
    rosa = enrolled("analyst")
    program = tokens.who_token(node, tokens.make_token(node, rosa, "script", ["read", "api"]))
    assert (program.person_id, program.viewer, program.scopes) == (rosa.person_id, rosa.viewer, {"read", "api"})
    permit(program, Verb.READ)
    with pytest.raises(RefusedError, match="token"):
        permit(program, Verb.CONTRIBUTE)
    with pytest.raises(RefusedError):
        tokens.make_token(node, program, "offspring", ["read"])


def test_a_token_opens_only_the_doors_it_was_made_for(node, enrolled):
    token = tokens.make_token(node, enrolled("analyst"), "feed", ["taxii", "read"])
    assert tokens.who_token(node, token, "taxii")
    with pytest.raises(RefusedError, match="misp"):
        tokens.who_token(node, token, "misp")


def test_only_a_hash_is_kept_and_nothing_of_it_recorded(node, enrolled):
    token = tokens.make_token(node, enrolled("analyst"), "script", ["read"])
    with node_transaction(node.engine) as connection:
        kept = str(connection.execute(api_token.select()).all()) + str(connection.execute(event.select()).all())
    assert token not in kept
    assert token.removeprefix("accord_")[:12] not in kept
    assert "token made" in kept


@pytest.mark.parametrize(
    "wrong", ["", "accord_", "accord_" + "x" * 43, "x" * 10_000, "accord_é" + "x" * 42, "Bearer y"]
)
def test_what_is_no_token_is_nobody(node, wrong):
    assert tokens.who_token(node, wrong) is None


def test_tokens_end_by_age_and_by_hand(node, enrolled):
    rosa = enrolled("analyst")
    short = tokens.make_token(node, rosa, "short", ["read"], timedelta(minutes=10))
    long = tokens.make_token(node, rosa, "long", ["read"])
    node.clock.moment += timedelta(minutes=11)
    assert (tokens.who_token(node, short), bool(tokens.who_token(node, long))) == (None, True)
    listed = {row.name: row for row in tokens.list_tokens(node, rosa)}
    assert listed["long"].last_used_at == node.clock.moment
    assert listed["short"].last_used_at is None
    tokens.revoke_token(node, rosa, listed["long"].id)
    assert tokens.who_token(node, long) is None
    with pytest.raises(AbsentError):
        tokens.revoke_token(node, rosa, listed["long"].id)


def test_nobody_revokes_anothers_token(node, enrolled):
    rosa, other = enrolled("analyst"), enrolled("liaison", "Ivo Brandt")
    token = tokens.make_token(node, rosa, "hers", ["read"])
    with pytest.raises(AbsentError):
        tokens.revoke_token(node, other, tokens.list_tokens(node, rosa)[0].id)
    assert tokens.who_token(node, token)
    assert tokens.list_tokens(node, other) == []


@pytest.mark.parametrize(
    ("role", "scope"), [("analyst", "admin"), ("overseer", "write"), ("administrator", "read"), ("analyst", "root")]
)
def test_no_token_is_more_than_its_owner(node, enrolled, role, scope):
    with pytest.raises(RefusedError, match="scope"):
        tokens.make_token(node, enrolled(role), "more", [scope])


@pytest.mark.parametrize(
    ("name", "scopes", "life"),
    [(" ", ["read"], 1), ("x" * 81, ["read"], 1), ("n", [], 1), ("n", ["read"], 367), ("n", ["read"], 0)],
)
def test_what_a_token_needs(node, enrolled, name, scopes, life):
    with pytest.raises(InputError):
        tokens.make_token(node, enrolled("analyst"), name, scopes, timedelta(days=life))


def test_tokens_are_bounded(node, enrolled):
    rosa = enrolled("analyst")
    for number in range(tokens.MOST_TOKENS):
        tokens.make_token(node, rosa, f"n{number}", ["read"])
    with pytest.raises(LimitError):
        tokens.make_token(node, rosa, "one more", ["read"])


def test_a_role_that_shrinks_shrinks_its_tokens(node, enrolled):
    token = tokens.make_token(node, enrolled("analyst"), "script", ["write"])
    enrolled("overseer")
    program = tokens.who_token(node, token)
    if program is not None:
        with pytest.raises(RefusedError):
            permit(program, Verb.CONTRIBUTE)


def test_ids_are_not_the_secret(node, enrolled):
    rosa = enrolled("analyst")
    token = tokens.make_token(node, rosa, "script", ["read"])
    assert isinstance(tokens.list_tokens(node, rosa)[0].id, UUID)
    assert tokens.list_tokens(node, rosa)[0].token_hash == hashed(token)
