"""Bad input: the specified error, nothing beyond it, nothing half done."""

from __future__ import annotations

import pytest

from accord.store import contributions
from accord.store.engine import node_transaction
from accord.web.taxii.resources import MAX_CONTENT_BYTES

from .samples import indicator
from .stage import TAXII

ALL = "alliance/collections/all"


def kept(node):
    with node_transaction(node.engine) as connection:
        return len(contributions.page(connection))


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nothing", "Basic !!", "Basic YTpi", "Bearer " + "x" * 5_000])
def test_without_a_valid_token_every_answer_is_the_same(amber, token):
    answers = [amber.ask("GET", path, authorization=token) for path in ("", "alliance/", f"{ALL}/objects/", "nothing/")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert "Bearer" in answers[0].headers["www-authenticate"]


def test_the_token_of_a_removed_member_ends_at_once(amber, tokens):
    assert amber.get(f"{ALL}/objects/").status_code == 200
    tokens.ended.add("amber")
    assert amber.get(f"{ALL}/objects/").status_code == 401
    assert amber.post(f"{ALL}/objects/", indicator(1)).status_code == 401


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json", "application/taxii+json;version=2.0", f"{TAXII};q=0"]
)
def test_other_representations_are_not_acceptable(amber, accept):
    answer = amber.ask("GET", f"{ALL}/objects/", accept=accept)
    assert answer.status_code == 406
    assert answer.headers["content-type"] == TAXII
    assert answer.json()["http_status"] == "406"


@pytest.mark.parametrize(
    "accept",
    [TAXII, "application/taxii+json; version=2.1", "application/taxii+json", "*/*", "text/html, application/*;q=0.1"],
)
def test_media_types_are_compared_parsed(amber, accept):
    assert amber.ask("GET", f"{ALL}/objects/", accept=accept).status_code == 200


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"objects":[]}', {"content_type": "application/json"}, 415),
        (b'{"objects":[]}', {"content_type": "application/taxii+json;version=2.0"}, 415),
        (b"{", {}, 422),
        (b"\xff\xfe", {}, 422),
        (b"[" * 100_000, {}, 422),
        (b'{"object":[]}', {}, 422),
        (b'{"objects":{}}', {}, 422),
        (b'{"objects":["' + b"x" * MAX_CONTENT_BYTES + b'"]}', {}, 413),
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_refused_whole(node, amber, content, headers, status):
    answer = amber.ask("POST", f"{ALL}/objects/", content, **headers)
    assert answer.status_code == status
    assert answer.json()["http_status"] == str(status)
    assert kept(node) == 0


def test_bad_objects_are_named_and_the_good_ones_kept(node, amber):
    bad = [
        {"type": "bundle", "id": "bundle--x", "objects": [indicator(9)]},
        indicator(3) | {"id": "indicator--x"},
        7,
        indicator(4) | {"object_marking_refs": ["marking-definition--00000000-0000-4000-8000-000000000009"]},
    ]
    found = amber.post(f"{ALL}/objects/", indicator(1), *bad, indicator(2)).json()
    assert (found["total_count"], found["success_count"], found["failure_count"]) == (6, 2, 4)
    assert all(one["message"] for one in found["failures"])
    assert amber.ids(f"{ALL}/objects/") == [indicator(1)["id"], indicator(2)["id"]]
    assert amber.get(f"alliance/status/{found['id']}/").json() == found


def test_a_status_shows_to_its_member_alone(amber, birch):
    number = amber.post(f"{ALL}/objects/", indicator(1)).json()["id"]
    hidden, absent = birch.get(f"alliance/status/{number}/"), birch.get("alliance/status/none/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_posting_again_changes_nothing(node, amber, birch):
    for _ in range(3):
        assert amber.post(f"{ALL}/objects/", indicator(1), indicator(2), indicator(1)).json()["failure_count"] == 0
    assert kept(node) == 1
    assert len(birch.ids(f"{ALL}/objects/")) == 2


def test_one_id_and_version_is_one_content(amber):
    found = amber.post(f"{ALL}/objects/", indicator(1), indicator(1, name="Other")).json()
    assert (found["success_count"], found["failure_count"]) == (1, 1)


def test_markings_narrow_and_never_widen(amber, birch, cedar, ring):
    from .samples import GREEN, RED

    amber.post(f"{ALL}/objects/", indicator(1, marking=RED), indicator(2))
    amber.post("alliance/collections/own/objects/", indicator(3, marking=GREEN))
    assert birch.ids(f"{ALL}/objects/") == [indicator(2)["id"]]
    assert len(amber.ids(f"{ALL}/objects/")) == 3
    amber.post(f"circles/collections/{ring}/objects/", indicator(4, marking=GREEN), indicator(5, marking=RED))
    assert len(birch.ids(f"circles/collections/{ring}/objects/")) == 2
    assert cedar.ids(f"{ALL}/objects/") == [indicator(2)["id"]]


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "²"},
     {"added_after": "yesterday"}, {"added_after": "2026-02-30T00:00:00Z"},
     {"added_after": "2026-01-01T00:00:00"}, {"match_version": "newest"}, {"match_id": ","}, {"match_type": "a\0"},
     {"match_id": ",".join("x" * 600)}, {"next": "x"}, {"next": "!" * 10_000}],
)  # fmt: skip
def test_filters_that_are_none_are_refused(amber, query):
    answer = amber.get(f"{ALL}/objects/", **query)
    assert answer.status_code == 400, answer.text


def test_places_are_sealed(amber, birch):
    amber.post(f"{ALL}/objects/", *(indicator(n) for n in range(4)))
    place = amber.get(f"{ALL}/objects/", limit="1").json()["next"]
    again = amber.get(f"{ALL}/objects/", limit="1").json()["next"]
    assert place == again
    for at in range(len(place)):
        other = place[:at] + ("A" if place[at] != "A" else "B") + place[at + 1 :]
        assert amber.get(f"{ALL}/objects/", next=other).status_code == 400
    assert amber.get(f"{ALL}/objects/", next=place).status_code == 200
    assert amber.get(f"{ALL}/objects/", next=place, match_type="indicator").status_code == 400
    assert amber.get(f"{ALL}/manifest/", next=place).status_code == 400
    assert amber.get("alliance/collections/own/objects/", next=place).status_code == 400
    assert birch.get(f"{ALL}/objects/", next=place).status_code == 400


def test_collections_one_may_not_use_say_so_to_who_knows_them(node, amber, birch, ring):
    from accord.services.circles import admit_member

    from .stage import member_id

    admit_member(node, ring, member_id("birch"), reads=False, writes=True)
    admit_member(node, ring, member_id("amber"), reads=True, writes=False)
    place = f"circles/collections/{ring}/objects/"
    assert amber.post(place, indicator(1)).status_code == 403
    assert birch.post(place, indicator(1)).status_code == 202
    assert birch.get(place).status_code == 403
    assert amber.ids(place) == [indicator(1)["id"]]


def test_what_is_not_there_is_absent(amber):
    one = f"{ALL}/objects/{indicator(1)['id']}/"
    for path in ("none/", "none/collections/", "alliance/collections/none/", "alliance/collections/none/objects/",
                 one, f"{ALL}/objects/%00/", f"{ALL}/objects/x/versions/"):  # fmt: skip
        assert amber.get(path).status_code == 404, path


def test_deleting_takes_ones_own_alone(node, amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1), indicator(2))
    birch.post(f"{ALL}/objects/", indicator(1, name="Birch's"))
    gone = f"{ALL}/objects/{indicator(1)['id']}/"
    assert amber.ask("DELETE", gone).status_code == 200
    assert [one["name"] for one in amber.get(gone).json()["objects"]] == ["Birch's"]
    assert amber.ask("DELETE", gone).status_code == 403
    assert amber.ask("DELETE", f"{ALL}/objects/{indicator(9)['id']}/").status_code == 404
    assert amber.post(f"{ALL}/objects/", indicator(1)).json()["success_count"] == 1
    assert len(amber.ids(f"{ALL}/objects/")) == 3


def test_deleting_the_last_object_withdraws_the_contribution(node, amber):
    amber.post(f"{ALL}/objects/", indicator(1))
    amber.ask("DELETE", f"{ALL}/objects/{indicator(1)['id']}/")
    assert kept(node) == 0


def test_a_clock_that_goes_back_loses_no_object(amber, birch, node):
    from datetime import timedelta

    from accord.store import moments

    amber.post(f"{ALL}/objects/", indicator(1))
    after = birch.get(f"{ALL}/objects/").headers["x-taxii-date-added-last"]
    with node_transaction(node.engine) as connection:
        early = node.clock.now() - timedelta(days=1)
        assert moments.following(connection, lambda: early) > node.clock.now() - timedelta(hours=1)
    amber.post(f"{ALL}/objects/", indicator(2))
    assert birch.ids(f"{ALL}/objects/", added_after=after) == [indicator(2)["id"]]
