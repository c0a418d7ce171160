"""Selectors and MISP's words for them: attribute types, and the objects where no attribute type says it."""

from __future__ import annotations

from collections.abc import Mapping

from accord.model.ids import derived_id
from accord.model.selectors import Selector, SelectorKind

ROW, LINK = "accord-row", "accord-link"
"""Our own objects: their object relations are kinds of selectors."""
WRITTEN_BY = "accord_format"
"""A member of events that we made: their title and comments repeat what their attributes say. MISP drops it."""
COIN, ACCOUNT = "coin-address", "user-account"

_TYPES: Mapping[SelectorKind, str] = {
    SelectorKind.DOMAIN: "domain",
    SelectorKind.IPV4: "ip-dst",
    SelectorKind.IPV6: "ip-dst",
    SelectorKind.URL: "url",
    SelectorKind.EMAIL: "email",
    SelectorKind.PHONE: "phone-number",
    SelectorKind.IBAN: "iban",
    SelectorKind.BTC: "btc",
    SelectorKind.XMR: "xmr",
    SelectorKind.DASH: "dash",
    SelectorKind.MD5: "md5",
    SelectorKind.SHA1: "sha1",
    SelectorKind.SHA256: "sha256",
    SelectorKind.SHA512: "sha512",
    SelectorKind.CVE: "vulnerability",
    SelectorKind.ASN: "AS",
    SelectorKind.MAC: "mac-address",
}
_FINGERPRINTS = {32: "x509-fingerprint-md5", 40: "x509-fingerprint-sha1", 64: "x509-fingerprint-sha256"}
_CATEGORIES = {
    "iban": "Financial fraud",
    "btc": "Financial fraud",
    "xmr": "Financial fraud",
    "dash": "Financial fraud",
    "phone-number": "Person",
    "email": "Payload delivery",
    "md5": "Payload delivery",
    "sha1": "Payload delivery",
    "sha256": "Payload delivery",
    "sha512": "Payload delivery",
    "vulnerability": "External analysis",
    "text": "Other",
}
SYMBOLS: Mapping[str, SelectorKind] = {
    "btc": SelectorKind.BTC,
    "eth": SelectorKind.ETH,
    "trx": SelectorKind.TRX,
    "tron": SelectorKind.TRX,
    "xmr": SelectorKind.XMR,
    "ltc": SelectorKind.LTC,
    "bch": SelectorKind.BCH,
    "doge": SelectorKind.DOGE,
    "dash": SelectorKind.DASH,
    "zec": SelectorKind.ZEC,
}
"""`symbol` of a `coin-address` object, in lower case."""
_OBJECT_COINS = frozenset(
    {SelectorKind.ETH, SelectorKind.TRX, SelectorKind.LTC, SelectorKind.BCH, SelectorKind.DOGE, SelectorKind.ZEC}
)
TEMPLATES: Mapping[str, tuple[str, str, str]] = {
    ROW: (str(derived_id("misp-template", ROW)), "1", "misc"),
    LINK: (str(derived_id("misp-template", LINK)), "1", "misc"),
    # As MISP's own objects repository has them.
    COIN: ("d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7", "financial"),
    ACCOUNT: ("49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6", "misc"),
}
"""Name → UUID and version of the template, meta-category."""


def attribute_type(selector: Selector) -> str:
    """The attribute type of a selector; `text` where MISP has none."""
    if selector.kind is SelectorKind.CERTIFICATE:
        return _FINGERPRINTS.get(len(selector.value), "text")
    return _TYPES.get(selector.kind, "text")


def category_of(type_: str) -> str:
    """A category that MISP allows for an attribute type."""
    return _CATEGORIES.get(type_, "Network activity")


def object_of(selector: Selector) -> tuple[str, list[tuple[str, str, str]]] | None:
    """The object for a selector without an attribute type: name, then (relation, type, value); None when it has one."""
    if selector.kind in _OBJECT_COINS:
        return COIN, [("address-crypto", "text", selector.value), ("symbol", "text", selector.kind.value.upper())]
    if selector.kind is SelectorKind.ACCOUNT:
        platform, _, handle = selector.value.partition("|")
        return ACCOUNT, [("account-type", "text", platform), ("username", "text", handle)]
    return None


def kind_of_relation(relation: str) -> SelectorKind | None:
    """The kind that an object relation of ours names."""
    try:
        return SelectorKind(relation)
    except ValueError:
        return None
