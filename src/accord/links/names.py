"""What both call it: names of malware and actors, and names that reach a contribution over shared infrastructure.

A list of hashes often carries no name, while the report beside it does. Names therefore flow over direct links, and
over what was handed in together, two steps, each report keeping its strongest. Names prove less than infrastructure
and are kept apart from it throughout.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from accord.links.corpus import Real, Table, Wide
from accord.links.pairs import affordable, budget, matrix, strongest
from accord.links.weights import rarity

STEPS = 2
FLOW = 3.0
"""What a name next door counts beside one's own mention: content that agrees outweighs a passing word."""

FAINT = 0.1
"""Length of a profile at which it is trusted by two thirds: a name that came over one shared address is a rumour."""

NAMES_KEPT = 32
"""Names a contribution carries on after each step; bounds the work for catalogues that name everything."""

ROUNDING = 1e-9
"""What is left when equal amounts are taken from each other."""

SMALL_MEMBER = 5
"""Members with fewer contributions have no habits to allow for."""


class Names(NamedTuple):
    """Contributions × names, sparse: `own` content; `flow` after the last step; `profile`, scaled.

    `profile` rows have a length of up to 1, the less the fainter the names. `reach`: symmetric, how much of what one
    says itself arrives at the other, over one link or two. `alike`: symmetric, the products of profiles, for pairs that
    a name within budget joins. `heavy`: names beyond the budget. `columns`: which selectors the names are.
    """

    own: Any
    flow: Any
    profile: Any
    reach: Any
    columns: Any
    alike: Any
    heavy: Any


def own_names(table: Table) -> tuple[Any, Any]:
    """Which selectors the names are, and contributions × names of their own content."""
    columns = _columns(table)
    return columns, _own(table, columns)


def names(table: Table, columns: Any, own: Any, carrier: Any) -> Names:
    """Name profiles and how alike they are. `carrier`: symmetric, how strongly names pass between contributions."""
    flow = own
    for _ in range(STEPS):
        flow = strongest((own + FLOW * (carrier @ flow)).tocsr(), NAMES_KEPT)
    profile = _scaled(flow)
    held = np.bincount(profile.indices, minlength=profile.shape[1]).astype(np.int64)
    cheap = affordable(held, budget(len(table.row)))
    half = profile[:, np.flatnonzero(cheap)]
    alike = (half @ half.T).tocsr()
    alike.setdiag(0.0)
    alike.eliminate_zeros()
    alike.sort_indices()
    heavy = np.flatnonzero(~cheap & (held > 1))
    return Names(own, flow, profile, _reach(carrier, len(table.row)), columns, alike, heavy)


def _reach(carrier: Any, rows: int) -> Any:
    """What `STEPS` steps carry from one to another, by links and by paths of two, hubs left out of the paths."""
    degree = np.diff(carrier.indptr).astype(np.int64)
    half = carrier[:, np.flatnonzero(affordable(degree, budget(rows)))]
    made = (FLOW * carrier + FLOW**2 * (half @ half.T)).tocsr()
    made.setdiag(0.0)
    made.eliminate_zeros()
    made.sort_indices()
    return made


def apart(named: Names, a: Wide, b: Wide, reach: Real) -> tuple[Any, Any]:
    """Profiles of pairs (a[i], b[i]) without what either has from the other; `reach`: the entries of the pairs.

    A name that one has from the other, be it over a third contribution, is no second witness. Two sparse matrices with
    a row for each pair.
    """
    over = sparse.diags(reach)
    return _scaled(_without(named.flow[a], over @ named.own[b])), _scaled(_without(named.flow[b], over @ named.own[a]))


def _without(flow: Any, gift: Any) -> Any:
    rest = (flow - gift).tocsr()
    rest.data[rest.data < ROUNDING] = 0.0
    rest.eliminate_zeros()
    return rest


def _scaled(flow: Any) -> Any:
    flow.sort_indices()
    length = np.sqrt(np.asarray(flow.multiply(flow).sum(axis=1)).reshape(-1))
    trust = -np.expm1(-length / FAINT)
    scaled = (sparse.diags(trust / np.maximum(length, 1e-12)) @ flow).tocsr()
    scaled.sort_indices()
    return scaled


def _columns(table: Table) -> Any:
    """Names in order of kind and value, so that sums come out the same however the corpus was ordered."""
    corpus = table.corpus
    found = np.flatnonzero(table.is_name & ~table.is_common & (table.holders > 0)).tolist()
    return np.array(sorted(found, key=lambda i: (corpus.kinds[i], corpus.values[i])), dtype=np.int64)


def _own(table: Table, columns: Any) -> Any:
    """Rarity × how unusual the name is for this member: a name in nearly all of a member's files says little."""
    place = np.full(len(table.holders), -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    live = place[table.selector] >= 0
    row, column = table.row[live], place[table.selector[live]]
    width = max(1, len(columns))
    weight = rarity(table.holders[columns], table.size)[column] * _unusual(table, row, column, width)
    return matrix(row, column, weight, (table.size, width))


def _unusual(table: Table, row: Any, column: Any, width: int) -> Real:
    files = np.bincount(table.member)
    cell, inverse, count = np.unique(table.member[row] * width + column, return_inverse=True, return_counts=True)
    total = files[cell // width]
    share = count / total
    factor = np.where(total < SMALL_MEMBER, 1.0, 1.0 - share**0.25)
    return np.asarray(factor[inverse.reshape(-1)], dtype=np.float64)
