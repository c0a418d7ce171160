"""What an explanation consists of, before it is put into words."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from accord.model.leads import Reason
from accord.model.selectors import Selector


class Tie(NamedTuple):
    """A third contribution and the weightiest thing that it shares with the first and with the second.

    None: with that one it shares nothing, but was handed in side by side.
    """

    middle: UUID
    first: Selector | None
    second: Selector | None


class Route(NamedTuple):
    """What a name came over to a contribution: `over` the nearest first, () when its own content has the name.

    `beside`: it shares nothing with the nearest, but was handed in side by side.
    """

    over: tuple[UUID, ...]
    beside: bool


class Inference(NamedTuple):
    """A name that not both contributions use themselves, and how it came to each."""

    name: Selector
    first: Route
    second: Route


class Parts(NamedTuple):
    """How the score divides among the families; sums to the score."""

    direct: float
    path: float
    neighbour: float
    name: float


class Explanation(NamedTuple):
    """Why a pair is a lead. `reasons` are for machines and tables, the rest for sentences.

    `shared`: selectors held by both, names included, common ones not; `traces`: the same without names.
    `copies`: most of both is one list. `days_apart`: 0 when their times overlap, None when unknown.
    """

    parts: Parts
    reasons: tuple[Reason, ...]
    ties: tuple[Tie, ...]
    inferences: tuple[Inference, ...]
    shared: int
    traces: int
    copies: bool
    days_apart: int | None
