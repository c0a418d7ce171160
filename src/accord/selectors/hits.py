"""What the two passes over a text give."""

from __future__ import annotations

from accord.model.selectors import Selector

Hit = tuple[Selector, int, int]
"""A selector and where it stands in the refanged text."""
