"""Collects what a reader finds in one file into a Reading, within bounds and without losing count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import combinations

from accord import selectors
from accord.formats.claims import stix_form
from accord.formats.limits import Limits
from accord.model.errors import LimitError
from accord.model.handling import Tlp
from accord.model.reading import Claim, Drop, Mention, Reading, Relation
from accord.model.selectors import NAME_KINDS, Selector, SelectorKind

_EXCERPT_CHARS = 120
_NAMED_CHARS = 4_000  # of a text searched for names; beyond, a cell or line is a dump and no prose
_REMEMBERED_CHARS = 200  # notes and tags repeat; 20,000 of them take some 8 MB
_TITLE_CHARS = 200
_TIED_AT_MOST = 6  # selectors of one row; more are a list that happens to stand on one line


def printable(text: str, bound: int) -> str:
    """The beginning of a text as one line that is safe to print and store: no control or direction characters."""
    text = text[: bound + 20]
    if not text.isprintable():
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text.strip()[:bound]


def _names(text: str) -> tuple[Selector, ...]:
    return _remembered_names(text) if len(text) <= _REMEMBERED_CHARS else _found_names(text[:_NAMED_CHARS])


@lru_cache(maxsize=20_000)
def _remembered_names(text: str) -> tuple[Selector, ...]:
    return _found_names(text)


def _found_names(text: str) -> tuple[Selector, ...]:
    return tuple([selector for selector, _, _ in selectors.find_names(text)])


class Gathering:
    """One file's Reading in the making. Raises `LimitError` when the file holds more claims than `limits` allow."""

    def __init__(self, path: str, format_: str, limits: Limits) -> None:
        self.reading = Reading(path=path, format=format_)
        self.limits = limits
        self._places: dict[tuple[SelectorKind, str], int] = {}  # of the mention of each selector
        self._row: list[Selector] | None = None
        self._ties: set[tuple[int, int]] = set()
        self._reasons: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()
        self._tlp: Tlp | None = None

    @property
    def empty(self) -> bool:
        return not self.reading.claims

    def claim(self, claim: Claim) -> int:
        """Keeps a claim and gives its index."""
        claims = self.reading.claims
        if len(claims) >= self.limits.max_objects:
            raise LimitError(
                f"it holds more than {self.limits.max_objects:,} objects", action="Split the file and hand it in again."
            )
        claims.append(claim)
        return len(claims) - 1

    def mention(self, selector: Selector, claim: int, line: int | None) -> None:
        """Notes a selector of a claim, and the host of a URL with it; only the first place in the file counts."""
        row = self._row
        if row is not None and len(row) <= _TIED_AT_MOST:
            row.append(selector)
        mentions = self.reading.mentions
        if self._places.setdefault(selector, len(mentions)) != len(mentions):
            return
        kind, value = selector
        mentions.append(Mention(kind, value, claim, line))
        if kind is SelectorKind.URL:
            for host in selectors.hosts_of(selector):
                self.mention(host, claim, line)
                self.tie(selector, host, "hosts")

    def tie(self, a: Selector, b: Selector, kind: str) -> None:
        """Notes that the content itself ties two selectors together; both must be mentioned, the first tie counts."""
        one, two = self._places.get(a), self._places.get(b)
        if one is None or two is None or one == two:
            return
        pair = (one, two) if one < two else (two, one)
        if pair not in self._ties and len(self._ties) < self.limits.max_objects:
            self._ties.add(pair)
            self.reading.relations.append(Relation(*pair, kind))

    @contextmanager
    def row(self) -> Iterator[list[Selector]]:
        """Ties what is mentioned inside to each other, unless it is so much that it is a list and not a row.

        Gives the list that fills with what is mentioned, repetitions included, one more than are tied at most.
        """
        outer = self.begin_row()
        row = self._row
        assert row is not None
        try:
            yield row
            self._tie_row(row)
        finally:
            self._row = outer

    def begin_row(self) -> list[Selector] | None:
        """As entering `row`, for those who cannot afford it for each of a million objects; for `end_row` alone."""
        outer, self._row = self._row, []
        return outer

    def end_row(self, outer: list[Selector] | None) -> list[Selector]:
        """Ends what `begin_row` began; gives what `row` gives. `outer`: what `begin_row` gave."""
        row, self._row = self._row, outer
        assert row is not None
        if len(row) > 1:
            self._tie_row(row)
        return row

    def _tie_row(self, row: list[Selector]) -> None:
        together = list(dict.fromkeys(row))
        if len(together) <= _TIED_AT_MOST:
            for a, b in combinations(together, 2):
                self.tie(a, b, "row")

    def take(self, selector: Selector, line: int | None) -> None:
        """Makes a claim of a selector that was found outside STIX, and mentions it."""
        place = self._places.get(selector)
        claim = self.claim(stix_form(selector)) if place is None else self.reading.mentions[place].claim
        self.mention(selector, claim, line)

    def names(self, text: str, line: int | None) -> None:
        """Takes the names of malware and actors that stand in a text."""
        for selector in _names(text):
            self.take(selector, line)

    def named(self, text: str, line: int | None, claim: int) -> None:
        """Mentions the names in a text as part of a claim that is there already."""
        for selector in _names(text):
            self.mention(selector, claim, line)

    def drop(self, line: int | None, reason: str, text: str = "") -> None:
        """Records what was not taken; the same reason is listed up to a bound and counted beyond."""
        if reason not in self._reasons and len(self._reasons) >= self.limits.max_reasons:
            reason = "for one of many more reasons"
        self._reasons[reason] += 1
        if self._reasons[reason] <= self.limits.max_drops_a_reason:
            self.reading.drops.append(Drop(line, reason, printable(text, _EXCERPT_CHARS)))

    def passed(self, what: str) -> None:
        """Counts things that are no selectors by their nature (file names, mutexes); one note sums them up."""
        self._passed[what[:60]] += 1

    def note(self, text: str) -> None:
        if text not in self.reading.notes:
            self.reading.notes.append(text)

    def title(self, text: str) -> None:
        """Sets the title, the first time that there is text."""
        if not self.reading.title:
            self.reading.title = printable(text, _TITLE_CHARS)

    def saw(self, at: datetime | None) -> None:
        """Widens the span of time in which the things were seen; None is passed over."""
        if at is None:
            return
        reading = self.reading
        if reading.seen_from is None or at < reading.seen_from:
            reading.seen_from = at
        if reading.seen_to is None or at > reading.seen_to:
            reading.seen_to = at

    def marked(self, tlp: Tlp | None) -> None:
        if tlp is not None and (self._tlp is None or tlp > self._tlp):
            self._tlp = tlp
            self.reading.tlp = tlp.label

    def done(self) -> Reading:
        """The finished Reading, with one summarising drop for each reason that passed the bound."""
        bound = self.limits.max_drops_a_reason
        for reason, count in self._reasons.items():
            if count > bound:
                self.reading.drops.append(Drop(None, f"and {count - bound:,} more: {reason}"))
        if self._passed:
            told = ", ".join(f"{count:,} {what}" for what, count in self._passed.most_common(12))
            self.note(f"no selectors by their nature: {told}")
        return self.reading

    def holds_names_only(self) -> bool:
        """Whether nothing but names was found: then the file tells of no infrastructure."""
        return all(mention.kind in NAME_KINDS for mention in self.reading.mentions)
