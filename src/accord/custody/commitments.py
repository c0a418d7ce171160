"""Salted commitments: what an entry binds itself to without saying it, so that it can be erased later.

Each field has a salt of its own, made from the event's one secret; so a single field can be disclosed, and deleting
the secret makes all of them unopenable: without 32 random bytes no guess at the content can be confirmed.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from accord.custody.errors import ErasedError, MalformedError

SECRET_BYTES = 32
MAX_VALUE_BYTES = 1 << 20  # canonical JSON of one field; the log holds 32 bytes of it
_MAX_DEPTH = 16
_MAX_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: what IEEE 754 doubles hold exactly
_LABEL = b"accord-commitment/v1\0"


class Opening(NamedTuple):
    """A field laid open: whoever has the entry can check it."""

    field: str
    salt: bytes
    value: Any

    def verify(self, commitment: bytes) -> None:
        """Raises `ErasedError` unless this is what the commitment was made of."""
        if not hmac.compare_digest(commit(self.salt, self.field, self.value), commitment):
            raise ErasedError(
                f"The field {self.field!r} as shown is not what the entry committed to.",
                proves="What is shown was changed after it was logged, or belongs to another entry.",
            )


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of what every JSON library writes alike: no fractions, names of objects in ASCII.

    Raises `MalformedError` for anything else. (Write a fraction as a text: how it was rounded is part of it.)
    """
    if type(value) is not str:
        _check(value, _MAX_DEPTH)
    try:
        data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise MalformedError("A text has half a character (a lone surrogate).") from None
    if len(data) > MAX_VALUE_BYTES:
        raise MalformedError(f"A value of {len(data)} bytes is larger than {MAX_VALUE_BYTES}.")
    return data


def _check(value: Any, depth: int) -> None:
    match value:
        case str() | bool() | None:
            return
        case int() if abs(value) <= _MAX_INTEGER:
            return
        case list() | tuple() if depth:
            for item in value:
                _check(item, depth - 1)
        case dict() if depth and all(type(name) is str and name.isascii() for name in value):
            for item in value.values():
                _check(item, depth - 1)
        case _:
            raise MalformedError(
                f"A {type(value).__name__} cannot be committed to: only texts, whole numbers up to 2^53, lists, and "
                "objects with ASCII names, at most 16 deep."
            )


def salt_of(secret: bytes, field: str) -> bytes:
    """The salt of one field, 32 bytes; says nothing about those of other fields."""
    return hmac.digest(secret, field.encode(), "sha256")


def commit(salt: bytes, field: str, value: Any) -> bytes:
    """32 bytes that stand for a field and its value."""
    return sha256(_LABEL + salt + canonical(field) + b":" + canonical(value)).digest()


def open_fields(secret: bytes, fields: Mapping[str, Any]) -> dict[str, Opening]:
    """What discloses these fields. Raises `MalformedError` when the secret is not of 32 bytes."""
    if len(secret) != SECRET_BYTES:
        raise MalformedError("The secret of an event has 32 random bytes.")
    return {name: Opening(name, salt_of(secret, name), value) for name, value in fields.items()}
