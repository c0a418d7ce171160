"""Pairs of contributions with something in common, by sparse products that stay linear in the rows.

One row per selector and its holders; a selector with h holders costs h² pairs, so the heaviest are left out until what
remains fits a budget that grows with the number of rows. What is left out is what says least.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from accord.links.corpus import Flag, Real, Wide

HUB_CAP = 1_000
"""Most holders of anything that may join two contributions: above it, a value is a public fact, not a trace."""

PAIRS_PER_ROW = 6
LEAST_BUDGET = 2_000_000


class Links(NamedTuple):
    """Pairs `a` < `b` of contributions, in order of (a, b), with a value each."""

    a: Wide
    b: Wide
    value: Real


def budget(rows: int) -> int:
    """How many pairs may be looked at for so many rows."""
    return max(LEAST_BUDGET, PAIRS_PER_ROW * rows)


def affordable(holders: Wide, limit: int) -> Flag:
    """Which columns to multiply: the lightest first, within `HUB_CAP`, until they would make more than `limit` pairs.

    Columns with the same number of holders are all taken or all left, so that order decides nothing.
    """
    holders = np.asarray(holders, dtype=np.int64)
    cost = holders * (holders - 1) // 2
    levels, inverse = np.unique(holders, return_inverse=True)
    total = np.cumsum(np.bincount(inverse.reshape(-1), weights=cost.astype(np.float64), minlength=len(levels)))
    taken = (total <= limit) & (levels <= HUB_CAP)
    return np.asarray(taken[inverse.reshape(-1)] & (holders > 1), dtype=np.bool_)


def matrix(row: Wide, column: Wide, value: Real, shape: tuple[int, int]) -> Any:
    """A CSR matrix with sorted indices."""
    made = sparse.csr_matrix((value, (row, column)), shape=shape)
    made.sort_indices()
    return made


def product(incidence: Any, weight: Real) -> Any:
    """Σ over columns of weight, for every two rows that share one; the diagonal is empty."""
    made = (incidence @ sparse.diags(weight) @ incidence.T).tocsr()
    made.setdiag(0.0)
    made.eliminate_zeros()
    made.sort_indices()
    return made


def upper(symmetric: Any, member: Wide) -> Links:
    """The pairs of a symmetric matrix whose two contributions belong to different members."""
    part = sparse.triu(symmetric, k=1).tocoo()
    keep = (member[part.row] != member[part.col]) & (part.data > 0)
    a, b, value = part.row[keep].astype(np.int64), part.col[keep].astype(np.int64), part.data[keep]
    order = np.lexsort((b, a))
    return Links(a[order], b[order], np.asarray(value[order], dtype=np.float64))


def strongest(table: Any, keep: int) -> Any:
    """The matrix with at most `keep` entries a row: the greatest, the first column on a tie."""
    counts = np.diff(table.indptr)
    if not len(counts) or counts.max() <= keep:
        return table
    rows = np.repeat(np.arange(table.shape[0]), counts)
    order = np.lexsort((table.indices, -table.data, rows))
    rank = np.arange(len(order)) - np.repeat(table.indptr[:-1], counts)
    chosen = order[rank < keep]
    return matrix(rows[chosen], table.indices[chosen].astype(np.int64), table.data[chosen], table.shape)
