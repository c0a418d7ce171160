"""Ways in which people make an indicator harmless, one style a sharer."""

from __future__ import annotations

from collections.abc import Callable


def plain(text: str) -> str:
    return text


def square(text: str) -> str:
    """`hxxps://a[.]example/x`: dots of the host in square brackets."""
    return _host(text, lambda host: host.replace(".", "[.]")).replace("http", "hxxp", 1)


def last_dot(text: str) -> str:
    """`a.b[.]example`: only the last dot of the host."""
    return _host(text, lambda host: "[.]".join(host.rsplit(".", 1)))


def round_brackets(text: str) -> str:
    """`hXXps://a(.)example`."""
    return _host(text, lambda host: host.replace(".", "(.)")).replace("http", "hXXp", 1)


def scheme_colon(text: str) -> str:
    """`hxxps[:]//a[.]example`."""
    return square(text).replace("://", "[:]//", 1)


def spelt(text: str) -> str:
    """`name[at]a[dot]example`."""
    return _host(text, lambda host: host.replace(".", "[dot]")).replace("@", "[at]")


STYLES: tuple[Callable[[str], str], ...] = (square, last_dot, round_brackets, scheme_colon)


def _host(text: str, change: Callable[[str], str]) -> str:
    """Changes only the host of a URL, e-mail address, domain or address, never the path."""
    before, separator, rest = text.partition("://")
    if separator:
        host, slash, path = rest.partition("/")
        return before + separator + change(host) + slash + path
    local, at, host = text.rpartition("@")
    return local + at + change(host)
