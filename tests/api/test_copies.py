"""Who had a copy of another's contribution, by which way out; and what is said of it once it is withdrawn."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accord.model.ids import derived_id
from accord.services import feeds, misp_sync
from accord.store import contributions, members
from accord.store.engine import node_transaction
from accord.store.handling_tables import copy
from accord.store.tables import contribution, lead

ME = derived_id("member", "ncu-a")


@pytest.fixture
def theirs(node, made):
    """What others contributed and ncu-a may see."""
    with node_transaction(node.engine) as connection:
        found = connection.execute(select(contribution.c.id, contribution.c.member_id, contribution.c.audience))
        return {row.id for row in found if row.member_id != ME} - {made.hidden_contribution}


def noted(node):
    with node_transaction(node.engine) as connection:
        rows = connection.execute(select(copy)).all()
    assert {row.member_id for row in rows} <= {ME}
    return {(row.contribution_id, row.path) for row in rows}


def withdraw(node, number):
    with node_transaction(node.engine) as connection:
        contributions.withdraw(connection, [number], node.clock.now())


@pytest.mark.parametrize("address", ["contributions", "selectors", "stix", "misp"])
def test_an_export_notes_whose_contributions_went_along(api, node, theirs, address):
    assert api.get(f"/api/v1/exports/{address}").status_code == 200
    assert noted(node) == {(number, "export") for number in theirs}


def test_an_export_of_some_notes_those_alone(api, node, theirs):
    with node_transaction(node.engine) as connection:
        owners = dict(connection.execute(select(contribution.c.id, contribution.c.member_id)).all())
    member = owners[min(theirs)]
    api.get("/api/v1/exports/contributions", params={"member_id": str(member)})
    assert noted(node) == {(number, "export") for number in theirs if owners[number] == member}


def test_an_export_of_leads_notes_both_sides(api, node, theirs):
    rows = api.get("/api/v1/exports/leads", params={"form": "json", "columns": "id"}).json()
    assert rows
    with node_transaction(node.engine) as connection:
        chosen = select(lead.c.a, lead.c.b).where(lead.c.id.in_([UUID(row["id"]) for row in rows]))
        sides = {side for pair in connection.execute(chosen) for side in pair}
    assert sides & theirs
    assert noted(node) == {(number, "export") for number in sides & theirs}


@pytest.mark.parametrize("part", ["claims", "selectors"])
def test_parts_of_a_contribution_are_a_copy(api, node, theirs, part):
    number = min(theirs)
    api.get("/api/v1/contributions")
    api.get(f"/api/v1/contributions/{number}")
    assert noted(node) == set()
    assert api.get(f"/api/v1/contributions/{number}/{part}").status_code == 200
    assert noted(node) == {(number, "download")}


def test_the_file_itself_is_a_copy_and_ones_own_is_none(api, node, made, theirs):
    digest, other = node.blobs.put(b"all of it"), max(theirs)
    own = max(set(made.contributions) - theirs)
    with node_transaction(node.engine) as connection:
        plain = {"digest": digest, "path": "notes.txt"}
        connection.execute(update(contribution).where(contribution.c.id == other).values(plain))
        connection.execute(update(contribution).where(contribution.c.id == own).values(plain | {"path": "own.txt"}))
    for number in (own, other):
        assert api.get(f"/api/v1/contributions/{number}/original").content == b"all of it"
    assert noted(node) == {(other, "download")}


def test_what_one_may_not_see_is_not_noted(api, node, made):
    assert api.get(f"/api/v1/contributions/{made.hidden_contribution}/claims").status_code == 404
    assert noted(node) == set()


def test_a_feed_notes_its_own_path(node, steward, theirs):
    files, _losses = feeds.write_feed(node, steward, purpose="investigate")
    dict(files)
    assert noted(node) == {(number, "feed") for number in theirs}


def test_a_feed_names_what_was_withdrawn_and_does_not_hold_it(node, steward, theirs):
    before = dict(feeds.write_feed(node, steward, purpose="investigate")[0])
    gone = next(number for number in sorted(theirs) if f"{number}.json" in before)
    assert json.loads(before["deleted.json"]) == []
    withdraw(node, gone)
    after = dict(feeds.write_feed(node, steward, purpose="investigate")[0])
    assert f"{gone}.json" not in after
    assert str(gone) not in json.loads(after["manifest.json"])
    assert json.loads(after["deleted.json"]) == [{"uuid": str(gone), "withdrawn_at": node.clock.now().isoformat()}]


def test_an_event_that_a_newer_version_replaced_is_not_called_deleted(node, steward):
    member = derived_id("member", "ncu-a")
    number = "5f0f2b5e-2a3c-4f6d-8f10-0d6d0b3f1a11"
    event = {"uuid": number, "info": "One", "timestamp": "1790000000", "date": "2026-11-01", "Attribute": []}
    with node_transaction(node.engine) as connection:
        mine = members.get(connection, member)
    (first,) = misp_sync.take_event(node, mine, event, None, came_from="https://misp.example")
    (second,) = misp_sync.take_event(
        node, mine, {**event, "info": "Two", "timestamp": "1790000001"}, None, came_from="https://misp.example"
    )
    files = dict(feeds.write_feed(node, steward, purpose="investigate")[0])
    assert json.loads(files[f"{number}.json"])["Event"]["info"] == "Two"
    assert json.loads(files["deleted.json"]) == []
    withdraw(node, second.contribution)
    files = dict(feeds.write_feed(node, steward, purpose="investigate")[0])
    assert [one["uuid"] for one in json.loads(files["deleted.json"])] == [number]
    assert first.contribution != second.contribution


def test_tombstones_come_in_order_page_by_page_and_from_an_instant_on(api, node, theirs):
    assert api.get("/api/v1/tombstones").json() == {"items": [], "next": None}
    order = sorted(theirs)[:3]
    began = node.clock.now()
    for number in order:
        withdraw(node, number)
        node.clock.moment += timedelta(minutes=1)
    first = api.get("/api/v1/tombstones", params={"limit": 2}).json()
    rest = api.get("/api/v1/tombstones", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [str(number) for number in order]
    assert rest["next"] is None
    since = (began + timedelta(minutes=1)).isoformat()
    found = api.get("/api/v1/tombstones", params={"since": since}).json()["items"]
    assert [one["id"] for one in found] == [str(number) for number in order[1:]]
    assert api.get("/api/v1/tombstones", params={"since": "2026-11-24T09:00:00"}).status_code == 422
    assert api.get("/api/v1/tombstones", params={"cursor": "x"}).status_code == 422


def test_a_tombstone_shows_to_whom_the_contribution_showed(api, node, made):
    withdraw(node, made.hidden_contribution)
    assert api.get("/api/v1/tombstones").json()["items"] == []
