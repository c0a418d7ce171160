"""Why a selector proves nothing when two members share it.

The lists (MISP warning lists, CC0, and our own short ones) are made by tools/make_vocabulary.py. A common selector is
marked, never deleted.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors.naming import vocabulary
from accord.selectors.suffixes import is_shared_suffix
from accord.selectors.urls import host_of

_HASH_DIGITS = 16  # hex digits kept of a hash: 64 bits, so 3e4 of them meet a stranger once in 6e14
_ROLE = re.compile(
    r"(?:abuse|security|noc|soc|cert|csirt|postmaster|hostmaster|mailer-daemon|dmca|dnsadmin|registrar)@"
)
_VERSION = re.compile(r"[0-9]{1,2}\.0\.0\.[0-9]{1,2}|[0-9]\.[0-9]\.[0-9]\.0")
_ROOT = re.compile(r"[a-z]+://[^/?#]*/?")
_SAYS_NOTHING_BELOW = frozenset({"security vendor", "vendor service", "reference", "bank", "address check"})
"""Reasons that hold for every page of such a host; a file or message on a shared host is one person's."""

_WALLETS = {
    "0x" + "0" * 40: "null address",
    "0x000000000000000000000000000000000000dead": "burn address",
    "0x" + "e" * 40: "placeholder",
    "0xdac17f958d2ee523a2206206994597c13d831ec7": "token contract",
    "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48": "token contract",
    "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "token contract",
    "0x6b175474e89094c44da98b954eedeac495271d0f": "token contract",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": "token contract",
    "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb": "burn address",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": "first block",
    "1BitcoinEaterAddressDontSendf59kuE": "burn address",
    "1CounterpartyXXXXXXXXXXXXXXXUWLpVr": "burn address",
    "1111111111111111111114oLvT2": "burn address",
}


class Common(NamedTuple):
    """The lists, by value; `networks` by IP version and prefix length, longest first, then by network number."""

    host: dict[str, str]
    under: dict[str, str]
    hash: dict[str, str]
    networks: dict[int, list[tuple[int, dict[int, str]]]]


@cache
def _lists() -> Common:
    tables: dict[str, dict[str, str]] = {"host": {}, "under": {}, "hash": {}}
    by_length: dict[tuple[int, int], dict[int, str]] = {}
    packed = (files("accord.model") / "vocabulary" / "common.tsv.gz").read_bytes()
    for row in gzip.decompress(packed).decode().splitlines():
        how, value, reason = row.split("\t")
        if how == "net":
            network = ip_network(value, strict=False)
            shift = network.max_prefixlen - network.prefixlen
            by_length.setdefault((network.version, shift), {}).setdefault(int(network.network_address) >> shift, reason)
        else:
            tables[how][value] = reason
    networks: dict[int, list[tuple[int, dict[int, str]]]] = {4: [], 6: []}
    for (version, shift), table in sorted(by_length.items(), key=lambda item: item[0]):
        networks[version].append((shift, table))
    return Common(tables["host"], tables["under"], tables["hash"], networks)


@lru_cache(maxsize=1 << 16)
def common(selector: Selector) -> str:
    """A short reason in words ("public resolver"), empty when sharing the selector may prove something.

    A host below a shared one (`evil.github.io`) and a page on it may prove something; the host itself does not. Pages
    of security vendors and of makers of software prove nothing. Takes canonical selectors only.
    """
    judge = _JUDGES.get(selector.kind)
    return judge(selector) if judge is not None else ""


def _host(domain: str) -> str:
    lists = _lists()
    name = domain.removeprefix("www.")
    if (reason := lists.host.get(name) or lists.host.get(domain)) is not None:
        return reason
    if is_shared_suffix(name):
        return "shared host"
    parent = name
    while "." in parent:
        if (reason := lists.under.get(parent)) is not None:
            return reason
        parent = parent.partition(".")[2]
        if lists.host.get(parent) == "shared host":
            return ""
    return ""


def _address(address: str) -> str:
    number = int(ip_address(address))
    for shift, table in _lists().networks[6 if ":" in address else 4]:
        if (reason := table.get(number >> shift)) is not None:
            return reason
    return "version number" if _VERSION.fullmatch(address) else ""


def _url(url: str) -> str:
    host = host_of(url)
    if host.kind is not SelectorKind.DOMAIN:
        return _address(host.value) if _ROOT.fullmatch(url) else ""
    reason = _host(host.value)
    return reason if reason in _SAYS_NOTHING_BELOW or _ROOT.fullmatch(url) else ""


def _mail(address: str) -> str:
    if _ROLE.match(address):
        return "role mailbox"
    reason = _host(address.rpartition("@")[2])
    return reason if reason in ("security vendor", "bank") else ""


def _digest(digest: str) -> str:
    return "placeholder" if len(set(digest)) <= 2 else _lists().hash.get(digest[:_HASH_DIGITS], "")


_JUDGES: dict[SelectorKind, Callable[[Selector], str]] = {
    SelectorKind.DOMAIN: lambda selector: _host(selector.value),
    SelectorKind.IPV4: lambda selector: _address(selector.value),
    SelectorKind.IPV6: lambda selector: _address(selector.value),
    SelectorKind.URL: lambda selector: _url(selector.value),
    SelectorKind.EMAIL: lambda selector: _mail(selector.value),
    **dict.fromkeys((*FILE_KINDS, SelectorKind.CERTIFICATE), lambda selector: _digest(selector.value)),
    **dict.fromkeys(WALLET_KINDS, lambda selector: _WALLETS.get(selector.value, "")),
    **dict.fromkeys(NAME_KINDS, lambda selector: vocabulary().reasons.get(selector, "")),
}
