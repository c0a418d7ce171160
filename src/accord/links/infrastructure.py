"""What both hold: direct links, and links over a third contribution."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from accord.links.beside import Beside
from accord.links.corpus import Real, Table
from accord.links.pairs import affordable, budget, matrix, product
from accord.links.weights import UNIT, selector_weights

FULL_EVIDENCE = 3.0
"""Weight, about one a rare selector, at which the evidence is two thirds full: one selector alone may be reuse."""

PATH_LIMIT = 0.95

COPY_OVERLAP = 0.8
COPY_SHARED = 50.0
COPY_DISCOUNT = 0.7
"""Lists of fifty and more that agree in four of five are one list published twice: 0.7 of the strength."""


class Infrastructure(NamedTuple):
    """Symmetric sparse matrices over contributions, all 0..1: `cosine`, `direct`, `path`.

    `carrier`: what names pass over, cosine or lying beside each other; `tied`: the same for paths, from `direct`.
    `incidence`: contributions × selectors that may join two; `columns`: which they are; `weight`: of each, fixed point.
    `mass`: summed weight of all that a contribution holds, shared or not; a rare selector weighs about 1.
    """

    cosine: Any
    direct: Any
    path: Any
    carrier: Any
    tied: Any
    incidence: Any
    columns: Any
    weight: Real
    mass: Real


def infrastructure(table: Table, beside: Beside) -> Infrastructure:
    """Direct links as √(cosine of weighted selectors × (1 − e^(−weight/3))); paths over one middle.

    The cosine makes a selector in a list of tens of thousands weigh less than one in a list of ten.
    """
    weights = selector_weights(table)
    mass = np.bincount(table.row, weights=weights[table.selector].astype(np.float64), minlength=table.size) / UNIT
    used = affordable(table.holders, budget(len(table.row))) & (weights > 0)
    columns = np.flatnonzero(used)
    place = np.full(len(used), -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    live = used[table.selector]
    incidence = matrix(
        table.row[live], place[table.selector[live]], np.ones(int(live.sum())), (table.size, max(1, len(columns)))
    )
    weight = weights[columns].astype(np.float64) if len(columns) else np.zeros(1)
    cosine, direct = strength(product(incidence, weight), mass)
    carrier, tied = _greater(cosine, beside.names), _greater(direct, beside.paths)
    path = paths(tied, len(table.row))
    return Infrastructure(cosine, direct, path, carrier, tied, incidence, columns, weight, mass)


def _greater(one: Any, other: Any) -> Any:
    if not other.nnz:
        return one
    both = one.maximum(other).tocsr()
    both.sort_indices()
    return both


def strength(shared: Any, mass: Real) -> tuple[Any, Any]:
    """Cosine, and √(cosine × fullness of the evidence), from sums in fixed point and each contribution's mass."""
    rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    both = shared.data / UNIT
    first, second = mass[rows], mass[shared.indices]
    cosine = np.minimum(1.0, both / np.sqrt(np.maximum(first * second, 1e-12)))
    full = np.sqrt(cosine * -np.expm1(-both / FULL_EVIDENCE))
    copy = (both >= COPY_SHARED) & (both >= COPY_OVERLAP * np.maximum(first, second))
    full[copy] *= COPY_DISCOUNT
    similar, made = shared.copy(), shared
    similar.data, made.data = cosine, full
    return similar, made


def paths(tied: Any, rows: int) -> Any:
    """Two-hop paths: √Σ over middles of both squared strengths, hubs left out, at most 0.95."""
    degree = np.diff(tied.indptr).astype(np.int64)
    half = tied[:, np.flatnonzero(affordable(degree, budget(rows)))]
    half.data = half.data**2
    through = (half @ half.T).tocsr()
    through.setdiag(0.0)
    through.eliminate_zeros()
    through.sort_indices()
    through.data = np.minimum(np.sqrt(through.data), PATH_LIMIT)
    return through
