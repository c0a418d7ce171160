"""What one member handed in side by side: a report and the lists that belong to it, in one folder or archive.

A list of hashes often holds no name and shares nothing with anybody; the report that lies beside it does both. Names
and paths therefore pass between the two, weakly: a folder may hold what has nothing to do with each other. Where its
files use names, and different ones, it is a collection, and nothing passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from accord.links.corpus import Flag, Real, Table, Wide
from accord.links.pairs import matrix

MOST_TOGETHER = 12
"""Files in a folder above which it is an archive of many subjects."""

NAME_SHARE = 0.5
"""How strongly names pass to the only file beside, of 1 for equal content; the more files, the less."""

PATH_SHARE = 0.5


class Beside(NamedTuple):
    """Symmetric and sparse over contributions, 0..0.5: how strongly `names` pass, and `paths`."""

    names: Any
    paths: Any


def beside(table: Table, own: Any) -> Beside:
    """`own`: contributions × names that stand in their own content."""
    first, second, rest = _pairs(table.together)
    agree = _agreement(table.together, own, first, second)
    kept = agree > 0
    first, second, agree, rest = first[kept], second[kept], agree[kept], rest[kept]
    shape = (table.size, table.size)
    return Beside(
        matrix(first, second, NAME_SHARE * agree / rest, shape),
        matrix(first, second, PATH_SHARE * agree / np.sqrt(rest), shape),
    )


def _pairs(together: Wide) -> tuple[Wide, Wide, Real]:
    """Ordered pairs of contributions of one folder, and how many others lie beside the first."""
    order = np.argsort(together, kind="stable")
    order = order[together[order] >= 0]
    _, start, count = np.unique(together[order], return_index=True, return_counts=True)
    first: list[Wide] = []
    second: list[Wide] = []
    for size in range(2, MOST_TOGETHER + 1):
        folders = order[start[count == size][:, None] + np.arange(size)]
        one, other = np.nonzero(~np.eye(size, dtype=np.bool_))
        first.append(folders[:, one].reshape(-1))
        second.append(folders[:, other].reshape(-1))
    rest = [np.full(len(part), size - 1.0) for size, part in enumerate(first, start=2)]
    return np.concatenate(first), np.concatenate(second), np.concatenate(rest)


def _agreement(together: Wide, own: Any, first: Wide, second: Wide) -> Real:
    """Of each pair's folder: mean cosine of the names of its files that have any; 1 when fewer than two have."""
    length = np.sqrt(np.asarray(own.multiply(own).sum(axis=1)).reshape(-1))
    both: Flag = (length[first] > 0) & (length[second] > 0)
    a, b = first[both], second[both]
    alike = np.asarray(own[a].multiply(own[b]).sum(axis=1)).reshape(-1) / (length[a] * length[b])
    folders, place = np.unique(together[first], return_inverse=True)
    place = place.reshape(-1)
    total = np.bincount(place[both], weights=alike, minlength=len(folders))
    count = np.bincount(place[both], minlength=len(folders))
    return np.asarray(np.where(count > 0, np.minimum(1.0, total / np.maximum(count, 1)), 1.0)[place], dtype=np.float64)
