"""The typed graph behind the leads: what stands, who holds it, what the members' own content ties together.

Edges come from content, never from co-occurrence in a long list: a row that names both, a URL on a host, a stated
STIX relationship, and (weaker) the malware or actor that a contribution is about.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from accord.links.layout import positions
from accord.links.parts import cluster
from accord.model.maps import Edge, Map, Node
from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors import display_name

MAX_NODES = 5_000
"""What a person can still survey, and what the browser draws smoothly (measured: notes of the map page)."""

UNTIED_PART = 5
"""At most one in so many things on a full map stands there untied."""

CONFIDENCE = {"hosts": 1.0, "stated": 0.9, "row": 0.7, "names": 0.4}
"""How sure an edge of each kind is; judgement, not measurement."""

HARM = {
    SelectorKind.DOMAIN: 1.0,
    SelectorKind.URL: 0.6,
    SelectorKind.IPV4: 2.0,
    SelectorKind.IPV6: 2.0,
    SelectorKind.EMAIL: 1.0,
    SelectorKind.PHONE: 1.0,
    SelectorKind.ACCOUNT: 1.0,
    SelectorKind.IBAN: 3.0,
    SelectorKind.CERTIFICATE: 0.5,
    SelectorKind.MALWARE: 0.5,
    SelectorKind.ACTOR: 0.5,
} | dict.fromkeys(WALLET_KINDS, 3.0)
"""Weight of one thing in the harm done: money first, then servers, then names; files do no harm where they lie."""


class Held(NamedTuple):
    """A selector, the slugs of the members that hold it (sorted), and in how many contributions it stands."""

    id: int
    kind: SelectorKind
    value: str
    members: tuple[str, ...]
    contributions: int


class Tie(NamedTuple):
    """Two selectors (ids) tied by content; kinds as in `CONFIDENCE`."""

    a: int
    b: int
    kind: str


def harm(kind: SelectorKind, holders: int) -> float:
    """Harm weight of a thing that `holders` members report: each doubling of the holders adds its own weight again."""
    return round(HARM.get(kind, 0.2) * (1.0 + math.log2(max(holders, 1))), 3)


def shape(kind: SelectorKind) -> str:
    """The shape a kind is drawn as (notes on pictures: host square, domain circle, wallet diamond, persona hexagon)."""
    if kind in (SelectorKind.IPV4, SelectorKind.IPV6):
        return "host"
    if kind in WALLET_KINDS or kind is SelectorKind.IBAN:
        return "wallet"
    if kind in FILE_KINDS or kind is SelectorKind.CERTIFICATE:
        return "file"
    if kind in NAME_KINDS:
        return "persona"
    if kind in (SelectorKind.EMAIL, SelectorKind.PHONE, SelectorKind.ACCOUNT):
        return "account"
    return "url" if kind is SelectorKind.URL else "domain"


def build(held: Sequence[Held], ties: Iterable[Tie], *, max_nodes: int = MAX_NODES) -> Map:
    """The map of at most `max_nodes` things, chosen by how widely they are held and how well they are tied.

    Things that nothing is tied to and only one member holds are left out: they stand in the contribution.
    The same input in any order gives the same map, positions included.
    """
    strongest: dict[tuple[int, int], str] = {}
    known = {h.id for h in held}
    for tie in ties:
        if tie.a == tie.b or tie.a not in known or tie.b not in known:
            continue
        pair = (min(tie.a, tie.b), max(tie.a, tie.b))
        if pair not in strongest or CONFIDENCE[tie.kind] > CONFIDENCE[strongest[pair]]:
            strongest[pair] = tie.kind
    degree: dict[int, int] = defaultdict(int)
    for a, b in strongest:
        degree[a] += 1
        degree[b] += 1
    chosen = _chosen(held, degree, max_nodes)
    index = {h.id: i for i, h in enumerate(chosen)}
    edges = sorted(
        Edge(min(index[a], index[b]), max(index[a], index[b]), kind, CONFIDENCE[kind])
        for (a, b), kind in strongest.items()
        if a in index and b in index
    )
    harms = [harm(h.kind, len(h.members)) for h in chosen]
    clusters = cluster(len(chosen), [(e.source, e.target, e.confidence) for e in edges], harms)
    names = tuple(_name([chosen[i] for i in part], degree) for part in clusters.parts)
    places = positions(len(chosen), [(e.source, e.target) for e in edges], clusters.of)
    nodes = tuple(
        Node(f"{h.kind}|{h.value}", h.kind, shape(h.kind), _label(h), harms[i], h.members, clusters.of[i], *places[i])
        for i, h in enumerate(chosen)
    )
    return Map(nodes, tuple(edges), names)


def _chosen(held: Sequence[Held], degree: Mapping[int, int], most: int) -> list[Held]:
    """What is worth a place: the well tied and widely held first; of the untied, a fair part of each kind and holders.

    Without the second rule a single pair of members with thousands of wallets in common would fill the map.
    """
    tied = [h for h in held if degree.get(h.id)]
    untied: dict[tuple[str, tuple[str, ...]], list[Held]] = defaultdict(list)
    for h in sorted((h for h in held if len(h.members) > 1 and not degree.get(h.id)), key=lambda h: h.value):
        untied[h.kind, h.members].append(h)
    tied.sort(key=lambda h: (-2 * (len(h.members) - 1) - min(degree[h.id], 5), h.kind, h.value))
    room = max(most - len(tied), most // UNTIED_PART)
    turns = zip_longest(*(untied[key] for key in sorted(untied, key=lambda key: (-len(key[1]), key))))
    alone = [h for turn in turns for h in turn if h is not None][:room]
    chosen = tied[: most - len(alone)] + alone
    chosen.sort(key=lambda h: (-len(h.members), -min(degree.get(h.id, 0), 50), -HARM.get(h.kind, 0.2), h.kind, h.value))
    return chosen


def _label(held: Held) -> str:
    """Names as they are usually written; anything else as it is."""
    return display_name(Selector(held.kind, held.value)) if held.kind in NAME_KINDS else held.value


def _name(part: Sequence[Held], degree: dict[int, int]) -> str:
    """A cluster is called by the malware or actor that most of it is tied to, else by its best connected thing."""

    def rank(h: Held) -> tuple[bool, int, str]:
        return (h.kind not in NAME_KINDS, -degree[h.id], h.value)

    named = min(part, key=rank)
    return _label(named)
