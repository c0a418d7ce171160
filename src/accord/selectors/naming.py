"""Names of malware families and actors that mean the same: the vocabulary made from the MISP galaxy."""

from __future__ import annotations

from accord.model.selectors import SelectorKind


def main_name(kind: SelectorKind, name: str) -> str:
    """The main name of what a folded name stands for; the name itself when the vocabulary has none."""
    return name
