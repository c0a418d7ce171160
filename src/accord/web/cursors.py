"""Opaque cursors: a page's last key as text for the address. They grant nothing: row-level policy applies anyway."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import InputError

MAX_CHARACTERS = 1_000


def to_cursor(key: tuple[Any, ...] | None) -> str:
    """A key of texts, numbers, instants and ids as text; empty for None."""
    if key is None:
        return ""
    parts = [[_sign(part), part.isoformat() if isinstance(part, datetime) else _plain(part)] for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def from_cursor(text: str, signs: str) -> Any:
    """The key back, None for an empty text. `signs`: what it must hold, e.g. `tu` (instant, id).

    Raises `InputError` for anything that is not such a cursor.
    """
    if not text:
        return None
    try:
        return _key_of(text, signs)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InputError("This page's address is not one that Accord made.", action="Start from the list.") from error


def _key_of(text: str, signs: str) -> tuple[Any, ...]:
    if len(text) > MAX_CHARACTERS:
        raise ValueError
    parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if [sign for sign, _value in parts] != list(signs):
        raise ValueError
    return tuple(_value_of(sign, value) for sign, value in parts)


def _sign(part: Any) -> str:
    return {datetime: "t", UUID: "u", float: "f", int: "i"}.get(type(part), "s")


def _plain(part: Any) -> Any:
    return part if isinstance(part, float | int) else str(part)


def _value_of(sign: str, value: Any) -> Any:
    if sign == "t":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if sign == "u":
        return UUID(value)
    if sign in "fi":
        if isinstance(value, bool) or not isinstance(value, float | int):
            raise TypeError
        return float(value) if sign == "f" else value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    return value
