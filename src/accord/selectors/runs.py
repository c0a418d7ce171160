"""Selectors that are one run of characters: hosts, web and e-mail addresses, hashes, wallets, IPv6.

One pass of a pattern whose start is bound to a word's beginning, possessive in single characters: no position is tried
twice over the same ones, so the time is linear whatever the text (tests/properties/test_selectors.py). No group is
possessive: Python before 3.11.5 forgets to step back from a group's failed last round (its issue gh-101955).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import urls, wallets
from accord.selectors.analyses import analysed_file
from accord.selectors.canonical import HASHES, MAX_CHARACTERS, attempt
from accord.selectors.hits import Hit
from accord.selectors.plausible import is_host_like
from accord.selectors.refanging import Plain

_URL_TAIL = r"(?:[^\s<>\"'`|\\^{}\[\],;]|\[\w{0,32}+\](?==)|;(?=[\w]+=))+"
_RUN = re.compile(
    rf"""
    (?<![\w@%])(?:
      (?P<url>[a-zA-Z][a-zA-Z0-9+]{{1,14}}+://(?:[^\s<>"'`|\\^{{}}\[\],;/@]*+@)?(?:\[[0-9a-fA-F:.]{{2,45}}\])?{_URL_TAIL})
    | (?P<mail>[\w][\w.+-]{{0,63}}+@[\w-]++(?:\.[\w-]++)+)
    | (?P<host>[\w-]{{1,63}}+(?:\.[\w-]{{1,63}}+)+)(?P<rest>(?::\d{{1,5}}+(?!\w))?(?:[/?]{_URL_TAIL}|/)?)
    | (?P<colons>[0-9a-fA-F]{{2,4}}:[0-9a-fA-F:]++(?:(?<=:)\d++\.\d++\.\d++\.\d++)?|::ffff:\d++\.\d++\.\d++\.\d++)
    | (?P<word>\w{{25,}}+)
    )
    """,
    re.VERBOSE,
)
_LONGEST_RUN = 320  # characters: 64 of a local part, @, 253 of a domain; no other kind is longer
_HEX = re.compile(r"[0-9a-fA-F]+")
_CLOSING = ".,;:!?'\")]}*>…"
_NETWORK = re.compile(r"/(?:[0-9]|[12][0-9]|3[01])(?![\w./-])")
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:v|ver|version|release|build|rv|update|firmware)[.:]?\s{0,2}|[A-Za-z]/)$", re.IGNORECASE
)


def run_hits(plain: Plain) -> Iterator[Hit]:
    """In order of place, apart from each other."""
    text = plain.text
    for match in _RUN.finditer(text):
        group = match.lastgroup
        start, end = match.span()
        hit: Hit | None
        if group == "rest":
            hit = _host(text, match, plain)
        elif group == "url":
            hit = _url(match[0], start)
        elif end - start > _LONGEST_RUN:
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
        selector = analysed_file(written) or attempt(SelectorKind.URL, written)
    else:  # tcp://192.0.2.1:443, stratum+tcp://pool.example: the host is what two members may share
        bare = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        selector = _any_host(re.sub(r":\d{1,5}$", "", bare))
    return (selector, start, start + len(written)) if selector is not None else None


def _any_host(written: str) -> Selector | None:
    if ":" in written:
        return attempt(SelectorKind.IPV6, written)
    return attempt(SelectorKind.IPV4 if written[-1:].isdigit() else SelectorKind.DOMAIN, written)


def _host(text: str, match: re.Match[str], plain: Plain) -> Hit | None:
    """A dotted run: an address, a domain, a domain with a path, a sample named by its hash, or nothing."""
    written, rest = match["host"], match["rest"]
    start, end = match.span("host")
    bare = written.lstrip("-")
    if end - start > _LONGEST_RUN or written[-1] in "-_" or not bare:
        return None
    before = text[start - 1] if start else ""
    if len(bare) < len(written):  # "-evil.example" in a list is a host, the end of a longer label is none
        if before.isalnum() or before == ".":
            return None
        start = end - len(bare)
    marked = plain.is_marked(start, end)
    if not marked and before in ("/", "\\") and text[start - 2 : start - 1] != before:
        return None  # a part of a path
    if bare[-1].isdigit():
        return _quad(text, bare, rest, start, marked=marked)
    alone = before in ("", "\n", "\r") and text[end : end + 1] in ("", "\n", "\r")
    if is_host_like(bare, marked=marked, alone=alone) and (marked or text[end : end + 1] != "("):
        selector = attempt(SelectorKind.DOMAIN, bare)
        return None if selector is None else _with_path(selector, bare, rest, start)
    return _sample_name(bare, start)


def _with_path(selector: Selector, written: str, rest: str, start: int) -> Hit | None:
    if len(rest) > 1 and ("/" in rest or "?" in rest) and len(rest) < MAX_CHARACTERS:
        whole = _trimmed(written + rest)
        if len(whole) > len(written) + 1 and re.fullmatch(r"(?::\d+)?/?", whole[len(written) :]) is None:
            url = analysed_file("http://" + whole) or attempt(SelectorKind.URL, "http://" + whole)
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


def _quad(text: str, written: str, rest: str, start: int, *, marked: bool) -> Hit | None:
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
