"""Selectors: canonical identifiers that two members can hold in common."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SelectorKind(StrEnum):
    """Kinds in the order in which people are shown them."""

    DOMAIN = "domain"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"  # platform|handle
    IBAN = "iban"
    BTC = "btc"
    ETH = "eth"
    TRX = "trx"
    XMR = "xmr"
    LTC = "ltc"
    BCH = "bch"
    DOGE = "doge"
    DASH = "dash"
    ZEC = "zec"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"
    CERTIFICATE = "certificate"  # fingerprint, lower hex
    CVE = "cve"
    ASN = "asn"
    MAC = "mac"
    MALWARE = "malware"  # a family's name: what both call it, not what both hold
    ACTOR = "actor"  # a group's name


NAME_KINDS = frozenset({SelectorKind.MALWARE, SelectorKind.ACTOR})
WALLET_KINDS = frozenset(SelectorKind(k) for k in ("btc", "eth", "trx", "xmr", "ltc", "bch", "doge", "dash", "zec"))
FILE_KINDS = frozenset(SelectorKind(k) for k in ("md5", "sha1", "sha256", "sha512"))


class Selector(NamedTuple):
    """A kind and its one canonical value (`notes`: docs/reference/selectors.md)."""

    kind: SelectorKind
    value: str
