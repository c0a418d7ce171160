"""The map of criminal infrastructure behind the leads: what stands, who holds it, what belongs together."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A thing on the map. `key` is stable between runs (`domain|evil.example`, `contribution|<uuid>`).

    `shape`: host, domain, url, wallet, account, file, persona (malware and actor names), report. `harm` ≥ 0.
    `members`: slugs of members that hold it, sorted. `cluster`: 0 none, else 1…; `x`, `y` in 0..1.
    """

    key: str
    kind: str
    shape: str
    label: str
    harm: float
    members: tuple[str, ...]
    cluster: int
    x: float
    y: float


class Edge(NamedTuple):
    """An undirected edge between indices of `Map.nodes`; `confidence` 0..1; `kind`: holds, hosts, names, lead."""

    source: int
    target: int
    kind: str
    confidence: float


class Map(NamedTuple):
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    clusters: tuple[str, ...]
    """Names of clusters 1…, most harmful first."""
