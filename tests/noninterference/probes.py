"""Every address that a world can be asked at: all GET routes of the application, filled with whatever the full world
holds, seen or not, and every filter that a page reads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Litestar
from litestar.routes import HTTPRoute

from accord.model.ids import derived_id
from accord.web.cursors import to_cursor

from . import worlds
from .worlds import NOW, POOL, World

OUTSIDE = ("/static",)
"""Files of the package, the same in every world."""
FRAGMENTS = ("", "lately", "progress", "selectors", "inspector", "would", "sides")
"""What htmx may ask a part of a page for."""


class Probe(NamedTuple):
    """One question: an address, and the part of the page that is wanted (empty: all)."""

    address: str
    fragment: str = ""


class UnfilledError(Exception):
    """A route has a parameter that nobody here knows how to fill: teach `_fillings`."""


def routes(app: Litestar) -> list[HTTPRoute]:
    """Routes that answer GET, in order of path."""
    found = [route for route in app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    return sorted((r for r in found if not r.path.startswith(OUTSIDE)), key=lambda route: route.path)


def probes(app: Litestar, world: World, seed: int, *, each: int, only: str = "") -> Iterator[Probe]:
    """Each route (that begins with `only`) with each filling once bare, and `each` times with some filters."""
    dice = random.Random(seed)
    filters = _filters(world)
    names = sorted(filters) + ["q"] * 5  # words and values say most
    for route in routes(app):
        if not route.path.startswith(only):
            continue
        for path in _fill(route, world):
            yield Probe(path)
            for _ in range(each):
                chosen = dice.sample(names, dice.choice([1, 1, 1, 2, 3]))
                given = {name: dice.choice(filters[name]) for name in chosen}
                fragment = dice.choice(FRAGMENTS) if dice.random() < 0.3 else ""
                yield Probe(f"{path}?{urlencode(given)}", fragment)


def _fill(route: HTTPRoute, world: World) -> list[str]:
    paths = [""]
    for part in route.path_components:
        if isinstance(part, str):
            paths = [f"{path}/{part}" for path in paths]
        else:
            paths = [f"{path}/{quote(str(value), safe='')}" for path in paths for value in _fillings(part.name, world)]
    return [path or "/" for path in paths]


def _fillings(name: str, world: World) -> list[Any]:
    works = [thing.id for thing in world.things if thing.table == "work"]
    known: dict[str, list[Any]] = {
        "contribution_id": [one.id for one in world.shared],
        "lead_id": [one.lead.id for one in world.linked],
        "work_id": works,
        "slug": [slug for slug, _country in worlds.MEMBERS],
        "token": ["no-such-token"],
    }
    if name not in known:
        raise UnfilledError(f"The parameter {name!r} of a route is not known to the suite.")
    crossed: list[UUID] = [world.shared[0].id, world.things[0].id, derived_id("nothing", "here")]
    return [*known[name], *(crossed if name.endswith("_id") else ["nobody"])]


def _filters(world: World) -> dict[str, list[str]]:
    """Values of every query parameter that pages read; with those of what this viewer may not see."""
    words = [word for one in world.shared for word in (one.reading.title, one.reading.title.split()[-1])]
    values = [value for _kind, value in POOL] + [one.reading.mentions[-1].value for one in world.shared]
    keys = [f"{kind}|{value}" for kind, value in POOL]
    rows = [one.id for one in world.shared] + [one.lead.id for one in world.linked]
    instants = [(NOW, number) for number in rows[:8]] + [(NOW.replace(day=15), number) for number in rows[:8]]
    scores = [(one.lead.score, one.lead.id) for one in world.linked]
    members = [str(worlds.member_id(n)) for n in range(len(worlds.MEMBERS))]
    return {
        "q": [*words, *values, "Both hold", "Member"],
        "state": [*worlds.STATES, "open", "confirmed", "rejected"],
        "format": ["csv", "text"],
        "member": members,
        "mine": ["1"],
        "order": ["oldest"],
        "kind": sorted({str(kind) for kind, _value in POOL}),
        "least": ["0.2", "0.8"],
        "before": [to_cursor(key) for key in instants],
        "after": [to_cursor(key) for key in [*scores, *((str(kind), value) for kind, value in POOL)]],
        "claims": [to_cursor((n,)) for n in (0, 1, 9, 10)],
        "of": [",".join(map(str, rows[n : n + 4])) for n in range(0, len(rows), 4)],
        "work": [str(thing.id) for thing in world.things if thing.table == "work"],
        "view": ["table"],
        "focus": [*keys, "ipv4|192.0.2.10"],
        "on": keys,
        "action": ["suspend-domain", "seize-server"],
    }


def filter_names() -> set[str]:
    """The filters that this suite knows how to fill."""
    return set(_filters(worlds.make(0)))
