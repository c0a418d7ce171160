"""Ids in addresses."""

from __future__ import annotations

from uuid import UUID

from accord.model.errors import AbsentError


def to_uuid(text: str) -> UUID:
    """The id; what is none is absent like one that does not exist. Raises `AbsentError`."""
    try:
        return UUID(text)
    except ValueError:
        raise AbsentError("There is nothing at this address.", action="Check it, or search.") from None


def maybe_uuid(text: str) -> UUID | None:
    """The id, or None when the text is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
