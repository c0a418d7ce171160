"""What reading one file gave: claims, the selectors they mention, and what was dropped and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from accord.model.selectors import SelectorKind


class Claim(NamedTuple):
    """One STIX object as its member asserts it. `raw` is the JSON text exactly as received (or as made by us)."""

    stix_id: str
    type: str
    raw: bytes


class Mention(NamedTuple):
    """A selector at a place. `claim` is an index into the reading's claims; `line` counts from 1, None if unknown."""

    kind: SelectorKind
    value: str
    claim: int
    line: int | None = None


class Relation(NamedTuple):
    """Two mentions that the content itself ties together; `a` and `b` are indices into the reading's mentions.

    `kind`: `row` (same row or attribute), `hosts` (a URL or address on a host), `stated` (a STIX relationship).
    """

    a: int
    b: int
    kind: str


class Drop(NamedTuple):
    """Something that was not taken, where (line from 1, None for the whole file), why, and an excerpt (≤ 120 chars).

    `reason` is a short sentence for people, the same for the same cause, so that it can be counted.
    """

    line: int | None
    reason: str
    excerpt: str = ""


@dataclass(slots=True)
class Reading:
    """What one file gave. `path` is relative to the member's folder, `/` between parts; in an archive `a.zip!b.csv`."""

    path: str
    format: str
    """One of: stix-2.0, stix-2.1, misp, csv, tsv, text, markdown, asciidoc, json, yaml, openioc, empty, unreadable."""
    title: str = ""
    claims: list[Claim] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen_from: datetime | None = None
    seen_to: datetime | None = None
    tlp: str | None = None
    """The strictest TLP 2.0 label found in the content, e.g. `TLP:AMBER`; None when it says nothing."""

    truncated: bool = False
    """True when the file breaks off, or passed a bound, and only a part was read."""

    @property
    def complete(self) -> bool:
        """False when the file as a whole could not be read to its end."""
        return self.format != "unreadable" and not self.truncated
