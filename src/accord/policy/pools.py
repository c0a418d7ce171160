"""What may be derived together: for everything that somebody sees, the pool of what all those who see it see as well.

A thing derived from some of a node's records and scored against all of them tells of the others: that a server is
rare, that nobody else holds it. So what is derived for an audience is computed from its pool and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from itertools import combinations_with_replacement
from typing import NamedTuple, TypeVar

from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.policy.decide import Viewer, decide
from accord.policy.lattice import parts

Key = TypeVar("Key", bound=Hashable)
Sight = frozenset[Viewer]
"""Those who see a thing."""

ANYONE = Viewer(member_id=derived_id("viewer", "any member"), anyone=True)
"""What it may see, every member may see, also one who joins tomorrow."""


class Pool(NamedTuple):
    """`keys`: all that everybody in `sight` sees.

    What is derived from two of them belongs here when exactly `sight` sees both (`belongs`).
    """

    sight: Sight
    keys: frozenset[Hashable]


def sights(handlings: Mapping[Key, Handling], members: Iterable[Viewer], now: datetime) -> dict[Key, Sight]:
    """Who sees each thing now: of these members, of any member, and of any member of each circle that is named."""
    named = {circle for given in handlings.values() for part in parts(given) for circle in part.circles or ()}
    circles = [Viewer(ANYONE.member_id, frozenset({circle}), anyone=True) for circle in sorted(named)]
    viewers = [ANYONE, *circles, *members]
    return {
        key: frozenset(viewer for viewer in viewers if decide(viewer, given, "", now).allowed)
        for key, given in handlings.items()
    }


def pools(seen: Mapping[Key, Sight]) -> list[Pool]:
    """A pool for each set of viewers who see some pair of things together, the largest set first.

    As many as there are such sets: one where all is for all members, and one more for each member with things of its
    own. Pairs that nobody sees both of have none.
    """
    distinct = set(seen.values())
    together = {a & b for a, b in combinations_with_replacement(distinct, 2)} - {frozenset()}
    every = [Pool(sight, frozenset(key for key, own in seen.items() if own >= sight)) for sight in together]
    return sorted(every, key=lambda pool: (-len(pool.sight), sorted(map(repr, pool.sight))))


def belongs(pool: Pool, a: Sight, b: Sight) -> bool:
    """Whether exactly those of this pool see both."""
    return a & b == pool.sight
