"""The rows of a contribution as columns, and columns as arrays for the server; `bulk` writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.errors import UnreadableError
from accord.model.reading import Claim, Drop, Mention, Relation
from accord.model.selectors import SelectorKind
from accord.stix.heads import head_of
from accord.store import arrays
from accord.store.texts import encoded

CommonReason = Callable[[SelectorKind, str], str]
Columns = tuple[Sequence[Any], ...]
"""Of one table, of equal length; those that are the same throughout too."""


class Part(NamedTuple):
    """One contribution's rows, all of `audience`."""

    contribution_id: UUID
    audience: int
    claims: Sequence[Claim] = ()
    mentions: Sequence[Mention] = ()
    relations: Sequence[Relation] = ()
    drops: Sequence[Drop] = ()


class Mentioned(NamedTuple):
    """Of one contribution: the selector of each mention by its place, and the first mention of each selector."""

    numbers: list[int]
    firsts: dict[int, Mention]


def _owned(part: Part, rows: int) -> tuple[list[UUID], list[int]]:
    return [part.contribution_id] * rows, [part.audience] * rows


def claim_columns(part: Part) -> Columns:
    count = len(part.claims)
    return (*_owned(part, count), range(count), part.claims)


def claim_arrays(
    contributions: list[UUID], audiences: list[int], numbers: list[int], claims: list[Claim]
) -> list[arrays.Column]:
    raws = [claim.raw for claim in claims]
    if not _are_text(raws):
        number = next(place for place, raw in enumerate(raws) if not _are_text([raw]))
        raise UnreadableError(
            f"Claim {claims[number].stix_id!r} is not JSON text in UTF-8.", action="Hand it in as UTF-8."
        )
    heads = [head_of(raw) for raw in raws]
    return [
        arrays.uuids(contributions),
        arrays.integers(audiences),
        arrays.integers(numbers),
        arrays.texts(encoded([claim.stix_id for claim in claims])),
        arrays.texts(encoded([claim.type for claim in claims])),
        arrays.texts(raws),
        arrays.big_integers([head.version_us for head in heads]),
        arrays.texts([head.spec.encode() for head in heads]),
    ]


def _are_text(raws: Sequence[bytes]) -> bool:
    """Whether each is UTF-8 without zeros."""
    try:
        for raw in raws:
            if not raw.isascii():
                raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in b"".join(raws)


def selector_arrays(selectors: Sequence[tuple[int, SelectorKind, str]], common: CommonReason) -> list[arrays.Column]:
    return [
        arrays.big_integers([number for number, _, _ in selectors]),
        arrays.texts([kind.encode() for _, kind, _ in selectors]),
        arrays.texts([value.encode() for _, _, value in selectors]),
        arrays.texts([common(kind, value).encode() for _, kind, value in selectors]),
    ]


def mention_columns(part: Part, mentioned: Mentioned) -> Columns:
    numbers = sorted(mentioned.firsts)
    return (*_owned(part, len(numbers)), numbers, [mentioned.firsts[number] for number in numbers])


def mention_arrays(
    contributions: list[UUID], audiences: list[int], selectors: list[int], mentions: list[Mention]
) -> list[arrays.Column]:
    return [
        arrays.uuids(contributions),
        arrays.integers(audiences),
        arrays.big_integers(selectors),
        arrays.integers([mention.claim for mention in mentions]),
        arrays.integers([mention.line for mention in mentions]),
    ]


def relation_columns(part: Part, mentioned: Mentioned) -> Columns:
    """Pairs in order of id, each once: the first kind counts."""
    numbers = mentioned.numbers
    kinds: dict[tuple[int, int], str] = {}
    for a, b, kind in part.relations:
        one, two = numbers[a], numbers[b]
        kinds.setdefault((one, two) if one < two else (two, one), kind)
    return (*_owned(part, len(kinds)), list(kinds), list(kinds.values()))


def relation_arrays(
    contributions: list[UUID], audiences: list[int], pairs: list[tuple[int, int]], kinds: list[str]
) -> list[arrays.Column]:
    return [
        arrays.uuids(contributions),
        arrays.integers(audiences),
        arrays.big_integers([one for one, _ in pairs]),
        arrays.big_integers([two for _, two in pairs]),
        arrays.texts([kind.encode() for kind in kinds]),
    ]


def drop_columns(part: Part) -> Columns:
    return (*_owned(part, len(part.drops)), part.drops)


def drop_arrays(contributions: list[UUID], audiences: list[int], drops: list[Drop]) -> list[arrays.Column]:
    return [
        arrays.uuids(contributions),
        arrays.integers(audiences),
        arrays.integers([drop.line for drop in drops]),
        arrays.texts(encoded([drop.reason for drop in drops])),
        arrays.texts(encoded([drop.excerpt for drop in drops])),
    ]
