"""Names of malware families and actors that mean the same: the vocabulary made from the MISP galaxy (CC0)."""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from accord.model.selectors import NAME_KINDS, Selector, SelectorKind
from accord.selectors import identifiers

WORD = re.compile(r"[^\W_]+")


class Spelling(NamedTuple):
    """How a name counts in running text: the name meant, and how it must stand there.

    `tier`: `.` in any case, `C` with its capitals, `X` with capitals beside a word that says what it is ("ransomware"),
    `U` in capitals throughout.
    """

    selector: Selector
    tier: str


class Names(NamedTuple):
    """The vocabulary. Keys are the words of a name, casefolded, one blank between them."""

    meant: dict[tuple[SelectorKind, str], str]
    spelt: dict[str, Spelling]
    longest: dict[str, int]
    """The first word of a name in texts, and how many words the longest such name has."""
    display: dict[Selector, str]
    reasons: dict[Selector, str]


@cache
def vocabulary() -> Names:
    """Read once from `accord/model/vocabulary/names.tsv.gz` (tools/make_vocabulary.py)."""
    names = Names({}, {}, {}, {}, {})
    packed = (files("accord.model") / "vocabulary" / "names.tsv.gz").read_bytes()
    for row in gzip.decompress(packed).decode().splitlines():
        kind_text, display, reason, *cells = row.split("\t")
        kind = SelectorKind(kind_text)
        selector = Selector(kind, identifiers.name(display))
        names.display[selector] = display
        if reason:
            names.reasons[selector] = reason
        for cell in cells:
            tier, key = cell[0], cell[1:]
            names.meant[kind, key] = selector.value
            if tier != "-":
                names.spelt[key] = Spelling(selector, tier)
                first, *others = key.split(" ")
                names.longest[first] = max(names.longest.get(first, 0), 1 + len(others))
    return names


def key_of(name: str) -> str:
    """A folded name's words."""
    return " ".join(WORD.findall(name))


def main_name(kind: SelectorKind, name: str) -> str:
    """The main name of what a folded name stands for; the name itself when the vocabulary has none."""
    return vocabulary().meant.get((kind, key_of(name)), name)


def display_name(selector: Selector) -> str:
    """A name as it is usually written (`QakBot`); any other selector's value as it is."""
    return vocabulary().display.get(selector, selector.value) if selector.kind in NAME_KINDS else selector.value
