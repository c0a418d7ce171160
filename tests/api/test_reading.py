"""Reading through the API: the same as the pages show, page by page, and nothing more."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import update

from accord.model.handling import Handling, Tlp
from accord.store import audiences
from accord.store.engine import node_transaction
from accord.store.tables import contribution


def everything(api, path):
    """All items of a list, page by page."""
    found, cursor = [], ""
    while True:
        page = api.get(f"/api/v1/{path}", params={"cursor": cursor, "limit": 7})
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return found


def hide(node, contribution_id, member_id):
    """What it held is now its member's alone."""
    with node_transaction(node.engine) as connection:
        own = audiences.intern(connection, Handling(tlp=Tlp.RED, originators=frozenset({member_id})))
        there = contribution.c.id == contribution_id
        connection.execute(update(contribution).where(there).values(audience=own))


def test_contributions_come_whole_and_once_through_their_cursors(api, made):
    found = everything(api, "contributions")
    assert sorted(one["id"] for one in found) == sorted(str(number) for number in made.contributions)
    times = [one["received_at"] for one in found]
    assert times == sorted(times, reverse=True)


def test_leads_come_strongest_first_and_whole(api, made):
    found = everything(api, "leads")
    assert len(found) == len(made.leads)
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert everything(api, "leads?state=open") == found
    one = api.get(f"/api/v1/leads/{found[0]['id']}").json()
    assert one == found[0]


def test_events_come_newest_first(api):
    found = everything(api, "events")
    assert len(found) == 8
    assert [one["happened_at"] for one in found] == sorted((one["happened_at"] for one in found), reverse=True)


def test_claims_are_the_bytes_as_received(api):
    raw = (
        '{"type": "note",  "spec_version":"2.1", "id":"note--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a11", "x_odd": 1.50,'
        ' "created": "2026-11-01T00:00:00.000Z", "modified":"2026-11-01T00:00:00.000Z", "content": "\\u00e9 é",'
        ' "object_refs":["identity--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a12"] }'
    )
    bundle = f'{{"type":"bundle","id":"bundle--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a13","objects":[{raw}]}}'
    files = [{"path": "note.json", "content": base64.b64encode(bundle.encode()).decode()}]
    (number,) = api.post("/api/v1/contributions", json={"files": files}).json()["contributions"]
    answer = api.get(f"/api/v1/contributions/{number}/claims")
    assert raw.encode() in answer.content
    assert json.loads(answer.content)["items"][0]["object"] == json.loads(raw)


def test_selectors_of_a_contribution_come_in_order_and_whole(api, made):
    number = made.contributions[0]
    found = everything(api, f"contributions/{number}/selectors")
    told = api.get(f"/api/v1/contributions/{number}").json()["contribution"]
    assert len(found) == told["selectors"] > 7
    assert [(one["kind"], one["value"]) for one in found] == sorted((one["kind"], one["value"]) for one in found)


def test_what_is_hidden_is_absent_everywhere(call, node, made):
    number = made.contributions[0]
    before = call("upland").get(f"/api/v1/contributions/{number}")
    assert before.status_code == 200
    owner = before.json()["contribution"]["member_id"]
    from uuid import UUID

    hide(node, number, UUID(owner))
    other = call("upland")
    nowhere = "00000000-0000-0000-0000-000000000001"
    for path in ("", "/claims", "/selectors", "/original"):
        hidden = other.get(f"/api/v1/contributions/{number}{path}")
        missing = other.get(f"/api/v1/contributions/{nowhere}{path}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert str(number) not in other.get("/api/v1/contributions?limit=500").text
    assert str(number) in call("ncu-a").get("/api/v1/contributions?limit=500").text


def test_a_selector_is_looked_up_however_it_is_written(api):
    plain = api.get("/api/v1/selectors", params={"value": "192.0.2.44"}).json()
    defanged = api.get("/api/v1/selectors", params={"value": "192[.]0[.]2[.]44"}).json()
    assert plain == defanged
    assert plain["kind"] == "ipv4"
    unknown = api.get("/api/v1/selectors", params={"value": "203.0.113.250"}).json()
    assert unknown["known"] is False
    assert unknown["holders"] == unknown["contributions"] == []
    assert api.get("/api/v1/selectors", params={"value": "three words here"}).json()["kind"] is None


def test_documents_are_what_the_pages_show(api):
    assert api.get("/api/v1/plan").json()["document"]["steps"]
    assert len(api.get("/api/v1/map").json()["document"]) == 4  # nodes, links, clusters, when each was seen
    report = api.get("/api/v1/report").json()
    assert report["title"].startswith("Insight Report")
    page = api.get("/api/v1/report/html")
    assert page.content.startswith(b"<!doctype html>")
    assert "sandbox" in page.headers["content-security-policy"]
    assert api.get("/api/v1/report/pdf").content.startswith(b"%PDF")


def test_members_and_who_is_asking(api):
    slugs = [one["slug"] for one in api.get("/api/v1/members").json()]
    assert "northern" in slugs
    northern = api.get("/api/v1/members/northern").json()
    assert northern["capabilities"][0]["action"] == "suspend-domain"
    assert api.get("/api/v1/members/nobody").status_code == 404
    assert api.get("/api/v1/me").json()["scopes"] == ["api", "read", "write"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nobody", "Basic bm9ib2R5", "Bearer " + "x" * 600])
def test_without_a_token_nothing_is_said(call, token):
    stranger = call("")
    if token:
        stranger.headers["authorization"] = token
    for path in ("contributions", "leads", "plan", "me", "selectors?value=192.0.2.44"):
        answer = stranger.get(f"/api/v1/{path}", headers={"accept": "text/html"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("contributions?limit=0", 400),
        ("contributions?limit=many", 400),
        ("contributions?state=nonsense", 400),
        ("contributions?cursor=bm9uc2Vuc2U", 422),
        ("contributions?cursor=" + "A" * 1_001, 400),
        ("contributions/not-an-id", 404),
        ("leads?least=2", 400),
        ("selectors", 400),
        ("selectors?kind=ipv4&value=nonsense", 422),
        ("nowhere", 404),
    ],
)
def test_a_request_that_does_not_fit_is_told_why(api, path, status):
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == status
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["detail"]


def test_a_cursor_of_one_list_does_not_open_another(api):
    leads = api.get("/api/v1/leads?limit=1").json()["next"]
    assert api.get("/api/v1/contributions", params={"cursor": leads}).status_code == 422
    forged = base64.urlsafe_b64encode(b'[["t","2026-11-01T00:00:00"],["u","x"]]').decode()
    assert api.get("/api/v1/contributions", params={"cursor": forged}).status_code == 422


def test_nul_in_words_is_no_error(api):
    assert api.get("/api/v1/contributions", params={"q": "a\x00b"}).status_code == 200
    assert api.get("/api/v1/selectors", params={"value": "\x00"}).json()["kind"] is None
