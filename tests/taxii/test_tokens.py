"""The node's own tokens at the door."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from litestar.testing import TestClient

from accord.services.tokens import make_token, who_token
from accord.web.app import create_app
from accord.web.taxii.face import Face

from .conftest import Asker
from .samples import indicator
from .stage import TAXII, signed

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
