"""What is true in an exercise, beside what members say: for tests, for scoring, for the debriefing."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from accord.exercise.parts import Asset, Part, World, key
from accord.exercise.writing.tables import table
from accord.model.selectors import SelectorKind


class Held(NamedTuple):
    """A contribution with the member that holds it."""

    member: str
    part: Part

    @property
    def services(self) -> tuple[str, ...]:
        """The services that its assets belong to, the most frequent first; assets of two services do not count."""
        counts = Counter(asset.services[0] for asset in self.part.holds if len(asset.services) == 1)
        return tuple(sorted(counts, key=lambda slug: (-counts[slug], slug)))

    @property
    def subject(self) -> str:
        """The service that six in ten of its criminal assets belong to; empty for a mixed list or an innocent one."""
        criminal = [asset for asset in self.part.holds if asset.services]
        for slug in self.services:
            if sum(slug in asset.services for asset in criminal) >= 0.6 * len(criminal):
                return slug
        return ""

    @property
    def values(self) -> frozenset[str]:
        """Keys of what can be read in it: its assets, and the host inside each URL."""
        hosts = {f"{SelectorKind.DOMAIN}|{a.home}" for a in self.part.holds if a.kind is SelectorKind.URL and a.home}
        return frozenset({key(asset) for asset in self.part.holds} | hosts)


def truth_files(world: World, held: Sequence[Held]) -> Iterator[tuple[str, bytes]]:
    """Nodes, edges, services, contributions, links and bystanders as (path, bytes)."""
    yield "truth/nodes.csv", _nodes(world, held)
    yield "truth/edges.csv", _edges(world)
    yield "truth/services.json", _services(world)
    yield "truth/contributions.csv", _contributions(held)
    yield "truth/link-truth.csv", table(links(world, held), LINK_COLUMNS)
    yield "truth/bystanders.csv", _bystanders(world)


LINK_COLUMNS = (
    "member_a",
    "path_a",
    "member_b",
    "path_b",
    "families_a",
    "families_b",
    "same_family",
    "shared",
    "shared_idf",
)


def links(world: World, held: Sequence[Held]) -> Iterator[tuple[object, ...]]:
    """Pairs of contributions of different members that are about one service or hold something in common.

    `same_family`: both have the same subject. `shared` counts criminal assets that both hold, `shared_idf` weighs each
    with ln(contributions / holders). Bystanders' values count for nothing. Every pair that is absent is a negative.
    """
    criminal = {key(asset) for asset in world.assets}
    values = [one.values & criminal for one in held]
    holders = Counter(value for some in values for value in some)
    for first, second in combinations(range(len(held)), 2):
        a, b = held[first], held[second]
        if a.member == b.member:
            continue
        shared = values[first] & values[second]
        same = bool(a.subject) and a.subject == b.subject
        if shared or same:
            idf = sum(math.log(len(held) / holders[value]) for value in sorted(shared))
            ends = (a.member, a.part.path, b.member, b.part.path, ";".join(a.services), ";".join(b.services))
            yield (*ends, int(same), len(shared), f"{idf:.4f}")


def _nodes(world: World, held: Sequence[Held]) -> bytes:
    seen: dict[str, set[str]] = {}
    for one in held:
        for value in one.values:
            seen.setdefault(value, set()).add(one.member)
    header = ("kind", "value", "services", "role", "harm", "first", "last", "members")
    rows = ((*_describe(asset), ";".join(sorted(seen.get(key(asset), ())))) for asset in world.assets)
    return table(rows, header)


def _describe(asset: Asset) -> tuple[object, ...]:
    return (asset.kind.value, asset.value, ";".join(asset.services), asset.role, asset.harm, asset.first, asset.last)


def _edges(world: World) -> bytes:
    rows = ((*tie.source.split("|", 1), *tie.target.split("|", 1), tie.kind) for tie in world.ties)
    return table(rows, ("source_kind", "source", "target_kind", "target", "kind"))


def _services(world: World) -> bytes:
    rows = [
        {
            "slug": service.slug,
            "title": service.title,
            "model": service.model,
            "names": service.names,
            "actors": service.actors,
            "assets": len(service.assets),
            "hubs": [{"value": a.value, "role": a.role} for a in service.assets if a.harm >= 14],
            "shared_with": sorted({s for a in service.assets for s in a.services if s != service.slug}),
        }
        for service in world.services
    ]
    return (json.dumps(rows, indent=2) + "\n").encode()


def _contributions(held: Iterable[Held]) -> bytes:
    rows = (
        (
            one.member,
            one.part.path,
            one.subject,
            ";".join(one.services),
            ";".join(one.part.names),
            len(one.part.holds),
            sum(not asset.services for asset in one.part.holds),
        )
        for one in held
    )
    return table(rows, ("member", "path", "subject", "services", "names", "selectors", "of_bystanders"))


def _bystanders(world: World) -> bytes:
    rows = ((asset.kind.value, asset.value, asset.role) for asset in world.bystanders)
    return table(rows, ("kind", "value", "why_innocent"))
