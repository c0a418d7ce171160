"""Non-interference: what a person can observe is the same in the world without what they may not see."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest
from litestar import Litestar, get

import accord.web
from accord.web.api.openapi import document_of
from accord.web.api.router import HANDLERS
from accord.web.pages import leads as lead_pages

from . import probes, worlds
from .asking import Answer, next_page

ALL = len(worlds.MEMBERS)
SLOW_PROBES, SLOW_WORLDS = 100_000, 4
"""Of all together; each world is a test, so that they run beside each other."""
OBJECTS = "/taxii2/alliance/collections/all/objects"


@pytest.mark.parametrize("seed", [1, 2])
def test_a_world_answers_as_if_what_is_hidden_were_not_there(search, seed):
    asked, leaks = search(seed, viewers=2, each=1, most=3)
    assert asked > 200
    assert not leaks, _told(leaks)


@pytest.mark.parametrize("seed", [3, 4])
def test_collections_of_circles_answer_so_too(search, seed):
    asked, leaks = search(seed, viewers=2, each=3, only=worlds.TAXII, circles=True, most=10)
    assert asked > 200
    assert not leaks, _told(leaks)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_000 + SLOW_WORLDS))
def test_a_hundred_thousand_probes_find_nothing(search, seed):
    asked, leaks = search(seed, viewers=ALL, each=12)
    assert asked >= SLOW_PROBES / SLOW_WORLDS
    assert not leaks, _told(leaks)


def test_worlds_hold_what_is_seen_and_what_is_not():
    """A suite over worlds in which all is seen, or nothing, finds nothing."""
    for seed in (1, 2, random.Random().randrange(10**6)):
        world = worlds.make(seed)
        shares = []
        for member in range(ALL):
            may = worlds.allowed(world, member)
            rows = [one.handling for one in world.shared] + [thing.handling for thing in world.things]
            shares.append(sum(map(may, rows)) / len(rows))
            assert any(may(one.handling) for one in world.shared)
        assert 0.2 < sum(shares) / ALL < 0.9, (seed, shares)


def test_every_filter_that_a_page_reads_is_probed():
    read = set(lead_pages.FILTERS)
    for path in Path(accord.web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                read |= _names_read(node)
    assert read <= probes.filter_names()


def test_every_filter_that_the_api_reads_is_probed():
    described = json.loads(document_of(HANDLERS))
    gets = [item["get"] for item in described["paths"].values() if "get" in item]
    read = {each["name"] for one in gets for each in one.get("parameters", ()) if each["in"] == "query"}
    assert {"q", "limit", "cursor"} <= read
    assert read <= probes.filter_names()


@pytest.mark.parametrize("path", ["/new/{thing_id:uuid}", f"{worlds.TAXII}/new/{{thing:str}}"])
def test_a_route_that_nobody_thought_of_fails(path):
    """Whoever adds a parameter has to say what fills it."""

    @get(path)
    async def handler() -> None:
        pass

    with pytest.raises(probes.UnfilledError, match=r"thing|of /taxii2/new"):
        list(probes.probes(Litestar([handler], openapi_config=None), worlds.make(0), 0, each=0, most=1))


def test_a_sample_leaves_no_route_out():
    @get(["/alliance/{slug:str}", "/contributions/{contribution_id:str}"])
    async def handler() -> None:
        pass

    app = Litestar([handler], openapi_config=None)
    asked = [one.address for one in probes.probes(app, worlds.make(0), 0, each=0, most=2)]
    assert sorted(address.rsplit("/", 1)[0] for address in asked) == ["/alliance"] * 2 + ["/contributions"] * 2


@pytest.mark.parametrize(
    ("address", "body", "following"),
    [
        ("/api/v1/leads?limit=1&cursor=a", '{"items":[],"next":"b"}', "/api/v1/leads?limit=1&cursor=b"),
        ("/api/v1/leads", '{"items":[],"next":null}', None),
        (f"{OBJECTS}?limit=1", '{"more":true,"next":"c"}', f"{OBJECTS}?limit=1&next=c"),
        ("/leads", '<a href="/leads?q=x&amp;after=d">More</a>', "/leads?q=x&after=d"),
        ("/leads", '<a href="/leads?q=x">All</a>', None),
        ("/export/leads", "title,tlp", None),
        ("/api/v1/report/pdf", "%PDF", None),
    ],
)
def test_the_page_after_is_asked_for(address, body, following):
    found = next_page(probes.Probe(address), Answer(200, (), body.encode()))
    assert (found and found.address) == following


def test_every_part_of_a_page_is_probed():
    asked = set()
    for path in Path(accord.web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "asks_fragment":
                asked |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    assert asked
    assert asked <= set(probes.FRAGMENTS)


def _names_read(call: ast.Call) -> set[str]:
    called = ast.unparse(call.func)
    if called in ("text_of", "number_of"):
        places = call.args[1:2]
    elif called.endswith("query_params.get"):
        places = call.args[:1]
    else:
        return set()
    return {place.value for place in places if isinstance(place, ast.Constant)}


def _told(leaks):
    return f"{len(leaks)} leaks, the first:\n" + "\n".join(map(str, leaks[:3]))
