"""A whole string as one selector, its kind guessed: search boxes and cells."""

# ruff: noqa: SIM905 - word lists read better as text

from __future__ import annotations

import re

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import wallets
from accord.selectors.canonical import HASHES, MAX_CHARACTERS, attempt, cleaned
from accord.selectors.plausible import is_file_like
from accord.selectors.refanging import refang

_HEX = re.compile(r"[0-9a-fA-F]+")
_QUAD = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?")
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](:\d{1,5})?")
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
    plain = refang(bare)
    if not plain or (kind_free := _by_sign(plain)) is _NONE:
        return None
    if isinstance(kind_free, Selector):
        return kind_free
    return _host_or_path(plain, marked=plain != bare)


class _Nothing:
    """Decided: it is no selector."""


_NONE = _Nothing()


def _by_sign(plain: str) -> Selector | _Nothing | None:
    """By a sign that only one kind has; None: no such sign."""
    if "://" in plain:
        return _whole(attempt(SelectorKind.URL, plain)) if not re.search(r"\s", plain) else _NONE
    if plain[0] == "+":
        return _whole(attempt(SelectorKind.PHONE, plain))
    if (match := _QUAD.fullmatch(plain)) is not None:
        return _NONE if _VERSION.fullmatch(plain) else _whole(attempt(SelectorKind.IPV4, match[1]))
    if (match := _BRACKETED.fullmatch(plain)) is not None:
        return _whole(attempt(SelectorKind.IPV6, match[1]))
    if plain.count(":") > 1:
        found = attempt(SelectorKind.IPV6, plain) or attempt(SelectorKind.MAC, plain)
        return _whole(found or (attempt(SelectorKind.CERTIFICATE, plain)))
    if "|" in plain:
        platform = plain.partition("|")[0].strip().casefold()
        return _whole(attempt(SelectorKind.ACCOUNT, plain) if platform in _PLATFORMS else None)
    if "@" in plain and "/" not in plain:
        return _whole(attempt(SelectorKind.EMAIL, plain))
    return _undotted(plain)


def _whole(found: Selector | None) -> Selector | _Nothing:
    return _NONE if found is None else found


def _undotted(plain: str) -> Selector | _Nothing | None:
    if "." in plain:
        return None
    kind = HASHES.get(len(plain))
    if kind is not None and _HEX.fullmatch(plain):
        return _whole(attempt(kind, plain))
    if len(plain) >= 25 and (found := wallets.recognised(plain)) is not None:
        return found
    for kind in (SelectorKind.CVE, SelectorKind.IBAN, SelectorKind.MAC):
        if (found := attempt(kind, plain)) is not None:
            return found
    if plain[:2].upper() == "AS":
        return _whole(attempt(SelectorKind.ASN, plain))
    return _NONE if "/" not in plain else None


def _host_or_path(plain: str, *, marked: bool) -> Selector | None:
    if re.search(r"\s", plain):
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
