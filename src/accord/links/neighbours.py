"""Near, not equal: the same registered domain, address range or URL path.

Neighbours add to a score. They carry no names and no paths: an address range or a hoster's domain joins strangers.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from accord.links.corpus import Real, Table, Wide
from accord.links.infrastructure import strength
from accord.links.pairs import affordable, budget, matrix, product
from accord.links.weights import UNIT, rarity
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import common, network_of, registered_domain

DOMAIN, NETWORK, PATH = "domain", "network", "path"
WEIGHTS = {DOMAIN: 1.0, NETWORK: 0.4, PATH: 0.4}
LEAST_PATH = 8
"""Characters below which a URL's path is anybody's (`/login`, `/a.php`)."""


class Neighbours(NamedTuple):
    """`alike`: symmetric, 0..1. `weight` (fixed point) and `holders` (contributions) of each place.

    `place_of`: selector → place, −1 for none.
    """

    alike: Any
    weight: Real
    holders: Wide
    place_of: Wide


def neighbours(table: Table, mass: Real) -> Neighbours:
    """Places that more than one selector falls into, and how alike contributions are by them.

    `mass`: of `Infrastructure`; what is near counts against all that a contribution holds.
    """
    places, place_of = _places(table)
    live = place_of[table.selector] >= 0
    width = max(1, len(places))
    packed = np.unique(table.row[live] * width + place_of[table.selector[live]])
    row, column = packed // width, packed % width
    held = np.bincount(column, minlength=width).astype(np.int64)
    kind = np.array([WEIGHTS[what] for what, _ in places] or [0.0])
    weight = np.rint(rarity(held, table.size) * kind * np.sqrt(2.0 / np.maximum(held, 2)) * UNIT)
    incidence = matrix(row, column, np.ones(len(row)), (table.size, width))
    cheap = affordable(held, budget(len(table.row)))
    _, alike = strength(product(incidence[:, np.flatnonzero(cheap)], weight[cheap]), mass)
    return Neighbours(alike, weight, held, place_of)


def _places(table: Table) -> tuple[list[tuple[str, str]], Wide]:
    """Places with two selectors or more, in order of name; places that are common themselves are left out."""
    corpus = table.corpus
    wanted = np.flatnonzero((table.holders > 0) & ~table.is_common & ~table.is_name)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in wanted.tolist():
        place = _place(corpus.kinds[index], corpus.values[index])
        if place is not None:
            found[place].append(index)
    kept = sorted(place for place, inside in found.items() if len(inside) > 1 and not _is_common(place))
    place_of = np.full(len(table.holders), -1, dtype=np.int64)
    for number, place in enumerate(kept):
        place_of[found[place]] = number
    return kept, place_of


def _place(kind: SelectorKind, value: str) -> tuple[str, str] | None:
    if kind is SelectorKind.DOMAIN:
        domain = registered_domain(value)
        return (DOMAIN, domain) if domain else None
    if kind in (SelectorKind.IPV4, SelectorKind.IPV6):
        return NETWORK, network_of(value)
    if kind is SelectorKind.URL:
        try:
            path = urlsplit(value).path
        except ValueError:
            return None
        return (PATH, path) if len(path) > LEAST_PATH else None
    return None


def _is_common(place: tuple[str, str]) -> bool:
    what, value = place
    return what == DOMAIN and bool(common(Selector(SelectorKind.DOMAIN, value)))
