"""Chance from a seed. Stands on `random.Random.random` alone, the one draw that Python keeps the same for ever."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Dice:
    """Draws that follow from a seed and a purpose: another purpose draws independently of this one."""

    __slots__ = ("_random", "_root")

    def __init__(self, *purpose: object) -> None:
        self._root = "\x1f".join(map(str, purpose))
        self._random = random.Random(hashlib.sha256(self._root.encode()).digest())  # noqa: S311 (no secret)

    def apart(self, *purpose: object) -> Dice:
        """Dice of their own for a part of the work, so that a change there moves nothing here."""
        return Dice(self._root, *purpose)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        return things[self.between(0, len(things) - 1)]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Up to `count` of them, each once, in random order."""
        pool = list(things)
        for index in range(min(count, len(pool))):
            other = self.between(index, len(pool) - 1)
            pool[index], pool[other] = pool[other], pool[index]
        return pool[:count]

    def share(self, things: Sequence[T], probability: float) -> list[T]:
        """Each with this probability, in the order given."""
        return [thing for thing in things if self.chance(probability)]

    def octets(self, count: int) -> bytes:
        return bytes(self.between(0, 255) for _ in range(count))

    def text(self, alphabet: str, count: int) -> str:
        return "".join(self.pick(alphabet) for _ in range(count))


def uuid_from(*parts: object) -> UUID:
    """A version 4 shaped UUID that follows from its parts (STIX 2.0 takes no other version)."""
    return UUID(bytes=hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:16], version=4)
