"""Selectors in running text: two passes of patterns over the refanged text, merged."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from accord.model.selectors import Selector, SelectorKind
from accord.selectors.hits import Hit
from accord.selectors.loose import loose_hits
from accord.selectors.refanging import Plain, refang_tracked
from accord.selectors.runs import run_hits

_SHORTEST_RUN = 25  # characters of the shortest wallet (selectors.runs)
_SIGN = re.compile(r"[.:@\d\[({\\-]")
"""One of these stands in every host, address and number, defanged or not."""
_TICKED = re.compile(r"`+[^`]+`+")
_PLACED = frozenset({SelectorKind.DOMAIN, SelectorKind.IPV4, SelectorKind.IPV6, SelectorKind.URL, SelectorKind.EMAIL})


class Found(NamedTuple):
    """A selector in a text, where it stands (`text[start:end]`) and whether it was defanged there."""

    selector: Selector
    start: int
    end: int
    defanged: bool


def holds_none(text: str) -> bool:
    """True for a text in which `find` surely finds nothing: shorter than a wallet, and no sign of any other kind."""
    return len(text) < _SHORTEST_RUN and _SIGN.search(text) is None


def find(text: str, *, marked_hosts_only: bool = False) -> Iterable[Found]:
    """Every selector in running text, in order, without overlap.

    A web address yields only itself (see `hosts_of`), `ip:port` the address, `host/path` without a scheme an `http`
    address. Version numbers, file names, networks (`192.0.2.0/24`), transaction ids and code are left out.
    `marked_hosts_only`: domains, addresses, web and e-mail addresses count only when defanged or between backticks,
    for prose whose plain links are references. Takes time linear in the text and raises nothing.
    """
    return () if holds_none(text) else _find(text, marked_hosts_only)


def _find(text: str, marked_hosts_only: bool) -> Iterator[Found]:
    plain = refang_tracked(text)
    ticked = [match.span() for match in _TICKED.finditer(plain.text)] if marked_hosts_only else []
    last = 0
    for selector, start, end in _merged(plain):
        if start < last:
            continue
        defanged = plain.is_marked(start, end)
        if marked_hosts_only and not defanged and selector.kind in _PLACED and not _within(ticked, start):
            continue
        last = end
        yield Found(selector, *plain.original(start, end), defanged)


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    i = bisect_right(spans, (at, 1 << 62)) - 1
    return i >= 0 and at < spans[i][1]


def _merged(plain: Plain) -> Iterator[Hit]:
    loose = loose_hits(plain.text)
    waiting = next(loose, None)
    for hit in run_hits(plain):
        while waiting is not None and waiting[1] <= hit[1]:
            yield waiting
            waiting = next(loose, None)
        yield hit
    while waiting is not None:
        yield waiting
        waiting = next(loose, None)
