"""Handling: the conditions on a thing. `policy` decides with it; rows carry the id of an interned one (audience)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple
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


class HandlingCode(StrEnum):
    """Handling codes of police information exchange; what they mean stands in `policy.decide`."""

    H0 = "H0"
    """Only to prevent and fight crime."""
    H1 = "H1"
    """No use in court without the originator's permission."""
    H2 = "H2"
    """No dissemination without the originator's permission."""
    H3 = "H3"
    """Other limits, in words: `Handling.limits`."""


class Grade(NamedTuple):
    """The 4x4 evaluation: how reliable the source (A, B, C; X cannot be judged), how sure the information (1–4)."""

    source: str
    information: int

    @property
    def label(self) -> str:
        return f"{self.source}{self.information}"

    @classmethod
    def from_label(cls, label: str) -> Grade:
        """Reads `B2`. Raises `ValueError` for anything else."""
        if len(label) != 2 or label[0] not in "ABCX" or label[1] not in "1234":
            raise ValueError(f"{label!r} is no 4x4 grade")
        return cls(label[0], int(label[1]))


@dataclass(frozen=True, slots=True)
class Handling:
    """The conditions on a thing.

    `circles`: ids of cells or sharing groups; None means every member of the node, an empty set means nobody.
    `originators`: members whose thing it is; they always see it, until `retain_until`.
    """

    tlp: Tlp = Tlp.AMBER
    pap: Pap = Pap.AMBER
    circles: frozenset[UUID] | None = None
    originators: frozenset[UUID] = frozenset()
    purposes: frozenset[str] | None = None
    """Names from `policy.purposes`; None: any."""
    jurisdictions: frozenset[str] | None = None
    """ISO 3166-1 alpha-2 codes of the countries it may be read in; None: any."""
    excluded_members: frozenset[UUID] = frozenset()
    embargo_until: datetime | None = None
    """From this instant on others may see it."""
    expires_at: datetime | None = None
    """From this instant on only its originators may see it."""
    also: frozenset[Handling] = frozenset()
    """Further handlings that must allow it too: what the meet of several is made of, so that a meet is exact."""
    retain_until: datetime | None = None
    """From this instant on nobody may see it, its originators neither: it is due to be erased."""
    originator_control: bool = False
    """Only members in `permitted` may see it, besides its originators."""
    codes: frozenset[HandlingCode] = frozenset()
    limits: str = ""
    """The words of H3."""
    permitted: frozenset[UUID] = frozenset()
    """Members that the originator permitted by name what H1, H2, H3 or its control forbid others."""
    grade: Grade | None = None
    unknown: frozenset[str] = frozenset()
    """Rules that this version does not know, as canonical JSON `{"name":…}`; while there is one, nobody may see it."""
