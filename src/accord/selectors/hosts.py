"""Canonical hosts: domain names and addresses.

Sources: UTS 46 (non-transitional), RFC 5952 (IPv6 text), RFC 4291 section 2.5.5.2 (mapped addresses), IANA
special-purpose registries (RFC 6890). Documentation ranges (RFC 5737, RFC 3849) and names (RFC 2606) are
**accepted**, because exercises consist of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from ada_url import idna_to_ascii

from accord.model.errors import InputError
from accord.model.selectors import Selector, SelectorKind
from accord.selectors.suffixes import is_known_top, is_registry_suffix

_MAX_DOMAIN = 253  # RFC 1035, section 2.3.4, without the final dot
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_QUAD_IN_IPV6 = re.compile(r"(?:[0-9a-fA-F:]+:)(\d+\.\d+\.\d+\.\d+)")
_REFUSED_IPV4 = re.compile(
    r"(?:0|10|127|22[4-9]|2[3-5][0-9])\.|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|169\.254\."
    r"|172\.(?:1[6-9]|2[0-9]|3[01])\.|192\.0\.0\.|192\.88\.99\.|192\.168\.|198\.1[89]\."
)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ASCII_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})")

NO_DOMAIN = "This is no domain name."
NO_SUFFIX = "Its last label is no top-level domain."
A_SUFFIX = "This is a registry's suffix, not a domain somebody holds."
NO_IPV4 = "This is no IPv4 address."
NO_IPV6 = "This is no IPv6 address."
NOT_GLOBAL = "The address is private or reserved."


def domain(text: str) -> str:
    """The A-label form, lower case, without a final dot.

    Raises `InputError` unless the last label is a top-level domain of the Public Suffix List, or `.example`/`.test`.
    Underscores are let through: names that are resolved but not registered have them.
    """
    name = text.lower()
    if not name.isascii() or "xn--" in name:
        try:
            name = idna_to_ascii(name.strip(".")).decode("ascii")
        except ValueError:
            raise InputError(NO_DOMAIN) from None
    name = name.removesuffix(".")
    if len(name) > _MAX_DOMAIN or not _ASCII_DOMAIN.fullmatch(name):
        raise InputError(NO_DOMAIN)
    if not is_known_top(name[name.rindex(".") + 1 :]):
        raise InputError(NO_SUFFIX)
    if name.count(".") < 3 and is_registry_suffix(name):
        raise InputError(A_SUFFIX)
    return name


def ipv4(text: str) -> str:
    """Dotted quad without leading zeros. Raises `InputError` for private and reserved addresses and for networks."""
    if not _IPV4.fullmatch(text):
        raise InputError(NO_IPV4)
    if _REFUSED_IPV4.match(text):
        raise InputError(NOT_GLOBAL)
    return text


def address(text: str) -> Selector:
    """An IPv4 or IPv6 address; a mapped one (`::ffff:192.0.2.1`) becomes IPv4.

    IPv6 must be global unicast (2000::/3) or documentation; RFC 5952 text. Raises `InputError`.
    """
    if ":" not in text:
        return Selector(SelectorKind.IPV4, ipv4(text))
    bare = text.removeprefix("[").removesuffix("]")
    try:
        number = IPv6Address(bare) if "%" not in bare and len(bare) <= 45 else None
    except AddressValueError:
        number = None
    if number is None:
        raise InputError(NO_IPV6)
    if number.ipv4_mapped is not None:
        return Selector(SelectorKind.IPV4, ipv4(str(number.ipv4_mapped)))
    top = int(number) >> 96
    # 2001::/23 is for protocols (IANA), among them Teredo; documentation lies outside of it.
    if not 0x20000000 <= top <= 0x3FFFFFFF or 0x20010000 <= top <= 0x200101FF:
        raise InputError(NOT_GLOBAL)
    return Selector(SelectorKind.IPV6, number.compressed)


@lru_cache(maxsize=1 << 14)
def host(text: str) -> Selector:
    """A domain or an address, whichever it is; `[…]` around IPv6 is let through. Raises `InputError`."""
    if ":" in text or text[-1:].isdigit():
        return address(text)
    return Selector(SelectorKind.DOMAIN, domain(text))


def network_of(ip: str) -> str:
    """The neighbourhood of a canonical address: `192.0.2.0/24`, or `2001:db8:1::/48`."""
    if ":" not in ip:
        return f"{ip.rpartition('.')[0]}.0/24"
    start = IPv6Address(int(IPv6Address(ip)) >> 80 << 80)
    return f"{start.compressed}/48"
