"""Every address that a world can be asked at: all GET routes of the application, filled with whatever the full world
holds, seen or not, and every filter that a page reads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Litestar
from litestar.routes import HTTPRoute

from accord.model.ids import derived_id
from accord.web.cursors import to_cursor
from accord.web.plan_question import mark

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


def probes(app: Litestar, world: World, seed: int, *, each: int, only: str = "", most: int = 0) -> Iterator[Probe]:
    """Each route (that begins with `only`) with each filling once bare, and `each` times with some filters.

    `most`: as many fillings of a route at most, chosen by the seed; 0 for all. No route is left out.
    """
    dice = random.Random(seed)
    of_pages, of_taxii = _filters(world), _taxii_filters(world)
    for route in routes(app):
        if not route.path.startswith(only):
            continue
        filters = of_taxii if route.path.startswith(worlds.TAXII) else of_pages
        names = sorted(filters) + (["q"] * 5 if "q" in filters else [])  # words and values say most
        paths = _fill(route, world)
        for path in dice.sample(paths, most) if 0 < most < len(paths) else paths:
            yield Probe(path)
            if route.path.startswith((worlds.API, worlds.TAXII)):
                yield Probe(f"{path}?limit=1")  # so that there is a page after it
            for _ in range(each):
                chosen = dice.sample(names, dice.choice([1, 1, 1, 2, 3]))
                given = {name: dice.choice(filters[name]) for name in chosen}
                fragment = dice.choice(FRAGMENTS) if dice.random() < 0.3 else ""
                yield Probe(f"{path}?{urlencode(given)}", fragment)


def _fill(route: HTTPRoute, world: World) -> list[str]:
    if route.path.startswith(worlds.TAXII):
        return _fill_taxii(route, world)
    paths = [""]
    for part in route.path_components:
        if isinstance(part, str):
            paths = [f"{path}/{part}" for path in paths]
        else:
            paths = [f"{path}/{quote(str(value), safe='')}" for path in paths for value in _fillings(part.name, world)]
    return [path or "/" for path in paths]


def _fill_taxii(route: HTTPRoute, world: World) -> list[str]:
    """Collections under the roots that they belong to; what crosses these is asked of one collection alone."""
    ids = sorted({claim.stix_id for one in world.shared for claim in one.reading.claims})
    stix_ids = [*(one for one in ids if one.startswith("indicator")), ids[-1], "indicator--nobody"]
    circles = [{"root": "circles", "key": str(circle)} for circle in worlds.CIRCLES]
    filled = [{"root": "alliance", "key": "all"}, {"root": "alliance", "key": "own"}, *circles]
    filled = [{**one, "stix_id": stix_ids[place % len(stix_ids)]} for place, one in enumerate(filled * 2)]
    filled += [{"root": "alliance", "key": "all", "stix_id": stix_id} for stix_id in stix_ids]
    filled += [{"root": "alliance", "key": str(worlds.CIRCLES[0])}, {"root": "none", "key": "all"}]
    filled += [{"root": "circles", "status_id": str(worlds.status_id(n))} for n in range(len(worlds.MEMBERS))]
    names = {part.name for part in route.path_components if not isinstance(part, str)}
    if not names <= {"root", "key", "stix_id", "status_id"}:
        raise UnfilledError(f"A parameter of {route.path} is not known to the suite.")
    paths = {
        "/".join(part if isinstance(part, str) else one[part.name] for part in route.path_components)
        for one in filled
        if names <= one.keys()
    }
    return sorted(f"/{path}" for path in paths)


def _fillings(name: str, world: World) -> list[Any]:
    works = world.of("work")
    known: dict[str, list[Any]] = {
        "contribution_id": [one.id for one in world.shared],
        "lead_id": [one.lead.id for one in world.linked],
        "work_id": works,
        "event_id": world.of("event"),
        "slug": [slug for slug, _country in worlds.MEMBERS],
        "token": ["no-such-token"],
        "item_id": world.of("evidence"),
        "case_id": world.of("case_file"),
        "upload_id": [derived_id("upload", "none")],
        "asked": [derived_id("asked", "none")],
        "number": ["0", "1", "7"],
        "what": ["contributions", "selectors", "leads"],
        "webhook_id": world.of("webhook"),
        "declaration_id": world.of("declaration"),
        "name": ["declaration.toml", "finding.json"],
        "rest": ["nowhere", "leads/nowhere"],
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
        "state": [*worlds.STATES, "open", "confirmed", "rejected", "sealed", "out", "held", "offered", "closed"],
        "format": ["csv", "text"],
        "member": members,
        "mine": ["1"],
        "order": ["oldest"],
        "kind": [*sorted({str(kind) for kind, _value in POOL}), "judgement"],
        "least": ["0.2", "0.8"],
        "before": [to_cursor(key) for key in instants],
        "after": [to_cursor(key) for key in [*scores, *((str(kind), value) for kind, value in POOL)]],
        "cursor": [
            to_cursor(key) for key in [*instants, *scores, (2,), *((str(kind), value) for kind, value in POOL[:4])]
        ],
        "limit": ["1", "3", "500"],
        "value": values,
        "purpose": ["investigate", "prevent", "disrupt", "publish"],
        "form": ["csv", "json"],
        "columns": ["", "title,tlp"],
        "oldest_first": ["true"],
        "member_id": members,
        "with_member": members,
        "claims": [to_cursor((n,)) for n in (0, 1, 9, 10)],
        "of": [",".join(map(str, rows[n : n + 4])) for n in range(0, len(rows), 4)],
        "work": [str(thing.id) for thing in world.things if thing.table == "work"],
        "view": ["table"],
        "code": ["no-such-code"],
        "focus": [*keys, "ipv4|192.0.2.10"],
        "on": keys,
        "action": ["suspend-domain", "seize-server"],
        "from": [str(thing.id) for thing in world.things if thing.table == "evidence"],
        "receipt": ["1"],
        "offset": ["0", "7"],
        "checked": ["same", "changed"],
        "confirmed": ["1"],
        "refuse": [slug for slug, _country in worlds.MEMBERS],
        "strike": ["action-1", "action-2"],
        "forbid": ["AA", "BB"],
        "budget": ["3", "20"],
        "asking": ["one-page"],
        "assume": ["1"],
        "want": [mark(key) for key in keys],
        "since": ["2026-01-01", "2026-01-01T00:00:00Z"],
        "until": ["2026-10-01"],
        "source": ["node"],
    }


def _taxii_filters(world: World) -> dict[str, list[str]]:
    ids = sorted({claim.stix_id for one in world.shared for claim in one.reading.claims})
    versions = ["first", "last", "all", *(f"2026-10-0{day}T00:00:00.000Z" for day in range(1, 5))]
    return {
        "limit": ["1", "2", "5"],
        "added_after": [(NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ") for hours in (1, 50, 100, 199)],
        "next": ["bm90IGEgcGxhY2U"],
        "match[id]": [ids[0], ids[-1], ",".join(ids[::3])],
        "match[type]": ["note", "indicator", "malware,indicator"],
        "match[version]": [*versions, ",".join(versions[:2])],
        "match[spec_version]": ["2.0", "2.1", "2.0,2.1"],
    }


def filter_names() -> set[str]:
    """The filters that this suite knows how to fill."""
    world = worlds.make(0)
    return {*_filters(world), *_taxii_filters(world)}
