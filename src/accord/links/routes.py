"""Through which third contributions two contributions, or a contribution and a name, are tied."""

from __future__ import annotations

from typing import Any

import numpy as np

from accord.links.corpus import Real, Wide
from accord.links.scores import Evidence

LOOKED_AT = 40
"""Strongest neighbours of a contribution that a route to a name is sought through."""


def middles(evidence: Evidence, a: int, b: int) -> list[tuple[int, float]]:
    """Third contributions with a direct link to both, strongest first."""
    direct = evidence.infrastructure.direct
    first, strength_a = _row(direct, a)
    second, strength_b = _row(direct, b)
    both, left, right = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    strength = strength_a[left] * strength_b[right]
    order = np.lexsort((both, -strength))
    return [(int(both[i]), float(strength[i])) for i in order]


def name_route(evidence: Evidence, contribution: int, column: int) -> tuple[int, ...]:
    """Contributions that a name came over to this one: () when its own content names it, else one or two."""
    if _calls(evidence, contribution, column):
        return ()
    near = _strongest(evidence, contribution)
    for middle in near:
        if _calls(evidence, middle, column):
            return (middle,)
    for middle in near:
        for far in _strongest(evidence, middle):
            if far != contribution and _calls(evidence, far, column):
                return middle, far
    return ()


def _calls(evidence: Evidence, contribution: int, column: int) -> bool:
    """Whether the contribution's own content has the name."""
    own = evidence.names.own
    names = own.indices[own.indptr[contribution] : own.indptr[contribution + 1]]
    place = int(np.searchsorted(names, column))
    return place < len(names) and int(names[place]) == column


def _strongest(evidence: Evidence, contribution: int) -> list[int]:
    near, strength = _row(evidence.infrastructure.cosine, contribution)
    return [int(near[i]) for i in np.lexsort((near, -strength))[:LOOKED_AT]]


def _row(table: Any, row: int) -> tuple[Wide, Real]:
    inside = slice(int(table.indptr[row]), int(table.indptr[row + 1]))
    return table.indices[inside], table.data[inside]
