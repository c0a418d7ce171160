"""Names of malware families and actors in running text."""

from __future__ import annotations

from collections.abc import Iterator

from accord.model.selectors import Selector


def find_names(text: str) -> Iterator[tuple[Selector, int, int]]:
    """Each name with where it stands (`text[start:end]`)."""
    return iter(())
