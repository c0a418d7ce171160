"""A whole string as one selector, its kind guessed: search boxes and cells."""

# ruff: noqa: SIM905 - word lists read better as text

from __future__ import annotations

import re
from collections.abc import Callable

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import wallets
from accord.selectors.canonical import HASHES, MAX_CHARACTERS, attempt, cleaned
from accord.selectors.plausible import is_file_like
from accord.selectors.refanging import refang

_HEX = re.compile(r"[0-9a-fA-F]+")
_QUAD = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?")
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](:\d{1,5})?")
_BLANK = re.compile(r"\s")
_SHORTEST_WALLET = 25  # characters
_NUMBERED = re.compile(r"[0-9-]")
"""What every number of an account, a device or a weakness holds: most words do not."""
_PORT = re.compile(r":\d{1,5}$")
_VERSION = re.compile(r"\d{1,3}\.0\.0\.0")
_PLATFORMS = frozenset(
    """telegram twitter x facebook instagram whatsapp signal skype discord icq jabber xmpp wechat qq vk github gitlab
    reddit youtube tiktok linkedin mastodon session tox wickr threema line viber steam keybase exploit xss
    breachforums raidforums""".split()
)


def identify(text: str) -> Selector | None:
    """The selector that the whole string is, defanged or not; None unless its kind is beyond doubt.

    `0x` and 40 hex digits are an Ethereum address, 40 bare ones a SHA-1, `0x` and 64 nothing (a transaction).
    File names (`setup.py`), networks, `1.0.0.0` and names of malware are nothing: ask `find_names` for the last.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    bare = cleaned(text).strip("\"'`<>")
    if (digest := HASHES.get(len(bare))) is not None and _HEX.fullmatch(bare):
        return attempt(digest, bare)
    plain = refang(bare)
    if "://" in plain:
        return attempt(SelectorKind.URL, plain) if not _BLANK.search(plain) else None
    for is_of, reading in _SIGNS:
        if is_of(plain):
            return reading(plain)
    return _host_or_path(plain, marked=plain != bare)


def _address(plain: str) -> Selector | None:
    return None if _VERSION.fullmatch(plain) else attempt(SelectorKind.IPV4, plain.partition(":")[0])


def _bracketed(plain: str) -> Selector | None:
    return attempt(SelectorKind.IPV6, plain[1:].partition("]")[0])


def _colons(plain: str) -> Selector | None:
    kinds = (SelectorKind.IPV6, SelectorKind.MAC, SelectorKind.CERTIFICATE)
    return next((found for kind in kinds if (found := attempt(kind, plain)) is not None), None)


def _account(plain: str) -> Selector | None:
    known = plain.partition("|")[0].strip().casefold() in _PLATFORMS
    return attempt(SelectorKind.ACCOUNT, plain) if known else None


def _undotted(plain: str) -> Selector | None:
    if len(plain) >= _SHORTEST_WALLET and (found := wallets.recognised(plain)) is not None:
        return found
    if not _NUMBERED.search(plain):
        return None
    kinds = [SelectorKind.CVE, SelectorKind.IBAN, SelectorKind.MAC]
    if plain[:2].upper() == "AS":
        kinds.append(SelectorKind.ASN)
    return next((found for kind in kinds if (found := attempt(kind, plain)) is not None), None)


_SIGNS: tuple[tuple[Callable[[str], object], Callable[[str], Selector | None]], ...] = (
    (lambda plain: plain.startswith("+"), lambda plain: attempt(SelectorKind.PHONE, plain)),
    (_QUAD.fullmatch, _address),
    (_BRACKETED.fullmatch, _bracketed),
    (lambda plain: plain.count(":") > 1 and "/" not in plain, _colons),
    (lambda plain: "|" in plain and "/" not in plain, _account),
    (lambda plain: "@" in plain and "/" not in plain, lambda plain: attempt(SelectorKind.EMAIL, plain)),
    (lambda plain: "." not in plain, _undotted),
)
"""Signs that only one kind has, in order, and how to read what has them."""


def _host_or_path(plain: str, *, marked: bool) -> Selector | None:
    if _BLANK.search(plain):
        return None
    host, slash, path = plain.partition("/")
    host = _PORT.sub("", host)
    if _QUAD.fullmatch(host):
        if path.isdigit():
            return attempt(SelectorKind.IPV4, host) if path == "32" else None
        return attempt(SelectorKind.URL, plain) if path else attempt(SelectorKind.IPV4, host)
    if "." not in host or (not marked and is_file_like(host)):
        return None
    found = attempt(SelectorKind.DOMAIN, host)
    if found is None or not slash or not path:
        return found
    return attempt(SelectorKind.URL, plain)
