"""Leads: explained, scored links between contributions of different members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from accord.model.selectors import SelectorKind


class Reason(NamedTuple):
    """One thing that speaks for a lead.

    `family`: `infrastructure` (both hold it), `name` (both call it so), `path` (linked through third contributions),
    `neighbour` (near, not equal: same registered domain, address range, URL path).
    `weight`: its part of the score. `chance`: about one in this many pairs of contributions would share it by
    chance. `common`: why it was not counted (then weight is 0), else empty. `via`: for `path`, contributions between.
    `kind_b`: the kind of `value_b` where it is another than `kind`.
    A path over what was only handed in beside one of the two has the same thing as `value_a` and `value_b`.
    """

    family: str
    kind: SelectorKind
    value_a: str
    value_b: str
    weight: float
    chance: float
    holders: int
    common: str = ""
    via: tuple[UUID, ...] = ()
    kind_b: SelectorKind | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A link between two contributions; `a` and `b` are in order of id, so that a pair has one lead.

    `score` 0..1, comparable between leads of one run. `shared` counts selectors that both hold (names included,
    common ones not). `infrastructure` and `name` are the two parts of the score that a prosecutor weighs apart, 0..1.
    """

    id: UUID
    a: UUID
    b: UUID
    score: float
    shared: int
    infrastructure: float
    name: float
    reasons: tuple[Reason, ...]
    sentence: str
    """Why, in words that a layman follows."""
