"""The node as a witness over HTTP (C2SP tlog-witness): no session, the statuses and media types of the protocol."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.custody.log import Log
from accord.custody.note import SigningKey
from accord.custody.outside import Outside
from accord.custody.quorum import parse_policy
from accord.custody.witness import Request, accept_answer
from accord.services.custody_room import CustodyRoom
from accord.web.app import create_app


@pytest.fixture
def other(tmp_path):
    """Another node's log, which ours is to witness."""
    (tmp_path / "other").mkdir(mode=0o700)
    storage = TileFolder(tmp_path / "other/log")
    yield Log(storage, SigningKey.from_seed("node-z.example/custody", hashlib.sha256(b"z").digest()))
    storage.close()


@pytest.fixture
def client(node, tmp_path, other):
    key = SigningKey.from_seed("node-z.example/custody", hashlib.sha256(b"z").digest()).verifier
    known = parse_policy(f"log {key.encode()}\nquorum none\n".encode())
    (tmp_path / "custody").mkdir(mode=0o700)
    storage = TileFolder(tmp_path / "custody/log")
    room = CustodyRoom(storage, open_keys(tmp_path / "custody"), Outside(witnessed=known))
    with TestClient(create_app(replace(node, custody=room)), base_url="http://accord.test") as client:
        client.room = room
        yield client
    storage.close()


def _ask(client, body):
    return client.post("/witness/add-checkpoint", content=body)


def test_a_known_log_is_cosigned_and_a_stale_size_is_answered_with_the_right_one(client, other):
    other.append([b"one", b"two"])
    first = _ask(client, Request(0, (), other.checkpoint).encode())
    assert first.status_code == 200
    keys = [key.verifier for key in client.room.keys.witness_keys]
    assert len(accept_answer(other.checkpoint, first.content, keys)) == 2
    other.append([b"three"])
    stale = _ask(client, Request(0, (), other.checkpoint).encode())
    assert (stale.status_code, stale.text) == (409, "2\n")
    assert stale.headers["content-type"].startswith("text/x.tlog.size")
    proof = tuple(other.consistency(2, 3))
    assert _ask(client, Request(2, proof, other.checkpoint).encode()).status_code == 200


def test_others_are_refused_with_the_protocols_statuses(client, other, tmp_path):
    other.append([b"one"])
    stranger = SigningKey.from_seed("node-y.example/custody", hashlib.sha256(b"y").digest())
    (tmp_path / "y").mkdir(mode=0o700)
    storage = TileFolder(tmp_path / "y/log")
    unknown = Log(storage, stranger)
    unknown.append([b"one"])
    assert _ask(client, Request(0, (), unknown.checkpoint).encode()).status_code == 404
    storage.close()
    good = Request(0, (), other.checkpoint).encode()
    assert _ask(client, good.replace(b"\n1\n", b"\n2\n")).status_code == 403
    assert _ask(client, good.replace(b"old 0", b"old 5")).status_code == 400
    assert _ask(client, b"nonsense").status_code == 400
    assert _ask(client, b"x" * 2**20).status_code == 413
    other.append([b"two"])
    assert _ask(client, good).status_code == 200
    forged = Request(1, (b"\0" * 32,), other.checkpoint).encode()
    assert _ask(client, forged).status_code == 422
