"""Too often: 429, when to come back, and nothing done."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from accord.services import sign_in
from accord.web.app import create_app
from accord.web.limits import DOOR, Limits

from . import plain_verbs
from .conftest import use_link


@pytest.fixture
def client(node):
    client = TestClient(
        create_app(node, plain_verbs.VERBS, limits=Limits(now_s=lambda: 0.0)), base_url="http://accord.test"
    )
    client.headers["accept"] = "text/html"
    return client


def test_the_door_tires_first_and_says_so(client, node, people):
    for _ in range(int(DOOR.burst)):
        assert client.post("/enter/use", data={"token": "x" * 43}).status_code == 403
    answer = client.post("/enter/use", data={"token": "x" * 43})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert "Come back in" in answer.text
    link = sign_in.make_link(node, people["ncu-a"])
    assert client.post("/enter/use", data={"token": link.rpartition("#")[2]}).status_code == 429
    assert sign_in.whose_link(node, link.rpartition("#")[2])  # not used up


def test_programs_get_a_problem(client):
    answers = [client.get("/enter", headers={"accept": "application/json"}) for _ in range(260)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["content-type"].startswith("application/problem+json")
    assert answers[-1].json()["status"] == 429


def test_a_sessions_pace_is_its_own(client, node, people):
    use_link(client, sign_in.make_link(node, people["ncu-a"]))
    csrf = client.get("/me").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    statuses = [
        client.post("/me/theme", data={"csrf": csrf, "theme": "dark"}, follow_redirects=False).status_code
        for _ in range(125)
    ]
    assert statuses[:100] == [303] * 100
    assert statuses[-1] == 429
    assert client.get("/me").status_code == 200  # reading goes on
