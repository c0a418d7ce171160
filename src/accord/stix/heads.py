"""What a STIX object says of its own version, read from its text without decoding the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Head(NamedTuple):
    """`version_us`: microseconds from 1970-01-01 UTC to its version; 0: it has none. `spec`: its STIX version.

    STIX 2.1, section 3.6: `modified` is the version; what has none has its `created`, and observables have neither.
    """

    version_us: int
    spec: str


class _Said(msgspec.Struct):
    modified: str | None = None
    created: str | None = None
    spec_version: str | None = None


_DECODE = msgspec.json.Decoder(_Said).decode


def head_of(raw: bytes) -> Head:
    """The head of one object; one that cannot be read has no version and counts as STIX 2.1."""
    try:
        said = _DECODE(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Head(0, "2.1")
    given = said.spec_version
    # STIX 2.0 had no such property; an observable of 2.1 may leave it out (section 3.2).
    spec = given if given in ("2.0", "2.1") else "2.1" if said.created is None else "2.0"
    return Head(instant_us(said.modified or said.created or ""), spec)


@lru_cache(maxsize=4_096)  # the objects of a bundle were often made at once
def instant_us(text: str) -> int:
    """Microseconds from 1970 to a STIX timestamp (finer ones are cut); 0 when it is none."""
    try:
        moment = datetime.fromisoformat(text[:40])
        delta = moment - _EPOCH
    except (ValueError, TypeError):  # TypeError: without a zone
        return 0
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
