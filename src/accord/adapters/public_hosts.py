"""Whether an address leads to a host on the public internet: what people of a node may have it send to, or ask."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from accord.model.errors import InputError, NodeError, RefusedError


def public_address(url: str, *, allow_private: bool = False) -> str:
    """An IP address of the URL's host, after all that it has were checked. Raises `RefusedError`, `NodeError`.

    `allow_private`: also http, and private networks, for tests and closed installations.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise InputError("This is no address.", action="Give it as https://…") from None
    if parts.scheme != "https" and not allow_private:
        raise RefusedError("Only https addresses will do.", action="Change the address.")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter for a label that is empty or too long
        raise NodeError("The host's name does not resolve.", action="Check the address.") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise RefusedError("The host is not at a public address.", action="Change the address.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet reaches; an IPv4 address inside an IPv6 one counts."""
    given = ipaddress.ip_address(address)
    if isinstance(given, ipaddress.IPv6Address):
        inner = given.ipv4_mapped or given.sixtofour or (given.teredo[1] if given.teredo else None)
        if given in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return given.is_global and not given.is_multicast and not given.is_reserved
