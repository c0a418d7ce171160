"""Why a selector proves nothing when two members share it."""

from __future__ import annotations

from accord.model.selectors import Selector


def common(selector: Selector) -> str:
    """A short reason in words ("public resolver"), empty when sharing it may prove something."""
    return ""
