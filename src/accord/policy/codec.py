"""Handlings as JSON, for storage, files and peers: the same handling is the same bytes, whoever writes it.

Format 1 has no `version` but the first nine fields and `also`; the store's oldest rows are in it and keep their
digests. Format 2 says `"version": 2` and adds fields, each only where it is not at its default. What a reader does not
know (a field, a label, a newer version) is kept in `Handling.unknown` and written back; while it is there, nobody may
see the thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

from accord.model.errors import LimitError, UnreadableError
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.lattice import parts

VERSION = 2
MAX_PARTS = 10_000
"""Simple handlings in one document; the meet of everything on a node has as many as there are audiences."""
MAX_NAMES = 10_000
"""Entries of one set."""
FIRST_FIELDS = (
    "tlp", "pap", "circles", "originators", "purposes", "jurisdictions", "excluded_members", "embargo_until",
    "expires_at",
)  # fmt: skip
"""Always written; a document without one of them was cut."""


def to_document(handling: Handling) -> dict[str, Any]:
    """A handling as JSON: sets sorted, so that equal handlings are the same bytes (RFC 8785); instants in UTC."""
    own = replace(handling, also=frozenset())
    others = parts(handling) - {own}
    document = _simple(own)
    if others:
        document["also"] = sorted((_simple(other) for other in others), key=rfc8785.dumps)
    return document


def from_document(document: Mapping[str, Any]) -> Handling:
    """The inverse of `to_document`. Total on any JSON object within bounds: what it cannot read hides the thing.

    Raises `UnreadableError` when it is no object, `LimitError` beyond `MAX_PARTS` or `MAX_NAMES`.
    """
    if not isinstance(document, Mapping):
        raise UnreadableError("A handling is a JSON object.", action="Hand it in as Accord writes it.")
    also = document.get("also", [])
    if isinstance(also, list) and len(also) >= MAX_PARTS:
        raise LimitError(f"A handling has more than {MAX_PARTS} parts.", action="Derive from fewer things.")
    values: dict[str, Any] = {}
    unknown = {_kept(name, "missing") for name in FIRST_FIELDS if name not in document}
    for name, given in document.items():
        if name == "version" and given == VERSION and not isinstance(given, bool):
            continue
        try:
            if name == "unknown":
                unknown.update(_set(_text)(given) or ())
            else:
                values[name] = _READ[name](given)
        except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
            unknown.add(_kept(name, given))
    return Handling(**values, unknown=frozenset(unknown))


def _simple(handling: Handling) -> dict[str, Any]:
    document = {
        "tlp": handling.tlp.name,
        "pap": handling.pap.name,
        "circles": _texts(handling.circles),
        "originators": _texts(handling.originators),
        "purposes": _texts(handling.purposes),
        "jurisdictions": _texts(handling.jurisdictions),
        "excluded_members": _texts(handling.excluded_members),
        "embargo_until": handling.embargo_until and _instant(handling.embargo_until),
        "expires_at": handling.expires_at and _instant(handling.expires_at),
    }
    added = {
        "retain_until": handling.retain_until and _instant(handling.retain_until),
        "originator_control": handling.originator_control,
        "codes": _texts(handling.codes),
        "limits": handling.limits,
        "permitted": _texts(handling.permitted),
        "grade": handling.grade and handling.grade.label,
        "unknown": _texts(handling.unknown),
    }
    used = {name: value for name, value in added.items() if value}
    return {**document, **used, "version": VERSION} if used else document


def _kept(name: str, given: Any) -> str:
    """A rule that is not understood, as text that says it exactly."""
    try:
        return rfc8785.dumps({"name": str(name), "value": given}).decode()
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError):
        return rfc8785.dumps({"name": ascii(name)}).decode()


def _set(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def several(given: Any) -> Any:
        if given is None:
            return None
        if not isinstance(given, list):
            raise TypeError("a set is an array")
        if len(given) > MAX_NAMES:
            raise LimitError(f"A handling names more than {MAX_NAMES} things.", action="Use a circle.")
        return frozenset(read(one) for one in given)

    return several


def _given(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Null is not a value of this field."""

    def there(given: Any) -> Any:
        if given is None:
            raise TypeError("null says nothing here")
        return read(given)

    return there


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError("text is a string")
    given.encode()  # a lone surrogate is no text
    return given


def _uuid(given: Any) -> UUID:
    return UUID(_text(given))


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    moment = datetime.fromisoformat(_text(given))
    if moment.tzinfo is None:
        raise ValueError("an instant says its zone")
    return moment.astimezone(UTC)


def _truth(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError("true or false")
    return given


def _alsos(given: Any) -> frozenset[Handling]:
    if not isinstance(given, list) or any(not isinstance(one, Mapping) or "also" in one for one in given):
        raise TypeError("parts are a flat array of objects")
    return frozenset(from_document(one) for one in given)


def _code(given: Any) -> HandlingCode:
    return HandlingCode(_text(given))


def _labelled_tlp(given: Any) -> Tlp:
    return Tlp[_text(given)]


def _labelled_pap(given: Any) -> Pap:
    return Pap[_text(given)]


def _graded(given: Any) -> Grade:
    return Grade.from_label(_text(given))


_READ: dict[str, Callable[[Any], Any]] = {
    "tlp": _labelled_tlp,
    "pap": _labelled_pap,
    "circles": _set(_uuid),
    "originators": _given(_set(_uuid)),
    "purposes": _set(_text),
    "jurisdictions": _set(_text),
    "excluded_members": _given(_set(_uuid)),
    "embargo_until": _moment,
    "expires_at": _moment,
    "retain_until": _moment,
    "originator_control": _truth,
    "codes": _given(_set(_code)),
    "limits": _text,
    "permitted": _given(_set(_uuid)),
    "grade": _graded,
    "also": _alsos,
}


def _texts(values: frozenset[Any] | None) -> list[str] | None:
    return None if values is None else sorted(str(value) for value in values)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
