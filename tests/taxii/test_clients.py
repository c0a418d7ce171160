"""Clients of others against our server, over sockets."""

from __future__ import annotations

import orjson
import pytest
from cytaxii2.cytaxii2 import cytaxii2
from taxii2client import common, v21

from accord.web.taxii.face import Face

from .samples import indicator
from .stage import served


@pytest.fixture
def url(node, tokens):
    with served(node, Face(admit=tokens.admit)) as url:
        yield url


def test_taxii2_client_discovers_pages_posts_and_deletes(url, ring):
    server = v21.Server(f"{url}/taxii2/", user="amber", password="token-of-amber")
    titles = {one.title for root in server.api_roots for one in root.collections}
    assert titles == {"All of the node", "Own", "Ring"}
    everything = next(one for one in server.default.collections if one.title == "All of the node")
    sent = [indicator(n) for n in range(7)]
    status = everything.add_objects({"objects": sent}, wait_for_completion=True)
    assert (status.status, status.success_count, status.failure_count) == ("complete", 7, 0)
    pages = list(v21.as_pages(everything.get_objects, per_request=3))
    assert [one for page in pages for one in page["objects"]] == sent
    assert len(everything.get_manifest()["objects"]) == 7
    assert everything.object_versions(sent[0]["id"])["versions"] == [sent[0]["modified"]]
    everything.delete_object(sent[0]["id"])
    assert len(everything.get_objects()["objects"]) == 6
    server.close()


def test_taxii2_client_comes_in_with_a_token_too(url):
    root = v21.ApiRoot(f"{url}/taxii2/alliance/", auth=common.TokenAuth("token-of-birch"))
    assert {one.alias for one in root.collections} == {"all", "own"}
    root.close()


def test_cytaxii2_polls_and_sends(url):
    client = cytaxii2(f"{url}/taxii2/", "amber", "token-of-amber")
    assert client.root_discovery()["status_code"] == 200
    found = client.collection_request()["response"]["collections"]
    all_of_it = next(one["id"] for one in found if one["can_write"] and one.get("alias") == "all")
    sent = client.inbox_request(all_of_it, orjson.dumps({"objects": [indicator(1), indicator(2)]}))
    assert (sent["status_code"], sent["response"]["success_count"]) == (202, 2)
    first = client.poll_request(all_of_it, limit=1)["response"]
    second = client.poll_request(all_of_it, limit=1, next=first["next"])["response"]
    assert [page["objects"] for page in (first, second)] == [[indicator(1)], [indicator(2)]]
    assert client.collection_data_request(all_of_it)["response"]["title"] == "All of the node"
