"""Pages, filters, versions: what a program gets of what it may see."""

from __future__ import annotations

import orjson
import pytest

from .samples import GREEN, RED, indicator

ALL, OWN = "alliance/collections/all", "alliance/collections/own"


def test_what_came_in_goes_out_byte_for_byte(amber, birch):
    head = '{ "type" : "x-thing", "id":"x-thing--00000000-0000-4000-8000-000000000001" ,"spec_version":"2.1",'
    odd = head + '"created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00.1Z", "z":1.50, "Ü":"\\u00fc\\/" }'
    assert amber.ask("POST", f"{ALL}/objects/", f'{{"objects":[{odd}]}}'.encode()).json()["success_count"] == 1
    assert birch.get(f"{ALL}/objects/").content == f'{{"more":false,"objects":[{odd}]}}'.encode()


def test_pages_go_on_and_hold_everything_once_while_more_arrives(amber, birch):
    amber.post(f"{ALL}/objects/", *(indicator(n) for n in range(5)))
    first = birch.get(f"{ALL}/objects/", limit="2").json()
    amber.post(f"{ALL}/objects/", *(indicator(n) for n in range(5, 8)))
    rest = birch.ids(f"{ALL}/objects/", limit="2", next=first["next"])
    assert [one["id"] for one in first["objects"]] + rest == [indicator(n)["id"] for n in range(8)]


def test_incremental_polls_get_each_object_once(amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1), indicator(2))
    page = birch.get(f"{ALL}/objects/")
    amber.post(f"{ALL}/objects/", indicator(3))
    after = page.headers["x-taxii-date-added-last"]
    assert birch.ids(f"{ALL}/objects/", added_after=after) == [indicator(3)["id"]]


@pytest.mark.parametrize(
    ("query", "days"),
    [({}, [3]), ({"match_version": "first"}, [1]), ({"match_version": "all"}, [1, 2, 3]),
     ({"match_version": "first,last"}, [1, 3]), ({"match_version": "2026-03-02T00:00:00Z"}, [2]),
     ({"match_version": "first,2026-03-02T00:00:00.000Z"}, [1, 2]), ({"match_version": "2026-03-09T00:00:00Z"}, [])],
)  # fmt: skip
def test_versions_are_chosen(amber, query, days):
    for day in (1, 2, 3):
        amber.post(f"{ALL}/objects/", indicator(1, day=day))
    found = amber.get(f"{ALL}/objects/", **query).json().get("objects", [])
    assert [one["modified"] for one in found] == [indicator(1, day=day)["modified"] for day in days]
    listed = amber.get(f"{ALL}/manifest/", **query).json().get("objects", [])
    assert [one["version"] for one in listed] == [one["modified"] for one in found]
    assert len(amber.get(f"{ALL}/objects/{indicator(1)['id']}/versions/").json()["versions"]) == 3


def test_the_last_version_is_the_last_that_one_may_see(amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1, day=1))
    amber.post(f"{ALL}/objects/", indicator(1, day=2, marking=RED))
    seen = {who.slug: who.get(f"{ALL}/objects/").json()["objects"][0]["modified"] for who in (amber, birch)}
    assert seen == {"amber": indicator(1, day=2)["modified"], "birch": indicator(1, day=1)["modified"]}
    assert len(birch.get(f"{ALL}/objects/{indicator(1)['id']}/versions/").json()["versions"]) == 1


def test_the_same_text_of_two_members_shows_once_and_another_text_apart(amber, birch, cedar):
    amber.post(f"{ALL}/objects/", indicator(1))
    birch.post(f"{ALL}/objects/", indicator(1))
    assert len(cedar.ids(f"{ALL}/objects/")) == 1
    cedar.post(f"{ALL}/objects/", indicator(1, name="Mine"))
    assert [one["name"] for one in birch.get(f"{ALL}/objects/").json()["objects"]] == ["Host 1", "Mine"]
    assert [one["name"] for one in cedar.get(f"{OWN}/objects/").json()["objects"]] == ["Mine"]


def test_types_and_ids_are_matched(amber):
    host = {"type": "domain-name", "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7", "value": "a.example"}
    amber.post(f"{ALL}/objects/", indicator(1), indicator(2), host | {"spec_version": "2.1"})
    assert len(amber.ids(f"{ALL}/objects/", match_type="domain-name")) == 1
    assert len(amber.ids(f"{ALL}/objects/", match_type="domain-name,indicator")) == 3
    assert amber.ids(f"{ALL}/objects/", match_id=indicator(2)["id"]) == [indicator(2)["id"]]


def test_what_was_withdrawn_is_served_no_more(node, amber):
    from accord.store import contributions
    from accord.store.engine import node_transaction

    amber.post(f"{ALL}/objects/", indicator(1))
    with node_transaction(node.engine) as connection:
        one = contributions.page(connection)[0]
        contributions.withdraw(connection, [one.id], node.clock.now())
    assert amber.get(f"{ALL}/objects/").json() == {}
    with node_transaction(node.engine) as connection:
        contributions.restore(connection, one.id)
    assert len(amber.ids(f"{ALL}/objects/")) == 1


def test_what_is_widened_comes_with_what_is_new(node, amber, birch):
    from accord.model.handling import Handling, Tlp
    from accord.store import audiences, contributions
    from accord.store.engine import node_transaction

    amber.post(f"{OWN}/objects/", indicator(1))
    amber.post(f"{ALL}/objects/", indicator(2))
    after = birch.get(f"{ALL}/objects/").headers["x-taxii-date-added-last"]
    with node_transaction(node.engine) as connection:
        hidden = next(one for one in contributions.page(connection) if "/own/" in one.path)
        contributions.relabel(connection, hidden.id, audiences.intern(connection, Handling(tlp=Tlp.GREEN)))
    assert birch.ids(f"{ALL}/objects/", added_after=after) == [indicator(1)["id"]]


def test_a_page_is_bounded_in_bytes_too(amber, monkeypatch):
    from accord.store import taxii_pages

    large = [indicator(n, description="x" * 1_000) for n in range(6)]
    amber.post(f"{ALL}/objects/", *large)
    monkeypatch.setattr(taxii_pages.page, "__kwdefaults__", {"max_bytes": 2_500})
    pages = amber.get(f"{ALL}/objects/").json()
    assert len(pages["objects"]) == 2  # the second passes the bound
    assert pages["more"] is True
    assert amber.ids(f"{ALL}/objects/") == [one["id"] for one in large]


def test_a_circle_sees_its_own_and_others_do_not_know_it(amber, birch, cedar, ring):
    place = f"circles/collections/{ring}"
    assert amber.post(f"{place}/objects/", indicator(1, marking=GREEN)).json()["success_count"] == 1
    amber.post(f"{ALL}/objects/", indicator(2))
    assert birch.ids(f"{place}/objects/") == [indicator(1)["id"]]
    assert set(birch.ids(f"{ALL}/objects/")) == {indicator(1)["id"], indicator(2)["id"]}
    assert cedar.ids(f"{ALL}/objects/") == [indicator(2)["id"]]
    assert cedar.get("circles/collections/").json() == {}
    assert cedar.get(f"{place}/objects/").status_code == 404


def test_who_leaves_a_circle_reads_nothing_of_it(node, amber, birch, ring):
    from accord.services.circles import dismiss_member

    from .stage import member_id

    amber.post(f"circles/collections/{ring}/objects/", indicator(1))
    dismiss_member(node, ring, member_id("birch"))
    assert birch.get(f"circles/collections/{ring}/objects/").status_code == 404
    assert birch.get(f"{ALL}/objects/").json() == {}


def test_stix_2_0_is_given_when_it_is_all_there_is_or_asked_for(amber):
    old = {key: value for key, value in indicator(1, day=5).items() if key not in ("spec_version", "pattern_type")}
    old |= {"labels": ["malicious-activity"]}
    assert amber.post(f"{ALL}/objects/", old, indicator(1)).json().get("failures") is None
    assert [one.get("spec_version") for one in amber.get(f"{ALL}/objects/").json()["objects"]] == ["2.1"]
    found = amber.get(f"{ALL}/objects/", match_spec_version="2.0").json()["objects"]
    assert orjson.dumps(found) == orjson.dumps([old])
