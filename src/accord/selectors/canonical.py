"""The one canonical value of a written selector. Rules and vectors: docs/reference/selectors.md."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from accord.model.errors import InputError, LimitError
from accord.model.selectors import FILE_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors import hosts, identifiers, urls, wallets
from accord.selectors.naming import main_name
from accord.selectors.refanging import refang

MAX_CHARACTERS = 8192
"""Longest text taken for a selector; browsers and servers refuse longer addresses too."""

HASHES = {digits: kind for kind, digits in identifiers.HEX_DIGITS.items()}
"""The hash that a bare hex string is, by its length."""

_MAX_REMEMBERED = 256  # characters; longer texts are not cached, so that the cache stays under some 60 MB
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])


def canonical(kind: SelectorKind, text: str) -> Selector:
    """The selector that a text of this kind is, refanged first; surrounding blanks and invisible characters ignored.

    Private and reserved addresses are refused, but documentation ranges (192.0.2.0/24, 198.51.100.0/24,
    203.0.113.0/24, 2001:db8::/32) and the names `.example` and `.test` are **accepted**: exercises consist of them.
    An IPv4-mapped IPv6 address comes back as IPv4. Names of malware and actors come back as their main name in the
    MISP galaxy, casefolded; unknown names stay as they are.

    Raises `InputError` with a short reason, the same for the same cause, and `LimitError` over 8,192 characters.
    """
    if len(text) > _MAX_REMEMBERED:
        if len(text) > MAX_CHARACTERS:
            raise LimitError("It is longer than any selector.")
        return _fresh(kind, text)
    result = _remembered(kind, text)
    if isinstance(result, Selector):
        return result
    raise InputError(result)


def attempt(kind: SelectorKind, text: str) -> Selector | None:
    """As `canonical`, but None instead of an error."""
    if len(text) > _MAX_REMEMBERED:
        try:
            return canonical(kind, text)
        except InputError:
            return None
    result = _remembered(kind, text)
    return result if isinstance(result, Selector) else None


@lru_cache(maxsize=1 << 16)
def _remembered(kind: SelectorKind, text: str) -> Selector | str:
    """The selector, or why there is none: refusals are remembered too."""
    try:
        return _fresh(kind, text)
    except InputError as error:
        return error.message


def _fresh(kind: SelectorKind, text: str) -> Selector:
    return _RULES[kind](refang(cleaned(text)))


def cleaned(text: str) -> str:
    """Without surrounding blanks and without characters that nobody sees."""
    return text.strip() if text.isascii() else text.translate(_INVISIBLE).strip()


def _rule(kind: SelectorKind, rule: Callable[[str], str]) -> Callable[[str], Selector]:
    return lambda text: Selector(kind, rule(text))


def _name(kind: SelectorKind, text: str) -> str:
    return main_name(kind, identifiers.name(text))


_RULES: dict[SelectorKind, Callable[[str], Selector]] = {
    SelectorKind.DOMAIN: _rule(SelectorKind.DOMAIN, hosts.domain),
    SelectorKind.IPV4: hosts.address,
    SelectorKind.IPV6: hosts.address,
    SelectorKind.URL: _rule(SelectorKind.URL, urls.url),
    SelectorKind.EMAIL: _rule(SelectorKind.EMAIL, identifiers.email),
    SelectorKind.PHONE: _rule(SelectorKind.PHONE, identifiers.phone),
    SelectorKind.ACCOUNT: _rule(SelectorKind.ACCOUNT, identifiers.account),
    SelectorKind.IBAN: _rule(SelectorKind.IBAN, identifiers.iban),
    SelectorKind.CERTIFICATE: _rule(SelectorKind.CERTIFICATE, identifiers.certificate),
    SelectorKind.CVE: _rule(SelectorKind.CVE, identifiers.cve),
    SelectorKind.ASN: _rule(SelectorKind.ASN, identifiers.asn),
    SelectorKind.MAC: _rule(SelectorKind.MAC, identifiers.mac),
    **{kind: _rule(kind, partial(identifiers.digest, kind)) for kind in FILE_KINDS},
    **{kind: _rule(kind, partial(wallets.wallet, kind)) for kind in WALLET_KINDS},
    **{kind: _rule(kind, partial(_name, kind)) for kind in (SelectorKind.MALWARE, SelectorKind.ACTOR)},
}


def hosts_of(selector: Selector) -> tuple[Selector, ...]:
    """The hosts inside a selector: of a web address its domain or address, of an e-mail address its domain."""
    if selector.kind is SelectorKind.URL:
        return (urls.host_of(selector.value),)
    if selector.kind is SelectorKind.EMAIL:
        return (Selector(SelectorKind.DOMAIN, selector.value.rpartition("@")[2]),)
    return ()
