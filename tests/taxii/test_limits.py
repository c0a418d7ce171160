"""Too often, too much, too slowly: the answers of TAXII's door, and nobody else kept waiting."""

from __future__ import annotations

import socket
from dataclasses import replace

import httpx
import orjson
import pytest
from litestar.testing import TestClient

from accord.web.app import create_app
from accord.web.limits import DOOR, Limits, Pace
from accord.web.taxii import admission, lanes
from accord.web.taxii.face import Face

from .samples import indicator
from .stage import TAXII, Tokens, served

OBJECTS = "/taxii2/alliance/collections/all/objects/"


class OwnHashes(Tokens):
    """Each token with its own hash, as real ones have."""

    def admit(self, node, token):
        found = super().admit(node, token)
        return found and replace(found, token_hash=token.encode())


def headers(token):
    return {"accept": TAXII, "authorization": f"Bearer {token}", "content-type": TAXII}


@pytest.fixture
def moment():
    return [0.0]


@pytest.fixture
def client(node, moment, monkeypatch):
    monkeypatch.setattr(admission.limits, "TOKEN", Pace(5, 60))
    limits = Limits(now_s=lambda: moment[0])
    return TestClient(
        create_app(node, taxii=Face(admit=OwnHashes().admit), limits=limits), base_url="http://accord.test"
    )


def test_a_token_that_asks_too_often_is_told_when_to_come_back_and_others_go_on(client, moment):
    asked = [client.get("/taxii2/", headers=headers("token-of-amber")) for _ in range(6)]
    assert [one.status_code for one in asked] == [200] * 5 + [429]
    told = asked[-1]
    assert told.headers["content-type"] == TAXII
    assert told.json()["http_status"] == "429"
    assert client.get("/taxii2/", headers=headers("token-of-birch")).status_code == 200
    moment[0] += int(told.headers["retry-after"])
    assert client.get("/taxii2/", headers=headers("token-of-amber")).status_code == 200


def test_what_comes_too_often_changes_nothing(client, node):
    for _ in range(5):
        client.get("/taxii2/", headers=headers("token-of-amber"))
    body = orjson.dumps({"objects": [indicator(1)]})
    assert client.post(OBJECTS, content=body, headers=headers("token-of-amber")).status_code == 429
    with node.engine.begin() as connection:
        connection.exec_driver_sql("set local accord.visible = 'all'")
        assert connection.exec_driver_sql("select count(*) from contribution").scalar() == 0


def test_guessing_tokens_tires_the_address_and_not_those_who_have_one(client):
    tried = [client.get("/taxii2/", headers=headers(f"guess-{n}")).status_code for n in range(int(DOOR.burst) + 1)]
    assert tried == [401] * int(DOOR.burst) + [429]
    assert client.get("/taxii2/", headers=headers("token-of-amber")).status_code == 200


def test_who_has_no_token_is_refused_before_the_content_is_read(node):
    with served(node, Face(admit=OwnHashes().admit)) as url, _door(url) as door:
        door.sendall(_post_head(url, "guess", 9_000_000) + b'{"objects":[')
        assert door.recv(100).startswith(b"HTTP/1.1 401")


def test_uploads_that_trickle_in_keep_no_one_else_out(node, monkeypatch):
    monkeypatch.setattr(lanes, "ARRIVES_S", 1.0)
    body = orjson.dumps({"objects": [indicator(1)]})
    with served(node, Face(admit=OwnHashes().admit)) as url:
        slow = [_door(url) for _ in range(lanes.OF_A_TOKEN + 3)]
        for door in slow:
            door.sendall(_post_head(url, "token-of-amber", 1_000_000) + b'{"objects":[')
        answer = httpx.post(f"{url}{OBJECTS}", content=body, headers=headers("token-of-birch"), timeout=20)
        assert answer.status_code == 202
        slow[0].settimeout(20)
        assert slow[0].recv(100).startswith(b"HTTP/1.1 429")
        for door in slow:
            door.close()


def _door(url):
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def _post_head(url, token, length):
    lines = [f"POST {OBJECTS} HTTP/1.1", f"host: {url.removeprefix('http://')}", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers(token).items()]
    return "\r\n".join([*lines, "", ""]).encode()
