"""How much it says that two contributions hold the same selector: rarity by kind, as whole numbers.

Rarity is the inverse document frequency of K. Spärck Jones (1972), scaled to 0..1. Weights are kept in fixed
point: sums of whole numbers are exact in double precision, so a score does not depend on the order of the rows.
"""

from __future__ import annotations

import numpy as np

from accord.links.corpus import Real, Table, Wide
from accord.model.selectors import SelectorKind

UNIT = 1 << 20
"""One whole weight in fixed point; 2³³ rows of full weight still add up exactly below 2⁵³."""

UNSEEN = 50
"""Contributions that are assumed to exist elsewhere: in a world of two files a shared server is rare all the same."""

KIND_WEIGHTS = {SelectorKind.CVE: 0.3, SelectorKind.ASN: 0.2, SelectorKind.IPV4: 0.9, SelectorKind.IPV6: 0.9}
"""Kinds that say less than others, of 1: a vulnerability or a network is used by many, an address changes hands."""


def rarity(holders: Real | Wide, contributions: int) -> Real:
    """0 (everybody holds it) to below 1; never rises with `holders`. One holder counts as two."""
    world = contributions + UNSEEN
    held = np.maximum(np.asarray(holders, dtype=np.float64), 2.0)
    return np.asarray(np.log(world / np.minimum(held, world)) / np.log(world), dtype=np.float64)


def selector_weights(table: Table) -> Wide:
    """One whole number of `UNIT`s a selector: rarity × kind × hub discount √(2/holders); 0 for common ones and names.

    Never rises when a selector gets one more holder.
    """
    held = np.maximum(table.holders, 2)
    kind = np.fromiter((KIND_WEIGHTS.get(k, 1.0) for k in table.corpus.kinds), dtype=np.float64, count=len(held))
    weight = rarity(held, table.size) * kind * np.sqrt(2.0 / held)
    weight[table.is_name | table.is_common] = 0.0
    return np.rint(weight * UNIT).astype(np.int64)


def chance(holders: int, contributions: int) -> float:
    """Of how many pairs of contributions one would share a selector of so many holders, were these drawn by lot."""
    world = contributions + UNSEEN
    held = max(2, holders)
    return max(1.0, world * (world - 1) / (held * (held - 1)))
