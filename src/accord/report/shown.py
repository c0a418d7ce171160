"""Selectors as a reader may see them: defanged, so that no click or paste reaches a criminal host."""

from __future__ import annotations

import re

from accord.model.maps import Node
from accord.model.selectors import NAME_KINDS, Selector, SelectorKind
from accord.report.text import middle, plain
from accord.selectors import defang, display_name

_SCHEME = re.compile(r"http(s?://)", re.IGNORECASE)
_HOSTS = frozenset({SelectorKind.DOMAIN, SelectorKind.IPV4, SelectorKind.EMAIL, SelectorKind.URL})


def thing(node: Node, most: int = 64) -> str:
    """What a node of the map is: its selector defanged, or the label of a name or a contribution."""
    kind, bar, value = node.key.partition("|")
    if node.shape in ("persona", "report") or not bar or kind != node.kind:
        return middle(plain(node.label, 400), most)
    return selector(kind, value, most)


def cluster(name: str, most: int = 40) -> str:
    """The name of a cluster; one that is named after a host is defanged like it."""
    short = middle(plain(name, 400), most)
    return short if " " in short else short.replace(".", "[.]")


def excerpt(text: str, most: int = 120) -> str:
    """A stretch of a file as it stands, but for web addresses, which no reader shall follow by a click."""
    return _SCHEME.sub(r"hxxp\1", plain(text, most))


def selector(kind: str, value: str, most: int = 64) -> str:
    """A selector shortened in its middle to about `most` characters, then defanged: no bracket is ever cut in two.

    A kind that is not in the vocabulary is taken as a host, so that nothing is shown fanged for want of a name.
    """
    short = plain(value, 400)
    try:
        known = SelectorKind(kind)
    except ValueError:
        return middle(short, most).replace(".", "[.]")
    if known in NAME_KINDS:
        return middle(plain(display_name(Selector(known, value)), 400), most)
    if known is SelectorKind.ACCOUNT:
        short = short.replace("|", ": ", 1)
    if known is SelectorKind.IPV6:  # short enough, and its shortest form says nothing
        return defang(Selector(known, short))
    dots = short.count(".") + short.count("@") if known in _HOSTS else 0
    return defang(Selector(known, middle(short, max(10, most - 2 * min(dots, 3)))))
