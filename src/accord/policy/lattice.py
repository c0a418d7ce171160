"""Handlings form a lattice under "who may see it": deriving from several things gives their meet, never wider."""

from __future__ import annotations

from dataclasses import fields, replace

from accord.model.handling import Handling


def parts(handling: Handling) -> frozenset[Handling]:
    """The simple handlings that must all allow a viewer; a simple handling is its own only part."""
    return frozenset({replace(handling, also=frozenset())}).union(*(parts(other) for other in handling.also))


def meet(*handlings: Handling) -> Handling:
    """The handling that allows exactly those whom every one of `handlings` allows.

    Commutative, associative, idempotent. Raises `ValueError` without any handling: nothing has no conditions.
    """
    if not handlings:
        raise ValueError("the meet of no handlings is not defined")
    every = frozenset().union(*(parts(handling) for handling in handlings))
    first, *rest = sorted(every, key=_order)
    return replace(first, also=frozenset(rest))


def _order(handling: Handling) -> tuple[int, int, tuple[str, ...]]:
    """Strictest first, then by content, so that the same parts give the same value."""
    return -handling.tlp, -handling.pap, tuple(_content(getattr(handling, field.name)) for field in fields(handling))


def _content(value: object) -> str:
    return repr(sorted(map(str, value))) if isinstance(value, frozenset) else repr(value)
