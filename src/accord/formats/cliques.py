"""Pairs as groups: rows were taken apart into pairs, and a format that has objects wants them back together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

MOST = 6
"""Members of a group: our reader ties no more (`gather`)."""


def cliques(pairs: Iterable[tuple[int, int]]) -> Iterator[set[int]]:
    """Groups of at most `MOST` in which every two are one of the pairs; every pair is in one. In order, greedily."""
    near: dict[int, set[int]] = defaultdict(set)
    ordered = list(dict.fromkeys((min(pair), max(pair)) for pair in pairs))
    for a, b in ordered:
        near[a].add(b)
        near[b].add(a)
    done: set[tuple[int, int]] = set()
    for a, b in ordered:
        if (a, b) in done:
            continue
        group = {a, b}
        for other in sorted(near[a] & near[b]):
            if len(group) < MOST and group <= near[other]:
                group.add(other)
        done.update((one, two) for one in group for two in group if one < two)
        yield group
