"""What is taken out: for a stated purpose, within policy, in forms that others read."""

from __future__ import annotations

import base64
import csv
import io
import json

import pytest
import stix2
from pymisp import MISPEvent
from sqlalchemy import select

from accord.formats import read
from accord.policy.markings import from_markings
from accord.stix import check
from accord.store.engine import node_transaction
from accord.store.tables import event

NOTE = (
    '{"type": "note",  "spec_version":"2.1", "id":"note--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a11", "x_odd": 1.50,'
    ' "created": "2026-11-01T00:00:00.000Z", "modified":"2026-11-01T00:00:00.000Z", "content": "\\u00e9 é",'
    ' "extensions": {"extension-definition--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a99":'
    ' {"extension_type":"property-extension","deep":[ 1,2 ]}},'
    ' "object_refs":["identity--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a12"] }'
)
CUSTOM = '{"type":"x-unheard","spec_version":"2.1","id":"x-unheard--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a14", "odd" : 2e3}'
BUNDLE = f'{{"type":"bundle","id":"bundle--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a13","objects":[{NOTE} , {CUSTOM}]}}'
OLD = (
    '{"type":"bundle","id":"bundle--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a15","spec_version":"2.0","objects":[{"type":'
    '"indicator","id":"indicator--7b0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a16","created":"2020-01-01T00:00:00.000Z",'
    '"modified":"2020-01-01T00:00:00.000Z","labels":["malicious-activity"],"valid_from":"2020-01-01T00:00:00Z",'
    '"pattern":"[domain-name:value = \'old-fee.example\']"}]}'
)


def hand_in(api, path, text, **more):
    files = [{"path": path, "content": base64.b64encode(text.encode()).decode()}]
    answer = api.post("/api/v1/contributions", json={"files": files, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["contributions"][0]


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_lists_are_whole_in_both_forms(api, made):
    table = rows_of(api.get("/api/v1/exports/contributions"))
    assert {row["id"] for row in table} == {str(number) for number in made.contributions}
    assert len(rows_of(api.get("/api/v1/exports/leads"))) == len(made.leads)
    listed = api.get("/api/v1/exports/leads?form=json").json()
    assert [row["id"] for row in listed] == [row["id"] for row in rows_of(api.get("/api/v1/exports/leads"))]
    told = {row["id"]: int(row["selectors"]) for row in table}
    selectors = rows_of(api.get("/api/v1/exports/selectors"))
    for number in made.contributions[:3]:
        assert sum(row["contribution_id"] == str(number) for row in selectors) == told[str(number)]


def test_columns_are_chosen_once_and_kept_for_the_person(api, call):
    place = "/api/v1/exports/leads/columns"
    assert api.put(place, json=["sentence", "score"]).json()["columns"] == ["sentence", "score"]
    assert api.get("/api/v1/exports/leads").text.startswith("sentence,score\r\n")
    assert api.get("/api/v1/exports/leads?columns=score").text.startswith("score\r\n")
    assert len(call("upland").get(place).json()["columns"]) > 5
    assert api.put(place, json=["nonsense"]).status_code == 422
    assert api.put(place, json=[]).status_code == 422
    assert api.get("/api/v1/exports/nothing/columns").status_code == 404


def test_a_value_that_looks_like_a_formula_is_only_text(api):
    hand_in(api, "2026/=cmd.csv", "pay-formula.example\n")
    row = next(
        row for row in rows_of(api.get("/api/v1/exports/contributions?columns=title,path")) if "cmd" in row["path"]
    )
    assert not row["title"].startswith("=")


def test_what_came_as_stix_goes_out_bit_for_bit_under_its_markings(api):
    handling = {"tlp": "TLP:GREEN", "pap": "PAP:GREEN", "purposes": ["investigate", "", "share"]}
    number = hand_in(api, "note.json", BUNDLE, handling=handling)
    answer = api.get("/api/v1/exports/stix?q=note")
    assert NOTE.encode() in answer.content
    assert CUSTOM.encode() in answer.content
    bundle = json.loads(answer.content)
    for obj in bundle["objects"]:
        if obj["type"] != "x-unheard":
            assert check(obj) == [], obj
    stix2.parse(answer.content, allow_custom=True)
    grouping = next(one for one in bundle["objects"] if one["type"] == "grouping")
    stated = from_markings(grouping["object_marking_refs"], bundle["objects"])
    assert stated.tlp.label == "TLP:GREEN"
    assert stated.purposes == {"investigate", "", "share"}
    again = hand_in(api, "again.json", answer.text)
    assert api.get(f"/api/v1/contributions/{again}").json()["contribution"]["handling"]["tlp"] == "TLP:AMBER"
    assert NOTE.encode() in api.get(f"/api/v1/contributions/{number}/claims").content


def test_stix_2_0_goes_out_as_2_1_and_says_what_changed(api):
    hand_in(api, "old.json", OLD)
    bundle = api.get("/api/v1/exports/stix?q=old").json()
    indicator = next(one for one in bundle["objects"] if one["type"] == "indicator")
    assert indicator["spec_version"] == "2.1"
    grouping = next(one for one in bundle["objects"] if one["type"] == "grouping")
    assert "indicator_types" in grouping["description"]
    assert all(check(one) == [] for one in bundle["objects"])


def test_misp_events_are_read_by_misp_s_own_client_and_by_us(api, made):
    answer = api.get("/api/v1/exports/misp").json()
    assert {one["Event"]["uuid"] for one in answer["response"]} == {str(number) for number in made.contributions}
    assert isinstance(answer["losses"], list)
    for one in answer["response"][:5]:
        event_ = MISPEvent()
        event_.load(one["Event"])
        assert len(event_.attributes) == len(one["Event"]["Attribute"])
        (reading,) = read("event.json", json.dumps(one).encode())
        assert reading.mentions


@pytest.mark.parametrize("what", ["contributions", "stix", "misp", "selectors"])
def test_a_purpose_that_the_handling_forbids_keeps_it_in(api, what):
    hand_in(api, "kept.csv", "pay-kept.example\n", handling={"tlp": "TLP:AMBER", "pap": "PAP:RED"})
    assert "kept" in api.get(f"/api/v1/exports/{what}?q=kept&purpose=investigate").text
    other = api.get(f"/api/v1/exports/{what}?q=kept&purpose=publish")
    assert other.status_code == 200  # it is the asker's own: an originator may always
    assert "pay-kept" not in api.get(f"/api/v1/exports/{what}?q=kept&purpose=nonsense").text
    assert api.get(f"/api/v1/exports/{what}?purpose=").status_code == 422


def test_others_get_it_only_for_what_it_was_given_for(api, call):
    hand_in(api, "kept.csv", "pay-kept.example\n", handling={"tlp": "TLP:AMBER", "pap": "PAP:RED"})
    upland = call("upland")
    assert "pay-kept" in upland.get("/api/v1/exports/selectors?q=kept&purpose=investigate").text
    for what in ("selectors", "stix", "misp", "contributions"):
        text = upland.get(f"/api/v1/exports/{what}?q=kept&purpose=prevent").text
        assert "pay-kept" not in text
        assert "kept.csv" not in text


def test_an_export_is_recorded_with_its_purpose(api, node):
    api.get("/api/v1/exports/stix?purpose=prevent")
    with node_transaction(node.engine) as connection:
        details = list(connection.scalars(select(event.c.detail).where(event.c.verb == "exported")))
    assert details == [{"what": "claims", "form": "stix", "purpose": "prevent"}]
