"""Selectors as a reader may see them: defanged, so that no click or paste reaches a criminal host."""

from __future__ import annotations

from accord.model.maps import Node
from accord.model.selectors import SelectorKind
from accord.report.text import middle, plain

_ADDRESSES = frozenset({"domain", "ipv4", "email", "url"})


def thing(node: Node, most: int = 64) -> str:
    """What a node of the map is: its selector defanged, or the label of a name or a contribution."""
    kind, bar, value = node.key.partition("|")
    if node.shape in ("persona", "report") or not bar or kind != node.kind:
        return middle(plain(node.label, 400), most)
    return selector(kind, value, most)


def selector(kind: str, value: str, most: int = 64) -> str:
    """A selector shortened in its middle to about `most` characters, then defanged: no bracket is ever cut in two."""
    if kind == SelectorKind.ACCOUNT:
        value = value.replace("|", ": ", 1)
    short = plain(value, 400)
    if kind in _ADDRESSES:
        dots = short.count(".") + short.count("@")
        short = middle(short, max(10, most - 2 * min(dots, 3)))
        if short.startswith("http"):
            short = short.replace("http", "hxxp", 1)
        return short.replace(".", "[.]").replace("@", "[@]")
    if kind == SelectorKind.IPV6:
        return short.replace(":", "[:]")
    return middle(short, most)
