"""Why a pair is a lead, selector by selector, strongest first within each family."""

from __future__ import annotations

import math
from typing import NamedTuple
from uuid import UUID

import numpy as np

from accord.links.corpus import Table, Wide
from accord.links.routes import middles, name_route
from accord.links.scores import NAME_SHARE, NEIGHBOUR_SHARE, Evidence
from accord.links.weights import chance
from accord.model.leads import Reason
from accord.model.selectors import SelectorKind

SHOWN = 8
"""Reasons of the infrastructure family that are spelt out; `Lead.shared` counts the rest."""

SHOWN_NAMES = 4
SHOWN_PATHS = 2
SHOWN_NEIGHBOURS = 2
SHOWN_COMMON = 3
NO_TRACE = "held by so many that it is no trace"
HABIT = "a name that this member uses in nearly everything"


class Parts(NamedTuple):
    """How the score divides among the families; sums to the score."""

    direct: float
    path: float
    neighbour: float
    name: float


class Explanation(NamedTuple):
    """`shared`: selectors held by both, names included, common ones not; `infrastructure_shared`: without the names."""

    reasons: tuple[Reason, ...]
    shared: int
    infrastructure_shared: int


def explain(evidence: Evidence, pair: int) -> Explanation:
    """The reasons for the pair at this place of `evidence.scores`."""
    scores = evidence.scores
    a, b = int(scores.a[pair]), int(scores.b[pair])
    parts = divide(evidence, pair)
    both = np.intersect1d(held(evidence.table, a), held(evidence.table, b), assume_unique=True)
    table = evidence.table
    solid = both[~table.is_name[both] & ~table.is_common[both]]
    named = both[table.is_name[both] & ~table.is_common[both]]
    reasons = (
        *_direct(evidence, solid, parts.direct),
        *_names(evidence, a, b, named, parts.name),
        *_paths(evidence, a, b, parts.path),
        *_neighbours(evidence, a, b, parts.neighbour),
        *_common(table, both[table.is_common[both]]),
    )
    return Explanation(reasons, len(solid) + len(named), len(solid))


def divide(evidence: Evidence, pair: int) -> Parts:
    """Each family's part of the score, in proportion to −ln(1 − its own strength): evidence that would add up."""
    scores = evidence.scores
    own = (
        float(scores.direct[pair]),
        float(scores.path[pair]),
        NEIGHBOUR_SHARE * float(scores.neighbour[pair]),
        NAME_SHARE * float(scores.name[pair]),
    )
    evidence_of = [-math.log1p(-min(x, 1 - 1e-12)) for x in own]
    total = sum(evidence_of) or 1.0
    return Parts(*(float(scores.score[pair]) * x / total for x in evidence_of))


def held(table: Table, contribution: int) -> Wide:
    """The selectors of a contribution, ascending."""
    return table.selector[int(table.start[contribution]) : int(table.start[contribution + 1])]


def strongest_shared(evidence: Evidence, a: int, b: int) -> int | None:
    """The weightiest selector that both hold, the first in order of kind and value on a tie."""
    incidence, infra = evidence.infrastructure.incidence, evidence.infrastructure
    first = incidence.indices[incidence.indptr[a] : incidence.indptr[a + 1]]
    second = incidence.indices[incidence.indptr[b] : incidence.indptr[b + 1]]
    both = np.intersect1d(first, second, assume_unique=True)
    if not len(both):
        return None
    best = infra.columns[both[infra.weight[both] == infra.weight[both].max()]]
    corpus = evidence.table.corpus
    return min(best.tolist(), key=lambda i: (corpus.kinds[i], corpus.values[i]))


def _direct(evidence: Evidence, solid: Wide, part: float) -> list[Reason]:
    infra, table = evidence.infrastructure, evidence.table
    place = np.searchsorted(infra.columns, solid)
    used = np.zeros(len(solid), dtype=np.bool_)
    inside = place < len(infra.columns)
    used[inside] = infra.columns[place[inside]] == solid[inside]
    weight = np.zeros(len(solid))
    weight[used] = infra.weight[place[used]]
    total = float(weight.sum()) or 1.0
    corpus = table.corpus
    level = np.sort(weight)[::-1][min(SHOWN, len(solid)) - 1] if len(solid) else 0.0
    near = np.flatnonzero(weight >= level).tolist()
    near.sort(key=lambda i: (-weight[i], corpus.kinds[solid[i]], corpus.values[solid[i]]))
    return [
        _reason(table, "infrastructure", int(solid[i]), part * float(weight[i]) / total, "" if used[i] else NO_TRACE)
        for i in near[:SHOWN]
    ]


def _reason(table: Table, family: str, selector: int, weight: float, common: str) -> Reason:
    corpus, holders = table.corpus, int(table.holders[selector])
    value = corpus.values[selector]
    odds = chance(holders, table.size)
    return Reason(family, corpus.kinds[selector], value, value, weight, odds, holders, common)


def _names(evidence: Evidence, a: int, b: int, named: Wide, part: float) -> list[Reason]:
    """Names that both use, and names that reach one of them over what it shares with others."""
    table, names = evidence.table, evidence.names
    both = names.profile[a].multiply(names.profile[b]).tocsr()
    order = np.lexsort((both.indices, -both.data))[:SHOWN_NAMES]
    total = float(both.data.sum()) or 1.0
    reasons = []
    for place in order.tolist():
        column = int(both.indices[place])
        selector = int(names.columns[column])
        via = tuple(table.ref(i).id for i in (*name_route(evidence, a, column), *name_route(evidence, b, column)))
        reason = _reason(table, "path" if via else "name", selector, part * float(both.data[place]) / total, "")
        reasons.append(reason._replace(via=via))
    told = {(reason.kind, reason.value_a) for reason in reasons}
    corpus = table.corpus
    rest = [int(i) for i in named if (corpus.kinds[i], corpus.values[i]) not in told]
    if not reasons:
        rest.sort(key=lambda i: (corpus.kinds[i], corpus.values[i]))
        return [_reason(table, "name", i, 0.0, HABIT) for i in rest[:SHOWN_NAMES]]
    return reasons


def _paths(evidence: Evidence, a: int, b: int, part: float) -> list[Reason]:
    """The strongest third contributions between the two, each with what ties it to either side."""
    if part <= 0:
        return []
    table, corpus = evidence.table, evidence.table.corpus
    through = middles(evidence, a, b)
    total = sum(strength for _, strength in through) or 1.0
    reasons = []
    for middle, strength in through[:SHOWN_PATHS]:
        left, right = strongest_shared(evidence, a, middle), strongest_shared(evidence, middle, b)
        if left is None or right is None:
            continue
        holders = max(int(table.holders[left]), int(table.holders[right]))
        odds = chance(int(table.holders[left]), table.size) * chance(int(table.holders[right]), table.size)
        via: tuple[UUID, ...] = (table.ref(middle).id,)
        weight = part * strength / total
        reasons.append(
            Reason(
                "path", corpus.kinds[left], corpus.values[left], corpus.values[right],
                weight, max(1.0, odds / max(1, table.size)), holders, "", via,
            )
        )  # fmt: skip
    return reasons


def _neighbours(evidence: Evidence, a: int, b: int, part: float) -> list[Reason]:
    """Places that both reach into with different selectors."""
    if part <= 0:
        return []
    table, near = evidence.table, evidence.neighbours
    first, second = held(table, a), held(table, b)
    only_a = np.setdiff1d(first, second, assume_unique=True)
    only_b = np.setdiff1d(second, first, assume_unique=True)
    spots = np.intersect1d(near.place_of[only_a], near.place_of[only_b])
    spots = spots[spots >= 0]
    best = spots[np.lexsort((spots, -near.weight[spots]))][:SHOWN_NEIGHBOURS]
    corpus, reasons = table.corpus, []
    for spot in best.tolist():
        left = _first(table, only_a[near.place_of[only_a] == spot])
        right = _first(table, only_b[near.place_of[only_b] == spot])
        holders = int(near.incidence[:, spot].sum())
        weight = part * float(near.weight[spot]) / (float(near.weight[best].sum()) or 1.0)
        kind: SelectorKind = corpus.kinds[left]
        odds = chance(holders, table.size)
        reasons.append(Reason("neighbour", kind, corpus.values[left], corpus.values[right], weight, odds, holders))
    return reasons


def _first(table: Table, selectors: Wide) -> int:
    return min(selectors.tolist(), key=lambda i: table.corpus.values[i])


def _common(table: Table, shared: Wide) -> list[Reason]:
    corpus = table.corpus
    order = sorted(shared.tolist(), key=lambda i: (corpus.kinds[i], corpus.values[i]))
    return [
        _reason(table, "name" if table.is_name[i] else "infrastructure", i, 0.0, corpus.common[i])
        for i in order[:SHOWN_COMMON]
    ]
