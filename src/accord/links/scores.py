"""All the evidence for a pair in one score, in arrays: the form for millions of mentions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from accord.links.beside import beside
from accord.links.corpus import Corpus, Flag, Real, Table, Wide, tabulate
from accord.links.infrastructure import Infrastructure, infrastructure
from accord.links.names import Names, apart, names, own_names
from accord.links.neighbours import Neighbours, neighbours
from accord.links.pairs import Links, upper

NAME_SHARE = 0.45
"""What full agreement in names is worth by itself: less than one server that nobody else reports."""

NAME_CURVE = 1.5
"""Half an agreement is worth less than half: reports on two subjects have many names in passing."""

SUPPORT = 0.5
"""With full agreement in names, thin infrastructure counts as its root: two kinds of evidence bear each other out."""

NEIGHBOUR_SHARE = 0.15

BLOCK = 200_000
"""Pairs whose heavy names are compared at once; bounds memory."""


class Scores(NamedTuple):
    """One item a pair of contributions of different members; `a` and `b` are indices into the table's order.

    All in 0..1. `infrastructure` = 1 − (1 − √(direct² + path²))(1 − 0.15 neighbour): a path often runs over the very
    things that both hold, so beside a strong link it adds little.
    `score` = 1 − (1 − infrastructure^(1 − name/2))(1 − 0.45 name^1.5).
    """

    a: Wide
    b: Wide
    score: Real
    infrastructure: Real
    name: Real
    direct: Real
    path: Real
    neighbour: Real


class Evidence(NamedTuple):
    """Everything the explanations are drawn from."""

    table: Table
    infrastructure: Infrastructure
    names: Names
    neighbours: Neighbours
    scores: Scores


class Pairs(NamedTuple):
    """Pairs as indices into `Corpus.contributions`, best first. The bulk form of leads, without explanations."""

    a: Wide
    b: Wide
    score: Real
    infrastructure: Real
    name: Real


def score_pairs(corpus: Corpus, *, floor: float = 0.0) -> Pairs:
    """Every pair of different members with a score above `floor`, best first, ties by id."""
    table = tabulate(corpus)
    scores = gather(table).scores
    best = ranked(scores, floor=floor)
    return Pairs(
        table.order[scores.a[best]],
        table.order[scores.b[best]],
        scores.score[best],
        scores.infrastructure[best],
        scores.name[best],
    )


def ranked(scores: Scores, *, floor: float, limit: int | None = None) -> Wide:
    """Places in `scores` of the best pairs above `floor`, best first; the order of ids decides between equals."""
    chosen = np.flatnonzero(scores.score > floor)
    order = np.lexsort((scores.b[chosen], scores.a[chosen], -scores.score[chosen]))
    return np.asarray(chosen[order][:limit], dtype=np.int64)


def gather(table: Table) -> Evidence:
    """Computes each kind of evidence and joins them."""
    columns, own = own_names(table)
    infra = infrastructure(table, beside(table, own))
    named = names(table, columns, own, infra.carrier)
    near = neighbours(table, infra.mass)
    return Evidence(table, infra, named, near, _join(table, infra, named, near))


def _join(table: Table, infra: Infrastructure, named: Names, near: Neighbours) -> Scores:
    parts = [upper(symmetric, table.member) for symmetric in (infra.direct, infra.path, near.alike, named.alike)]
    keys = [part.a * table.size + part.b for part in parts]
    every = np.unique(np.concatenate(keys))
    a, b = every // max(1, table.size), every % max(1, table.size)
    direct, path, neighbour, name = (_spread(every, key, part) for key, part in zip(keys, parts, strict=True))
    name = _independent(named, table.member, a=a, b=b, name=name + _heavy(named, a, b))
    solid = 1.0 - (1.0 - np.minimum(np.hypot(direct, path), 1.0)) * (1.0 - NEIGHBOUR_SHARE * neighbour)
    score = 1.0 - (1.0 - solid ** (1.0 - SUPPORT * name)) * (1.0 - named_alone(name))
    return Scores(a, b, np.round(score, 9), np.round(solid, 9), np.round(name, 9), direct, path, neighbour)


def named_alone(name: Real) -> Real:
    """What agreement in names (0..1) is worth where nothing else ties two contributions."""
    return np.asarray(NAME_SHARE * name**NAME_CURVE, dtype=np.float64)


def _spread(every: Wide, key: Wide, part: Links) -> Real:
    out = np.zeros(len(every))
    out[np.searchsorted(every, key)] = part.value
    return out


def _independent(named: Names, member: Wide, *, a: Wide, b: Wide, name: Real) -> Real:
    """Agreement in names only so far as neither has its name from the other, directly or over a third."""
    links = upper(named.reach, member)
    width = max(1, len(member))
    key = links.a * width + links.b
    place = np.searchsorted(a * width + b, key)
    known = place < len(a)
    known[known] = (a * width + b)[place[known]] == key[known]
    known[known] = name[place[known]] > 0
    first_of, second_of, reach, place = links.a[known], links.b[known], links.value[known], place[known]
    out = np.minimum(1.0, name)
    for start in range(0, len(place), BLOCK):
        part = slice(start, start + BLOCK)
        first, second = apart(named, first_of[part], second_of[part], reach[part])
        out[place[part]] = np.minimum(1.0, np.asarray(first.multiply(second).sum(axis=1)).reshape(-1))
    return out


def _heavy(named: Names, a: Wide, b: Wide) -> Real:
    """What names too frequent to make pairs add to pairs that something else has joined."""
    out = np.zeros(len(a))
    if not len(named.heavy):
        return out
    profile: Any = named.profile[:, named.heavy]
    held: Flag = np.diff(profile.indptr) > 0
    chosen = np.flatnonzero(held[a] & held[b])
    for start in range(0, len(chosen), BLOCK):
        part = chosen[start : start + BLOCK]
        both = profile[a[part]].multiply(profile[b[part]])
        out[part] = np.asarray(both.sum(axis=1)).reshape(-1)
    return out
