"""Why a pair is a lead, selector by selector, strongest first within each family."""

from __future__ import annotations

import math

import numpy as np

from accord.links.corpus import Real, Table, Wide
from accord.links.explanation import Explanation, Inference, Parts, Tie
from accord.links.infrastructure import COPY_OVERLAP, COPY_SHARED
from accord.links.names import apart
from accord.links.routes import held, middles, name_route, strongest_shared
from accord.links.scores import NEIGHBOUR_SHARE, Evidence, named_alone
from accord.links.weights import chance
from accord.model.leads import Reason
from accord.model.selectors import Selector, SelectorKind

SHOWN = 8
"""Reasons of the infrastructure family that are spelt out; `Lead.shared` counts the rest."""

SHOWN_NAMES = 4
SHOWN_PATHS = 2
SHOWN_NEIGHBOURS = 2
SHOWN_COMMON = 3
NO_TRACE = "held by so many that it is no trace"
HABIT = "used in nearly everything one of the two publishes"


def explain(evidence: Evidence, pair: int) -> Explanation:
    """Everything that speaks for the pair at this place of `evidence.scores`, and what was not counted."""
    scores, table = evidence.scores, evidence.table
    a, b = int(scores.a[pair]), int(scores.b[pair])
    parts = divide(evidence, pair)
    both = np.intersect1d(held(table, a), held(table, b), assume_unique=True)
    name, known = table.is_name[both], table.is_common[both]
    traces, called = both[~name & ~known], both[name & ~known]
    names, inferences = _names(evidence, a, b, called, parts.name)
    paths, ties = _paths(evidence, a, b, parts.path)
    reasons = (
        *_direct(evidence, traces, parts.direct),
        *names,
        *paths,
        *_neighbours(evidence, a, b, parts.neighbour),
        *_known(table, both[known]),
    )
    return Explanation(
        parts,
        reasons,
        tuple(ties),
        tuple(inferences),
        len(traces) + len(called),
        len(traces),
        _copies(evidence, a, b),
        _days_apart(table, a, b),
    )


def divide(evidence: Evidence, pair: int) -> Parts:
    """Each family's part of the score, in proportion to −ln(1 − its own strength): evidence that would add up.

    What both hold and the paths between them share theirs by their squares. What names that agree make infrastructure
    count more is infrastructure's.
    """
    scores = evidence.scores
    direct, path = float(scores.direct[pair]), float(scores.path[pair])
    near, score = NEIGHBOUR_SHARE * float(scores.neighbour[pair]), float(scores.score[pair])
    named = _amount(float(named_alone(scores.name[pair])))
    solid = max(0.0, _amount(score) - named)
    tied, beside = _amount(min(math.hypot(direct, path), 1.0)), _amount(near)
    grown = solid / (tied + beside or 1.0)
    squares = direct**2 + path**2 or 1.0
    amount = [grown * tied * direct**2 / squares, grown * tied * path**2 / squares, grown * beside, named]
    total = sum(amount) or 1.0
    return Parts(*(score * x / total for x in amount))


def _amount(strength: float) -> float:
    return -math.log1p(-min(strength, 1 - 1e-12))


def _reason(table: Table, family: str, selector: int, weight: float, common: str = "") -> Reason:
    corpus, holders = table.corpus, int(table.holders[selector])
    value = corpus.values[selector]
    return Reason(family, corpus.kinds[selector], value, value, weight, chance(holders, table.size), holders, common)


def _direct(evidence: Evidence, traces: Wide, part: float) -> list[Reason]:
    if not len(traces):
        return []
    table, corpus = evidence.table, evidence.table.corpus
    weight = _weights(evidence, traces)
    total = float(weight.sum()) or 1.0
    least = np.sort(weight)[::-1][min(SHOWN, len(traces)) - 1]
    best = np.flatnonzero(weight >= least).tolist()
    best.sort(key=lambda i: (-weight[i], corpus.kinds[traces[i]], corpus.values[traces[i]]))
    return [
        _reason(
            table, "infrastructure", int(traces[i]), part * float(weight[i]) / total, "" if weight[i] > 0 else NO_TRACE
        )
        for i in best[:SHOWN]
    ]


def _weights(evidence: Evidence, traces: Wide) -> Real:
    """Weights of selectors in the score; 0 for those held by too many to join contributions."""
    infra = evidence.infrastructure
    weight = np.zeros(len(traces))
    if len(infra.columns):
        place = np.minimum(np.searchsorted(infra.columns, traces), len(infra.columns) - 1)
        used = infra.columns[place] == traces
        weight[used] = infra.weight[place[used]]
    return weight


def _names(evidence: Evidence, a: int, b: int, called: Wide, part: float) -> tuple[list[Reason], list[Inference]]:
    """Names that both use, and names that reach one of them over what it shares with others."""
    table, names = evidence.table, evidence.names
    reach = np.array([float(names.reach[a, b])])
    left, right = apart(names, np.array([a]), np.array([b]), reach)
    both = left.multiply(right).tocsr()
    total = float(both.data.sum()) or 1.0
    reasons: list[Reason] = []
    inferences: list[Inference] = []
    for place in np.lexsort((both.indices, -both.data))[:SHOWN_NAMES].tolist():
        column = int(both.indices[place])
        first, second = name_route(evidence, a, column, other=b), name_route(evidence, b, column, other=a)
        reason = _reason(table, "name", int(names.columns[column]), part * float(both.data[place]) / total)
        if first.over or second.over:
            reason = reason._replace(family="path", via=(*first.over, *second.over))
            inferences.append(Inference(Selector(reason.kind, reason.value_a), first, second))
        reasons.append(reason)
    if not reasons:
        reasons = [_reason(table, "name", int(i), 0.0, HABIT) for i in _ordered(table, called)[:SHOWN_NAMES]]
    return reasons, inferences


def _ordered(table: Table, selectors: Wide) -> list[int]:
    corpus = table.corpus
    return sorted(selectors.tolist(), key=lambda i: (corpus.kinds[i], corpus.values[i]))


def _paths(evidence: Evidence, a: int, b: int, part: float) -> tuple[list[Reason], list[Tie]]:
    """The strongest third contributions between the two. Where one thing is shared by all three it is no path."""
    table = evidence.table
    through = middles(evidence, a, b) if part > 0 else []
    total = sum(strength for _, strength in through) or 1.0
    reasons: list[Reason] = []
    ties: list[Tie] = []
    for middle, strength in through[:SHOWN_PATHS]:
        left, right = strongest_shared(evidence, a, middle), strongest_shared(evidence, middle, b)
        if left == right:
            continue
        weight = part * strength / total
        near, far = (_reason(table, "path", shared, weight) for shared in _told(left, right))
        odds = max(1.0, near.chance * far.chance / table.size)  # any contribution may stand between
        via = (table.ref(middle).id,)
        both = max(near.holders, far.holders)
        if left is None or right is None:
            odds = near.chance
        reason = near._replace(value_b=far.value_a, chance=odds, holders=both, via=via, kind_b=_other(near, far.kind))
        reasons.append(reason)
        ties.append(Tie(via[0], _selector(table, left), _selector(table, right)))
    return reasons, ties


def _told(left: int | None, right: int | None) -> tuple[int, int]:
    """What a path is told by: the one thing shared where the middle was only handed in beside an end."""
    shared = [one for one in (left, right) if one is not None]
    return shared[0], shared[-1]


def _selector(table: Table, at: int | None) -> Selector | None:
    return None if at is None else Selector(table.corpus.kinds[at], table.corpus.values[at])


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
    total = float(near.weight[best].sum()) or 1.0
    reasons = []
    for spot in best.tolist():
        left = _ordered(table, only_a[near.place_of[only_a] == spot])[0]
        right = _ordered(table, only_b[near.place_of[only_b] == spot])[0]
        holders = int(near.holders[spot])
        reason = _reason(table, "neighbour", left, part * float(near.weight[spot]) / total)
        value, kind_b = table.corpus.values[right], _other(reason, table.corpus.kinds[right])
        odds = chance(holders, table.size)
        reasons.append(reason._replace(value_b=value, chance=odds, holders=holders, kind_b=kind_b))
    return reasons


def _other(reason: Reason, kind: SelectorKind) -> SelectorKind | None:
    return None if kind == reason.kind else kind


def _known(table: Table, shared: Wide) -> list[Reason]:
    """What both hold and everybody knows: told, never counted."""
    families = {True: "name", False: "infrastructure"}
    return [
        _reason(table, families[bool(table.is_name[i])], i, 0.0, table.corpus.common[i])
        for i in _ordered(table, shared)[:SHOWN_COMMON]
    ]


def _copies(evidence: Evidence, a: int, b: int) -> bool:
    """Whether most of both is one list, as `infrastructure.strength` discounts it."""
    mass, cosine = evidence.infrastructure.mass, float(evidence.infrastructure.cosine[a, b])
    both = cosine * math.sqrt(mass[a] * mass[b])
    return both >= COPY_SHARED and both >= COPY_OVERLAP * float(max(mass[a], mass[b]))


def _days_apart(table: Table, a: int, b: int) -> int | None:
    seen = table.corpus.seen
    if seen is None:
        return None
    first, second = seen[table.order[a]], seen[table.order[b]]
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return None
    return int(max(0.0, first[0] - second[1], second[0] - first[1]))
