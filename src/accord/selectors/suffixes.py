"""The Public Suffix List, as packed with `publicsuffixlist` (https://publicsuffix.org/list/)."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from idna import encode
from publicsuffixlist import PublicSuffixList

RESERVED_SUFFIXES = frozenset({"example", "test"})
"""RFC 2606 names that exercises and documentation use: accepted as if they were on the list."""


@cache
def _whole_list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def _registry_list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@cache
def _tops() -> frozenset[str]:
    """Last labels of all rules: some top-level domains stand on the list with their second levels only (`co.za`)."""
    text = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    rules = (line.strip() for line in text.splitlines())
    return RESERVED_SUFFIXES.union(
        encode(rule.rpartition(".")[2]).decode() for rule in rules if rule and not rule.startswith("//")
    )


class _Named(NamedTuple):
    """Names as A-labels: `all` of which a rule says something, `above` those under which every name is a suffix."""

    all: frozenset[str]
    above: frozenset[str]


@cache
def _ruled() -> _Named:
    text = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    lines = (line.split(" ")[0].strip().lower() for line in text.splitlines())
    rules = [line if line.isascii() else line.encode("idna").decode() for line in lines if line and line[:2] != "//"]
    above = frozenset(rule[2:] for rule in rules if rule.startswith("*."))
    return _Named(frozenset(rule.removeprefix("!").removeprefix("*.") for rule in rules), above)


def _may_be_suffix(domain: str) -> bool:
    """False for nearly all names, without a walk through their labels; the list itself decides on the others."""
    named = _ruled()
    return domain in named.all or domain.partition(".")[2] in named.above


def is_known_top(label: str) -> bool:
    """True when the last label of a name, an A-label in lower case, is a top-level domain of the list."""
    return label in _tops()


def is_registry_suffix(domain: str) -> bool:
    """True for names under which a registry sells names (`co.uk`), which nobody holds alone."""
    if domain in RESERVED_SUFFIXES or not _may_be_suffix(domain):
        return False
    return bool(_registry_list().publicsuffix(domain) == domain)


@lru_cache(maxsize=65536)
def registered_domain(domain: str) -> str | None:
    """The part of a canonical domain that somebody registered: one label more than its public suffix.

    Private suffixes count (`evil.github.io` is held by somebody else than `github.io`). None for a suffix itself.
    """
    head, dot, top = domain.rpartition(".")
    if not dot:
        return None
    if top in RESERVED_SUFFIXES:
        return f"{head.rpartition('.')[2]}.{top}"
    held = _whole_list().privatesuffix(domain, accept_unknown=False)
    return str(held) if held else None


@lru_cache(maxsize=65536)
def is_shared_suffix(domain: str) -> bool:
    """True for a private suffix (`github.io`): one holder, and names below it that belong to others."""
    if not _may_be_suffix(domain):
        return False
    suffixes = _whole_list()
    if suffixes.publicsuffix(domain, accept_unknown=False) != domain or is_registry_suffix(domain):
        return False
    # Under a rule such as `*.localto.net` every name is a suffix: then each is somebody's.
    sibling = f"no-such-name.{domain.partition('.')[2]}"
    return bool(suffixes.publicsuffix(sibling, accept_unknown=False) != sibling)
