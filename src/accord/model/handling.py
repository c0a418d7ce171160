"""Handling: the conditions on a thing. `policy` decides with it; rows carry the id of an interned one (audience)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID


class Tlp(IntEnum):
    """FIRST, Traffic Light Protocol 2.0; a greater value is stricter."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """As the standard writes it: `TLP:AMBER+STRICT`."""
        return "TLP:" + self.name.replace("_", "+")

    @classmethod
    def from_label(cls, label: str) -> Tlp:
        """Reads a label in any case, TLP 1 `WHITE` included. Raises `ValueError` for anything else."""
        name = label.upper().removeprefix("TLP:").strip().replace("+", "_").replace("WHITE", "CLEAR")
        try:
            return cls[name]
        except KeyError:
            raise ValueError(f"{label!r} is no TLP 2.0 label") from None


class Pap(IntEnum):
    """Permissible Actions Protocol; a greater value is stricter."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3

    @property
    def label(self) -> str:
        return f"PAP:{self.name}"


@dataclass(frozen=True, slots=True)
class Handling:
    """The conditions on a thing.

    `circles`: ids of cells or sharing groups; None means every member of the node, an empty set means nobody.
    `originators`: members whose thing it is; they always see it.
    """

    tlp: Tlp = Tlp.AMBER
    pap: Pap = Pap.AMBER
    circles: frozenset[UUID] | None = None
    originators: frozenset[UUID] = frozenset()
    purposes: frozenset[str] | None = None
    jurisdictions: frozenset[str] | None = None
    excluded_members: frozenset[UUID] = frozenset()
    embargo_until: datetime | None = None
    expires_at: datetime | None = None
    also: frozenset[Handling] = frozenset()
    """Further handlings that must allow it too: what the meet of several is made of, so that a meet is exact."""
