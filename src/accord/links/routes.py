"""What ties two contributions, and the third ones over which a contribution reaches another, or a name."""

from __future__ import annotations

from typing import Any

import numpy as np

from accord.links.corpus import Real, Table, Wide
from accord.links.explanation import Route
from accord.links.scores import Evidence

LOOKED_AT = 40
"""Strongest links of a contribution that a route to a name is sought through."""


def held(table: Table, contribution: int) -> Wide:
    """The selectors of a contribution, ascending."""
    return table.selector[int(table.start[contribution]) : int(table.start[contribution + 1])]


def strongest_shared(evidence: Evidence, a: int, b: int) -> int | None:
    """The weightiest selector that both hold, the first in order of kind and value on a tie."""
    infra, corpus = evidence.infrastructure, evidence.table.corpus
    first, _ = _row(infra.incidence, a)
    second, _ = _row(infra.incidence, b)
    both = np.intersect1d(first, second, assume_unique=True)
    if not len(both):
        return None
    weight = infra.weight[both]
    best: list[int] = infra.columns[both[weight == weight.max()]].tolist()
    return min(best, key=lambda i: (corpus.kinds[i], corpus.values[i]))


def middles(evidence: Evidence, a: int, b: int) -> list[tuple[int, float]]:
    """Third contributions that are tied to both, strongest first."""
    first, strength_a = _row(evidence.infrastructure.tied, a)
    second, strength_b = _row(evidence.infrastructure.tied, b)
    both, left, right = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    strength = (strength_a[left] * strength_b[right]) ** 2
    order = np.lexsort((both, -strength))
    return [(int(both[i]), float(strength[i])) for i in order]


def name_route(evidence: Evidence, contribution: int, column: int, *, other: int) -> Route:
    """How a name came to this contribution, over one or two others or none.

    `other` is the other end of the pair, which cannot be a go-between.
    """
    over = _route(evidence, contribution, column, other)
    sharing, _ = _row(evidence.infrastructure.cosine, contribution)
    return Route(tuple(evidence.table.ref(i).id for i in over), bool(over) and over[0] not in sharing)


def _route(evidence: Evidence, contribution: int, column: int, other: int) -> tuple[int, ...]:
    if _calls(evidence, contribution, column):
        return ()
    near = [i for i in _strongest(evidence, contribution) if i != other]
    for middle in near:
        if _calls(evidence, middle, column):
            return (middle,)
    for middle in near:
        for far in _strongest(evidence, middle):
            if far != contribution and _calls(evidence, far, column):
                return middle, far
    return tuple(near[:1])  # the name came over a weaker link than those looked at


def _calls(evidence: Evidence, contribution: int, column: int) -> bool:
    """Whether the contribution's own content has the name."""
    names, _ = _row(evidence.names.own, contribution)
    place = int(np.searchsorted(names, column))
    return place < len(names) and int(names[place]) == column


def _strongest(evidence: Evidence, contribution: int) -> list[int]:
    near, strength = _row(evidence.infrastructure.carrier, contribution)
    return [int(near[i]) for i in np.lexsort((near, -strength))[:LOOKED_AT]]


def _row(table: Any, row: int) -> tuple[Wide, Real]:
    inside = slice(int(table.indptr[row]), int(table.indptr[row + 1]))
    return table.indices[inside], table.data[inside]
