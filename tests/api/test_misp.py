"""Exchange with a MISP-compatible server and by feeds: whole, once, resumed, and never wider."""

from __future__ import annotations

import json
import warnings
from uuid import UUID

import pytest
from pymisp import MISPEvent, PyMISP
from sqlalchemy import func, select

from accord.adapters.feed_source import FolderFeed, source_of
from accord.adapters.misp_client import MispClient
from accord.formats import read
from accord.model.errors import InputError, NodeError, RefusedError, UnreadableError
from accord.services import feeds, misp_sync
from accord.store.engine import node_transaction
from accord.store.tables import contribution

from .conftest import signed_as
from .misp_server import KEY, ORGANISATIONS


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


def event_of(n, *, stamp=1_700_000_000, **more):
    return {
        "uuid": f"00000000-0000-4000-9000-{n:012}", "info": f"Event {n}", "date": "2026-11-01",
        "timestamp": str(stamp + n),
        "distribution": "3", "Orgc": {"uuid": "00000000-0000-4000-9000-999999999999", "name": "Elsewhere"},
        "analysis": "2", "threat_level_id": "2", "published": True, "Tag": [{"name": "tlp:green"}],
        "Attribute": [
            {"uuid": f"00000000-0000-4000-9001-{n:012}", "type": "domain", "category": "Network activity",
             "to_ids": True, "value": f"pay-{n}.example", "timestamp": str(stamp), "distribution": "5", "comment": ""},
        ],
        **more,
    }  # fmt: skip


@pytest.fixture
def client(misp):
    with MispClient(misp.url, KEY, waits_s=(0.0, 0.0)) as made:
        yield made


def held(node):
    """Path and when it was withdrawn, of what came from MISP."""
    with node_transaction(node.engine) as connection:
        rows = connection.execute(
            select(contribution.c.path, contribution.c.withdrawn_at).where(contribution.c.path.like("misp%"))
        )
        return sorted((row.path, row.withdrawn_at is not None) for row in rows)


def test_misp_s_own_client_passes_the_simulator(misp):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = PyMISP(misp.url, KEY, ssl=False)
    event = MISPEvent()
    event.load(event_of(1))
    assert theirs.add_event(event, pythonify=True).uuid == event.uuid
    event["info"] = "Changed"
    assert theirs.update_event(event, pythonify=True)["info"] == "Changed"
    found = theirs.search(controller="events", uuid=event.uuid, pythonify=True)
    assert [one["info"] for one in found] == ["Changed"]
    assert theirs.search(controller="attributes", value="pay-1.example", pythonify=True)[0].value == "pay-1.example"
    assert [group.name for group in theirs.sharing_groups(pythonify=True)] == ["Parcel cell"]
    assert "errors" in theirs.get_event("00000000-0000-4000-9000-000000000009")


def test_our_client_speaks_the_same_routes(misp, client):
    assert client.version() == "2.5.3"
    assert client.put(event_of(1)) is True
    assert client.put({**event_of(1), "info": "Changed"}) is False
    assert client.changed_since(0) == [(1_700_000_001, event_of(1)["uuid"])]
    assert client.events([event_of(1)["uuid"]])[0]["info"] == "Changed"
    assert client.attributes(value="pay-1.example")[0]["value"] == "pay-1.example"
    assert client.sharing_groups()[0]["name"] == "Parcel cell"
    client.sighted(event_of(1)["Attribute"][0]["uuid"], at=1_700_000_500, source="north")
    assert misp.sightings[0]["Attribute"]["uuid"] == event_of(1)["Attribute"][0]["uuid"]
    assert client.organisation() == ORGANISATIONS[KEY]["uuid"]
    assert [one["source"] for one in client.sightings_since(1_700_000_500)] == ["north"]
    assert client.sightings_since(1_700_000_501) == []
    client.propose(event_of(1)["uuid"], {"type": "text", "value": "It moved"})
    assert [one["value"] for one in client.proposals()] == ["It moved"]
    assert (client.remove(event_of(1)["uuid"]), client.remove(event_of(1)["uuid"])) == (True, False)


def test_a_pull_is_incremental_and_a_changed_event_replaces_its_old_version(node, misp, client, steward):
    misp.events = {event_of(n)["uuid"]: event_of(n) for n in range(45)}
    assert misp_sync.pull(node, steward, client, Silent()) == (45, 45, 0)
    assert misp_sync.pull(node, steward, client, Silent()).new == 0
    changed = event_of(7, info="Event 7, again", timestamp="1700009999")
    misp.events[changed["uuid"]] = changed
    again = misp_sync.pull(node, steward, client, Silent())
    assert again.new == 1
    assert again.seen <= 2
    path = f"misp/{changed['uuid']}.json"
    assert [gone for name, gone in held(node) if name == path] == [False, True]
    assert len(held(node)) == 46


def test_a_pull_that_is_cut_short_goes_on_where_it_was(node, misp, client, steward):
    misp.events = {event_of(n)["uuid"]: event_of(n) for n in range(45)}
    misp.breaks_after = 1
    with pytest.raises(NodeError):
        misp_sync.pull(node, steward, client, Silent())
    assert len(held(node)) == 20
    misp.breaks_after = None
    assert misp_sync.pull(node, steward, client, Silent()).seen == 26  # the last of the first batch comes again
    assert len(held(node)) == 45
    assert not any(gone for _, gone in held(node))


def test_what_an_event_says_of_its_reach_holds(node, call, misp, client, steward):
    misp.events = {
        event_of(1)["uuid"]: event_of(1, distribution="0"),
        event_of(2)["uuid"]: event_of(2, Tag=[{"name": "tlp:red"}]),
        event_of(3)["uuid"]: event_of(3, distribution="4", SharingGroup={"uuid": str(UUID(int=3)), "name": "Cell"}),
        event_of(4)["uuid"]: event_of(4),
    }
    misp_sync.pull(node, steward, client, Silent())
    for n, known in ((1, False), (2, False), (3, False), (4, True)):
        assert call("upland").get(f"/api/v1/selectors?value=pay-{n}.example").json()["known"] is known
        assert call("ncu-a", "api", "read").get(f"/api/v1/selectors?value=pay-{n}.example").json()["known"] is True


def test_a_push_hands_on_once_what_its_purpose_allows_and_not_what_came_from_there(node, made, misp, client, steward):
    misp.events = {event_of(1)["uuid"]: event_of(1)}
    misp_sync.pull(node, steward, client, Silent())
    first = misp_sync.push(node, steward, client, Silent())
    mine = {str(n) for n, m in _members(node, made.contributions) if m == steward.member_id}
    assert set(misp.events) - {event_of(1)["uuid"]} == mine
    assert first.added == len(mine) > 0
    assert misp_sync.push(node, steward, client, Silent())[:3] == (0, 0, 0)
    pushed = misp.events[next(iter(mine))]
    assert read("e.json", json.dumps({"Event": pushed}).encode())[0].mentions


def _members(node, numbers):
    with node_transaction(node.engine) as connection:
        rows = connection.execute(select(contribution.c.id, contribution.c.member_id))
        return [(row.id, row.member_id) for row in rows if row.id in set(numbers)]


def test_a_busy_server_is_asked_again_and_a_wrong_key_is_said(misp, client):
    misp.fails = 2
    assert client.version() == "2.5.3"
    misp.fails = 9
    with pytest.raises(NodeError):
        client.version()
    with MispClient(misp.url, "wrong") as stranger, pytest.raises(RefusedError) as refused:
        stranger.version()
    assert "wrong" not in str(refused.value)
    with MispClient("http://127.0.0.1:9", KEY) as nowhere, pytest.raises(NodeError):
        nowhere.version()


def test_exchange_is_a_steward_s_duty(node, made, client):
    with pytest.raises(RefusedError):
        misp_sync.pull(node, signed_as(node, made.people["upland"]), client, Silent())


def test_a_feed_is_written_and_read_by_another_member(node, made, steward, tmp_path):
    files, _losses = feeds.write_feed(node, steward, purpose="share")
    for name, content in files:
        (tmp_path / name).write_bytes(content)
    assert json.loads((tmp_path / "manifest.json").read_bytes())
    found = feeds.read_feed(node, steward, FolderFeed(tmp_path), "here", Silent())
    assert found.new == found.seen == len(json.loads((tmp_path / "manifest.json").read_bytes()))
    assert not found.missing
    assert feeds.read_feed(node, steward, FolderFeed(tmp_path), "here", Silent()).new == 0


def test_a_broken_feed_gives_what_is_whole(node, steward, tmp_path):
    good, other, gone = (event_of(n) for n in (1, 2, 3))
    (tmp_path / f"{good['uuid']}.json").write_text(json.dumps({"Event": good}))
    (tmp_path / f"{other['uuid']}.json").write_text("{")
    manifest = {one["uuid"]: {"timestamp": one["timestamp"]} for one in (good, other, gone)}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    found = feeds.read_feed(node, steward, FolderFeed(tmp_path), "here", Silent())
    assert (found.new, len(found.missing)) == (1, 2)


def feed_of(folder, *events, deleted=None):
    """A feed of these events, with a list of deletions where one is given."""
    for event in events:
        (folder / f"{event['uuid']}.json").write_text(json.dumps({"Event": event}))
    manifest = {one["uuid"]: {"timestamp": one["timestamp"]} for one in events}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if deleted is not None:
        (folder / "deleted.json").write_text(deleted)
    return FolderFeed(folder)


def test_what_a_feed_lists_as_deleted_is_withdrawn_and_comes_back_with_it(node, steward, tmp_path):
    one, two = event_of(1), event_of(2)
    feeds.read_feed(node, steward, feed_of(tmp_path, one, two), "here", Silent())
    gone = json.dumps([{"uuid": one["uuid"], "withdrawn_at": "2026-11-24T09:00:00+00:00"}, {"uuid": two["uuid"]}, 7])
    found = feeds.read_feed(node, steward, feed_of(tmp_path, two, deleted=gone), "here", Silent())
    assert found.withdrawn == 1  # what the manifest has is there
    assert [was for _, was in held(node)] == [True, False]
    assert feeds.read_feed(node, steward, feed_of(tmp_path, two, deleted=gone), "here", Silent()).withdrawn == 0
    feeds.read_feed(node, steward, feed_of(tmp_path, {**one, "timestamp": "1800000000"}, two), "here", Silent())
    assert [was for path, was in held(node) if one["uuid"] in path] == [False, True]


def test_a_feed_deletes_nothing_of_another(node, steward, tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    feeds.read_feed(node, steward, feed_of(mine, event_of(1)), "mine", Silent())
    gone = json.dumps([{"uuid": event_of(1)["uuid"]}])
    assert feeds.read_feed(node, steward, feed_of(theirs, deleted=gone), "theirs", Silent()).withdrawn == 0
    assert held(node)[0][1] is False


@pytest.mark.parametrize("broken", ["{", '{"uuid": 1}', "7"])
def test_a_list_of_deletions_that_is_none_is_named(node, steward, tmp_path, broken):
    with pytest.raises(UnreadableError):
        feeds.read_feed(node, steward, feed_of(tmp_path, deleted=broken), "here", Silent())


def test_a_feed_s_place_is_a_folder_or_http(tmp_path):
    assert isinstance(source_of(str(tmp_path)), FolderFeed)
    with pytest.raises(InputError):
        source_of("file:///etc/passwd")
    with pytest.raises(InputError):
        FolderFeed(tmp_path).read("../secret.json")


def test_nothing_is_pushed_for_a_purpose_that_nothing_was_given_for(node, made, misp, client, steward):
    before = len(misp.events)
    misp_sync.push(node, steward, client, Silent(), purpose="publish")
    with node_transaction(node.engine) as connection:
        total = connection.scalar(select(func.count()).select_from(contribution))
    assert total > 0
    assert len(misp.events) >= before  # its own member may always; see the export tests for others
