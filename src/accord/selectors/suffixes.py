"""The Public Suffix List, as packed with `publicsuffixlist` (https://publicsuffix.org/list/)."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

RESERVED_SUFFIXES = frozenset({"example", "test"})
"""RFC 2606 names that exercises and documentation use: accepted as if they were on the list."""


@cache
def _whole_list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def _registry_list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)
def is_known_top(label: str) -> bool:
    """True when the last label of a name, an A-label in lower case, is a top-level domain of the list."""
    if label in RESERVED_SUFFIXES:
        return True
    return _registry_list().publicsuffix(f"a.b.{label}", accept_unknown=False) is not None


def is_registry_suffix(domain: str) -> bool:
    """True for names under which a registry sells names (`co.uk`), which nobody holds alone."""
    return domain not in RESERVED_SUFFIXES and bool(_registry_list().publicsuffix(domain) == domain)


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
    suffixes = _whole_list()
    if suffixes.publicsuffix(domain, accept_unknown=False) != domain or is_registry_suffix(domain):
        return False
    # Under a rule such as `*.localto.net` every name is a suffix: then each is somebody's.
    sibling = f"no-such-name.{domain.partition('.')[2]}"
    return bool(suffixes.publicsuffix(sibling, accept_unknown=False) != sibling)
