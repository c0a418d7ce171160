"""What PostgreSQL can hold as text: no zero characters, no halves of surrogate pairs. Hostile input has both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """The text with what cannot be stored replaced by U+FFFD; most texts come back as they are."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def encoded(texts: Sequence[str]) -> list[bytes]:
    """The texts as UTF-8, made `storable`; all at once, since hardly ever one of them must be changed."""
    try:
        plain = [text.encode() for text in texts]
    except UnicodeEncodeError:
        plain = []
    return plain if plain and b"\0" not in b"".join(plain) else [storable(text).encode() for text in texts]


def storable_json(value: Any) -> str:
    """JSON text that jsonb takes; zero characters and lone surrogates in it are replaced by U+FFFD."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a lone surrogate, or a type that is no JSON, which then fails again
        return orjson.dumps(_storable(value), option=orjson.OPT_NON_STR_KEYS).decode()
    if r"\u0000" in text:
        text = orjson.dumps(_storable(value), option=orjson.OPT_NON_STR_KEYS).decode()
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value
