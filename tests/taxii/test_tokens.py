"""The node's own tokens at the door."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from litestar.testing import TestClient

from accord.services.tokens import list_tokens, make_token, revoke_token, who_token
from accord.store import suspensions
from accord.store.engine import node_transaction
from accord.web.app import create_app
from accord.web.taxii.face import Face

from .conftest import Asker
from .samples import indicator
from .stage import TAXII, member_id, signed

FACE = Face(admit=lambda node, token: who_token(node, token, "taxii"))  # as bootstrap has it
ALL = "alliance/collections/all"


@pytest.fixture
def ask(node):
    client = TestClient(create_app(node, taxii=FACE), base_url="http://accord.test")

    def by(*scopes):
        token = make_token(node, signed("amber"), "reader", scopes)
        return lambda method, path, content=None: Asker(client, "amber").ask(
            method, path, content, authorization=f"Bearer {token}"
        )

    return by


def test_a_token_does_what_its_scopes_say(ask):
    envelope = b'{"objects":[' + orjson.dumps(indicator(1)) + b"]}"
    reads, writes = ask("taxii", "read"), ask("taxii", "read", "write")
    assert ask("read")("GET", f"{ALL}/objects/").status_code == 403
    assert reads("GET", f"{ALL}/objects/").status_code == 200
    assert reads("POST", f"{ALL}/objects/", envelope).status_code == 403
    assert writes("POST", f"{ALL}/objects/", envelope).status_code == 202
    assert reads("DELETE", f"{ALL}/objects/{indicator(1)['id']}/").status_code == 403
    assert writes("DELETE", f"{ALL}/objects/{indicator(1)['id']}/").status_code == 200


def test_what_is_no_token_is_nobodys(node):
    client = TestClient(create_app(node, taxii=FACE), base_url="http://accord.test")
    headers = {"accept": TAXII, "authorization": "Bearer accord_" + "x" * 43}
    assert client.get("/taxii2/", headers=headers).status_code == 401


def test_an_overseer_changes_nothing(node, tokens):
    from accord.model.errors import RefusedError
    from accord.services import taxii_receive

    overseer = replace(signed("amber"), role="overseer")
    with pytest.raises(RefusedError):
        taxii_receive.receive(node, overseer, "alliance", "all", b'{"objects":[]}')


@pytest.fixture
def door(node):
    client = TestClient(create_app(node, taxii=FACE), base_url="http://accord.test")
    return lambda token: client.get("/taxii2/", headers={"accept": TAXII, "authorization": f"Bearer {token}"})


def _expires(node):
    with node_transaction(node.engine) as connection:
        connection.exec_driver_sql("update api_token set expires_at = now() - interval '1 second'")


def _is_revoked(node):
    (one,) = list_tokens(node, signed("amber"))
    revoke_token(node, signed("amber"), one.id)


def _member_is_shut_out(node):
    with node_transaction(node.engine) as connection:
        suspensions.begin(
            connection, node.ids.new(), member_id("amber"), None, reason="left", by=None, now=node.clock.now()
        )


@pytest.mark.parametrize("end", [_expires, _is_revoked, _member_is_shut_out])
def test_a_token_that_ended_is_answered_like_one_that_never_was(node, door, end):
    token = make_token(node, signed("amber"), "reader", ("taxii", "read"))
    assert door(token).status_code == 200
    end(node)
    ended, never = door(token), door("accord_" + "x" * 43)
    assert (ended.status_code, ended.content) == (401, never.content)
