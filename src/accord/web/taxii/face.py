"""What the TAXII face is given by whoever puts the application together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.taxii_receive import Received

Admit = Callable[[Node, str], Signed | None]
"""Whose API token this is, if it is one that may use TAXII and is still valid."""


def nobody(_node: Node, _token: str) -> None:
    """Admits no one: a node whose tokens nobody wired in."""


@dataclass(frozen=True, slots=True)
class Face:
    """`max_page` objects, inclusive; `received` is called when something new came in."""

    admit: Admit = nobody
    title: str = "Accord"
    max_page: int = 1_000
    received: Received | None = None
