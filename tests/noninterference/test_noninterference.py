"""Non-interference: what a person can observe is the same in the world without what they may not see."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

import accord.web
from accord.web.pages import leads as lead_pages

from . import probes, worlds

ALL = len(worlds.MEMBERS)
SLOW_PROBES = 100_000


@pytest.mark.parametrize("seed", [1, 2])
def test_a_world_answers_as_if_what_is_hidden_were_not_there(search, seed):
    asked, leaks = search(seed, viewers=2, each=1)
    assert asked > 200
    assert not leaks, _told(leaks)


@pytest.mark.parametrize("seed", [3, 4])
def test_collections_of_circles_answer_so_too(search, seed):
    asked, leaks = search(seed, viewers=3, each=4, only=worlds.TAXII, circles=True)
    assert asked > 200
    assert not leaks, _told(leaks)


@pytest.mark.slow
def test_a_hundred_thousand_probes_find_nothing(search):
    asked, seed = 0, 1_000
    while asked < SLOW_PROBES:
        more, leaks = search(seed, viewers=ALL, each=12)
        assert not leaks, f"seed {seed}: {_told(leaks)}"
        asked, seed = asked + more, seed + 1


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
