"""Selectors in running text.

One pass of a possessive pattern whose start is bound to a word's beginning: no position is tried twice over the same
characters, so the time is linear whatever the text (tests/properties/test_selectors_finding.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import urls, wallets
from accord.selectors.canonical import HASHES, MAX_CHARACTERS, attempt
from accord.selectors.plausible import is_host_like
from accord.selectors.refanging import Plain, refang_tracked


class Found(NamedTuple):
    """A selector in a text, where it stands (`text[start:end]`) and whether it was defanged there."""

    selector: Selector
    start: int
    end: int
    defanged: bool


_URL_TAIL = r"(?:[^\s<>\"'`|\\^{}\[\],;]|\[\w{0,32}+\](?==)|;(?=[\w]+=))++"
_RUN = re.compile(
    rf"""
    (?<![\w@%])(?:
      (?P<url>[a-zA-Z][a-zA-Z0-9+]{{1,14}}+://(?:[^\s<>"'`|\\^{{}}\[\],;/@]*+@)?+(?:\[[0-9a-fA-F:.]{{2,45}}\])?+{_URL_TAIL})
    | (?P<mail>[\w][\w.+-]{{0,63}}+@[\w-]++(?:\.[\w-]++)++)
    | (?P<host>[\w-]{{1,63}}+(?:\.[\w-]{{1,63}}+)++)(?P<rest>(?::\d{{1,5}}+(?!\w))?+(?:[/?]{_URL_TAIL}|/)?+)
    | (?P<colons>[0-9a-fA-F]{{2,4}}:[0-9a-fA-F:]++(?:(?<=:)\d++\.\d++\.\d++\.\d++)?+|::ffff:\d++\.\d++\.\d++\.\d++)
    | (?P<word>\w{{25,}}+)
    )
    """,
    re.VERBOSE,
)
_LOOSE = re.compile(
    r"""[Cc][Vv][Ee][-_‐‑–—]\d{4}[-_‐‑–—]\d{4,19}+
      | A[Ss](?:N|n)?[ ]?\d{1,10}+
      | \+\d[\d() ./\-\u00a0]{6,22}+
      | [A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}+
      | [0-9a-fA-F]{2}-(?:[0-9a-fA-F]{2}-){4}[0-9a-fA-F]{2}
    """,
    re.VERBOSE,
)
"""What holds blanks or hyphens, so that no run of `_RUN` is it. Each begins with a rare character."""

_HEX = re.compile(r"[0-9a-fA-F]+")
_CLOSING = ".,;:!?'\")]}*_>…"
_NETWORK = re.compile(r"/(?:[0-9]|[12][0-9]|3[01])(?![\w./-])")
_TICKED = re.compile(r"`+[^`]+`+")
_PLACED = frozenset({SelectorKind.DOMAIN, SelectorKind.IPV4, SelectorKind.IPV6, SelectorKind.URL, SelectorKind.EMAIL})
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:v|ver|version|release|build|rv|update|firmware)[.:]?\s{0,2}|[A-Za-z]/)$", re.IGNORECASE
)


def find(text: str, *, marked_hosts_only: bool = False) -> Iterator[Found]:
    """Every selector in running text, in order, without overlap.

    A web address yields only itself (see `hosts_of`), `ip:port` the address, `host/path` without a scheme an `http`
    address. Version numbers, file names, networks (`192.0.2.0/24`), transaction ids and code are left out.
    `marked_hosts_only`: domains, addresses, web and e-mail addresses count only when defanged or between backticks,
    for prose whose plain links are references. Takes time linear in the text and raises nothing.
    """
    plain = refang_tracked(text)
    ticked = [match.span() for match in _TICKED.finditer(plain.text)] if marked_hosts_only else []
    last = 0
    for selector, start, end in _merged(plain.text, plain):
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


Hit = tuple[Selector, int, int]


def _merged(text: str, plain: Plain) -> Iterator[Hit]:
    loose = _loose(text)
    waiting = next(loose, None)
    for hit in _runs(text, plain):
        while waiting is not None and waiting[1] <= hit[1]:
            yield waiting
            waiting = next(loose, None)
        yield hit
    while waiting is not None:
        yield waiting
        waiting = next(loose, None)


def _loose(text: str) -> Iterator[Hit]:
    for match in _LOOSE.finditer(text):
        start, end = match.span()
        written = match[0]
        if start and (text[start - 1].isalnum() or text[start - 1] in "_-/=+."):
            continue
        if written[0] == "+":
            written = written.rstrip(" ()./-\u00a0")
            end = start + len(written)
            kind = SelectorKind.PHONE
        elif written[2:3] == "-":
            kind = SelectorKind.MAC
        elif written[2:3] in "eE":
            kind = SelectorKind.CVE
        elif (hit := _bank_account(text, start, written)) is not None:
            yield hit
            continue
        else:
            kind = SelectorKind.ASN
        if text[end : end + 1].isalnum() or text[end : end + 1] in ("_", "-"):
            continue
        if (selector := attempt(kind, written)) is not None:
            yield selector, start, end


def _bank_account(text: str, start: int, written: str) -> Hit | None:
    """An IBAN; words that follow in capitals may have been read on with it, so shorter ends are tried as well."""
    while len(written) >= 15:
        end = start + len(written)
        if not text[end : end + 1].isalnum() and (selector := attempt(SelectorKind.IBAN, written)) is not None:
            return selector, start, end
        head, blank, _ = written.rpartition(" ")
        if not blank:
            break
        written = head
    return None


def _runs(text: str, plain: Plain) -> Iterator[Hit]:
    for match in _RUN.finditer(text):
        group = match.lastgroup
        start, end = match.span()
        hit: Hit | None
        if group == "rest":
            hit = _host(text, match, plain)
        elif group == "url":
            hit = _url(match[0], start)
        elif end - start > 320:  # none of the other kinds is longer
            continue
        elif group == "word":
            hit = _word(match[0], start)
        elif group == "mail":
            written = match[0].rstrip(".-_")
            selector = attempt(SelectorKind.EMAIL, written)
            hit = (selector, start, start + len(written)) if selector else None
        else:
            hit = _colons(text, match[0], start, end)
        if hit is not None:
            yield hit


def _trimmed(written: str) -> str:
    """Without the punctuation of the sentence around; a closing parenthesis stays if the address opened one."""
    while written and written[-1] in _CLOSING:
        if written[-1] == ")" and written.count("(") >= written.count(")"):
            break
        written = written[:-1]
    return written


def _url(written: str, start: int) -> Hit | None:
    if len(written) > MAX_CHARACTERS:
        return None
    written = _trimmed(written)
    scheme, _, rest = written.partition("://")
    if scheme.lower() in urls.SCHEMES:
        selector = attempt(SelectorKind.URL, written)
    else:  # tcp://192.0.2.1:443, stratum+tcp://pool.example: the host is what two members may share
        bare = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        selector = _any_host(re.sub(r":\d{1,5}$", "", bare))
    return (selector, start, start + len(written)) if selector is not None else None


def _any_host(written: str) -> Selector | None:
    if ":" in written:
        return attempt(SelectorKind.IPV6, written)
    return attempt(SelectorKind.IPV4 if written[-1:].isdigit() else SelectorKind.DOMAIN, written)


def _host(text: str, match: re.Match[str], plain: Plain) -> Hit | None:
    start, end = match.span("host")
    if end - start > 260:
        return None
    written, rest = match["host"], match["rest"]
    before = text[start - 1] if start else ""
    while written[0] == "-":
        if before and (before.isalnum() or before == "."):
            return None
        written, start = written[1:], start + 1
        if not written:
            return None
    marked = plain.is_marked(start, end)
    if not marked and before in ("/", "\\") and text[start - 2 : start - 1] != before:
        return None  # a part of a path
    last = written[-1]
    if last.isdigit():
        return _quad(text, written, rest, start, marked)
    if last in "-_":
        return None
    if not is_host_like(written, marked=marked) or (not marked and text[end : end + 1] == "("):
        return _sample_name(written, start)
    selector = attempt(SelectorKind.DOMAIN, written)
    return None if selector is None else _with_path(selector, written, rest, start)


def _with_path(selector: Selector, written: str, rest: str, start: int) -> Hit | None:
    if len(rest) > 1 and ("/" in rest or "?" in rest) and len(rest) < MAX_CHARACTERS:
        whole = _trimmed(written + rest)
        if len(whole) > len(written) + 1 and re.fullmatch(r"(?::\d+)?/?", whole[len(written) :]) is None:
            url = attempt(SelectorKind.URL, "http://" + whole)
            return (url, start, start + len(whole)) if url is not None else None
    return selector, start, start + len(written)


def _sample_name(written: str, start: int) -> Hit | None:
    """`<hash>.exe`: analysts name samples so, and the hash is the file's."""
    head = written.partition(".")[0]
    kind = HASHES.get(len(head))
    if kind is None or not _HEX.fullmatch(head):
        return None
    selector = attempt(kind, head)
    return (selector, start, start + len(head)) if selector else None


def _quad(text: str, written: str, rest: str, start: int, marked: bool) -> Hit | None:
    if written.count(".") != 3:
        return None
    selector = attempt(SelectorKind.IPV4, written)
    if selector is None or (rest[:1] == "/" and _NETWORK.match(rest)):
        return None
    if not marked and (written.endswith(".0") or _VERSION_BEFORE.search(text[max(0, start - 12) : start])):
        return None
    return _with_path(selector, written, rest, start)


def _word(written: str, start: int) -> Hit | None:
    size = len(written)
    if size > 128 or not written.isascii():
        return None
    kind = HASHES.get(size)
    if kind is not None and _HEX.fullmatch(written):
        return Selector(kind, written.lower()), start, start + size
    selector = wallets.recognised(written)
    return (selector, start, start + size) if selector is not None else None


def _colons(text: str, written: str, start: int, end: int) -> Hit | None:
    if text[end : end + 1].isalnum() or text[end : end + 1] == "_":
        return None
    if written[-1] == ":" and written[-2:] != "::":
        written = written[:-1]
    groups = written.split(":")
    if len(groups) >= 6 and all(len(group) == 2 for group in groups):
        kinds = {6: SelectorKind.MAC, 20: SelectorKind.CERTIFICATE, 32: SelectorKind.CERTIFICATE}
        kind = kinds.get(len(groups))
    else:
        kind = SelectorKind.IPV6
    selector = attempt(kind, written) if kind is not None else None
    return (selector, start, start + len(written)) if selector else None
