"""Which things on the map belong together: communities by modularity (Blondel et al. 2008, as networkx has it)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MIN_SIZE = 4
"""Fewer things than this are no cluster that a person would give a name."""


class Clusters(NamedTuple):
    """`of[i]` is the cluster of node i: 0 none, else 1…; `parts[k]` lists the nodes of cluster k + 1."""

    of: list[int]
    parts: list[list[int]]


def cluster(n: int, edges: Sequence[tuple[int, int, float]], harms: Sequence[float]) -> Clusters:
    """Communities of an undirected weighted graph, most harmful first; deterministic."""
    import networkx as nx  # noqa: PLC0415  12 MB, and time at every start, that only this needs

    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(edges)
    found = nx.community.louvain_communities(graph, seed=1) if edges else []
    large = (sorted(part) for part in found if len(part) >= MIN_SIZE)
    parts = sorted(large, key=lambda part: (-sum(harms[i] for i in part), part))
    of = [0] * n
    for number, part in enumerate(parts, start=1):
        for i in part:
            of[i] = number
    return Clusters(of, parts)
