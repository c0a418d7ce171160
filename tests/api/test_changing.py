"""Changing through the API: judged, handed in, once for one key."""

from __future__ import annotations

import base64
from datetime import timedelta

from sqlalchemy import func, select

from accord.store.engine import node_transaction
from accord.store.exchange_tables import api_reply
from accord.store.tables import event, judgement

CONTENT = b"domain\npay-new-parcel.example\n192.0.2.77\n"


def parcel(content=CONTENT, path="2026/new.csv", **more):
    return {"files": [{"path": path, "content": base64.b64encode(content).decode()}], **more}


def count(node, table):
    with node_transaction(node.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_a_judgement_is_recorded_and_taken_back(api, node, made):
    place = f"/api/v1/leads/{made.leads[0]}/judgements"
    answer = api.post(place, json={"verdict": "confirmed", "reason": "Same invoice."})
    assert answer.status_code == 201
    assert answer.json()["judgements"][0]["reason"] == "Same invoice."
    assert api.get("/api/v1/leads?state=confirmed").json()["items"][0]["id"] == str(made.leads[0])
    assert api.delete(f"{place}/ours").status_code == 204
    assert api.delete(f"{place}/ours").status_code == 409
    with node_transaction(node.engine) as connection:
        verbs = list(connection.scalars(select(event.c.verb).where(event.c.subject == str(made.leads[0]))))
    assert {"judgement undone", "lead confirmed"} <= set(verbs)


def test_a_rejection_needs_its_reason(api, node, made):
    answer = api.post(f"/api/v1/leads/{made.leads[0]}/judgements", json={"verdict": "rejected"})
    assert answer.status_code == 422
    assert count(node, judgement) == 0


def test_the_same_key_is_done_once_and_answered_the_same(api, node, made):
    place, headers = f"/api/v1/leads/{made.leads[0]}/judgements", {"idempotency-key": "k-1"}
    first = api.post(place, json={"verdict": "confirmed"}, headers=headers)
    again = api.post(place, json={"verdict": "confirmed"}, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert count(node, judgement) == 1
    other = api.post(place, json={"verdict": "rejected", "reason": "no"}, headers=headers)
    assert other.status_code == 422
    assert count(node, judgement) == 1


def test_a_key_is_its_person_s_own(api, call, node, made):
    place, headers = f"/api/v1/leads/{made.leads[0]}/judgements", {"idempotency-key": "k-1"}
    api.post(place, json={"verdict": "confirmed"}, headers=headers)
    call("upland").post(place, json={"verdict": "rejected", "reason": "no"}, headers=headers)
    assert count(node, judgement) == 2


def test_a_failed_request_frees_its_key_and_an_old_one_goes(api, node, made):
    place, headers = f"/api/v1/leads/{made.leads[0]}/judgements", {"idempotency-key": "k-2"}
    assert api.post(place, json={"verdict": "rejected"}, headers=headers).status_code == 422
    assert count(node, api_reply) == 0
    body = {"verdict": "rejected", "reason": "A shared name server."}
    assert api.post(place, json=body, headers=headers).status_code == 201
    node.clock.moment += timedelta(days=2)
    try:
        assert api.post(place, json=body, headers={"idempotency-key": "k-3"}).status_code == 201
        assert count(node, api_reply) == 1
    finally:
        node.clock.moment -= timedelta(days=2)


def test_what_is_handed_in_comes_back_bit_for_bit(api, node):
    answer = api.post("/api/v1/contributions", json=parcel(handling={"tlp": "TLP:GREEN"}))
    assert answer.status_code == 201, answer.text
    (number,) = answer.json()["contributions"]
    assert api.get(f"/api/v1/contributions/{number}/original").content == CONTENT
    told = api.get(f"/api/v1/contributions/{number}").json()["contribution"]
    assert told["handling"]["tlp"] == "TLP:GREEN"
    assert told["member"] == "ncu-a"
    again = api.post("/api/v1/contributions", json=parcel(handling={"tlp": "TLP:GREEN"}))
    assert again.json()["contributions"] == [number]


def test_a_parcel_under_red_is_its_member_s_alone(api, call):
    (number,) = api.post("/api/v1/contributions", json=parcel(handling={"tlp": "TLP:RED"})).json()["contributions"]
    assert call("upland").get(f"/api/v1/contributions/{number}").status_code == 404
    assert call("upland").get("/api/v1/selectors?value=pay-new-parcel.example").json()["known"] is False


def test_what_cannot_be_handed_in_changes_nothing(api):
    before = len(api.get("/api/v1/contributions?limit=500").json()["items"])
    bad = [
        parcel(path="../out.csv"),
        parcel(path="a//b.csv"),
        parcel(path="/etc/passwd"),
        parcel(handling={"tlp": "TLP:PINK"}),
        parcel(handling={"tlp": "TLP:GREEN", "unheard": 1}),
        parcel(handling={"tlp": "TLP:GREEN", "embargo_until": "2026-12-01T00:00:00"}),
        {"files": []},
        {"files": [{"path": "a.csv", "content": "not base64!"}]},
    ]
    for body in bad:
        answer = api.post("/api/v1/contributions", json=body)
        assert answer.status_code in (400, 422), body
        assert answer.headers["content-type"] == "application/problem+json"
    assert len(api.get("/api/v1/contributions?limit=500").json()["items"]) == before


def test_a_token_for_reading_changes_nothing(call, node, made):
    reader = call("ncu-a", "api", "read")
    assert reader.get("/api/v1/leads").status_code == 200
    refused = reader.post(f"/api/v1/leads/{made.leads[0]}/judgements", json={"verdict": "confirmed"})
    assert refused.status_code == 403
    assert count(node, judgement) == 0
