"""What a MISP server says of events: sightings and proposals, read into words; and our words as the server takes them.

Sightings are of one attribute and of three types: seen (0), false positive (1), expired (2). A proposal (shadow
attribute) is a new attribute, another form of one that is there, or its deletion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.selectors import Selector
from accord.selectors import identify

SIGHTING, CORRECTION = "sighting", "correction"
_WORDS = {"1": "A false positive", "2": "No longer valid"}
_MAX_WORDS = 800
_MAX_VALUE = 300
_LAST_SECOND = 253_402_300_799  # of the year 9999


class Heard(NamedTuple):
    """What an organisation there says of an event. `selector`: of a sighting that names one.

    `organisation`: its UUID, empty when it is not told.
    """

    uuid: UUID
    event: UUID
    kind: str
    words: str
    at: datetime
    organisation: str
    selector: Selector | None = None


def read_sighting(document: Mapping[str, Any]) -> Heard | None:
    """A sighting as `/sightings/restSearch` gives it with its event and attribute; None for what is none."""
    event, attribute = _part(document, "Event"), _part(document, "Attribute")
    given = _ids(document.get("uuid"), event.get("uuid"))
    at = _instant(document.get("date_sighting"))
    value, said = str(attribute.get("value", ""))[:_MAX_VALUE], str(document.get("type", "0"))
    if given is None or at is None or not value or said not in ("0", *_WORDS):
        return None
    name, number = _organisation(document, "Organisation")
    source = str(document.get("source") or "")[:_MAX_VALUE]
    by = f"{name} on MISP{f', source {source}' if source else ''}"
    if said in _WORDS:
        return Heard(*given, CORRECTION, f"{_WORDS[said]}: {value}. So says {by}.", at, number)
    found = identify(value)
    return Heard(*given, SIGHTING, f"Seen by {by}{'' if found else f': {value}'}.", at, number, found)


def read_proposal(document: Mapping[str, Any]) -> Heard | None:
    """A proposal as `/shadowAttributes/index` gives it; None for what is none, or was taken or discarded."""
    given, at = _ids(document.get("uuid"), document.get("event_uuid")), _instant(document.get("timestamp"))
    if given is None or at is None or document.get("deleted") in (True, "1", 1):
        return None
    name, number = _organisation(document, "Org")
    value, type_ = str(document.get("value", ""))[:_MAX_VALUE], str(document.get("type", ""))[:40]
    if document.get("proposal_to_delete") in (True, "1", 1):
        what = f"{name} on MISP proposes to delete {type_} {value}"
    elif str(document.get("old_id") or "0") != "0":
        what = f"{name} on MISP proposes to change an attribute to {type_} {value}"
    else:
        what = f"{name} on MISP proposes to add {type_} {value}"
    comment = str(document.get("comment") or "")
    return Heard(*given, CORRECTION, f"{what}.{f' {comment}' if comment else ''}"[:_MAX_WORDS], at, number)


def attribute_of(event: Mapping[str, Any], selector: Selector) -> Mapping[str, Any] | None:
    """The attribute of an event, or of an object in it, that names a selector and was not deleted."""
    for attribute in _attributes(event):
        for part in str(attribute.get("value", "")).split("|"):
            found = identify(part[:2_000])
            if found is not None and (found.kind, found.value) == (selector.kind, selector.value):
                return attribute
    return None


def proposal(words: str) -> dict[str, Any]:
    """An attribute to propose that says these words."""
    return {"type": "text", "category": "Other", "value": words, "to_ids": False, "comment": "Correction"}


def _attributes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for holder in (event, *_dicts(event.get("Object"))):
        for attribute in _dicts(holder.get("Attribute")):
            if attribute.get("deleted") not in (True, "1", 1) and attribute.get("uuid"):
                yield attribute


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _organisation(document: Mapping[str, Any], name: str) -> tuple[str, str]:
    """What it is called, and its UUID in lower case, empty when it is not told."""
    part = _part(document, name)
    return str(part.get("name") or "Somebody")[:100], str(part.get("uuid") or "").lower()[:36]


def _ids(one: Any, event: Any) -> tuple[UUID, UUID] | None:
    try:
        return UUID(str(one)), UUID(str(event))
    except ValueError:
        return None


def _instant(seconds: Any) -> datetime | None:
    text = str(seconds)
    if not text.isascii() or not text.isdigit() or int(text[:15]) > _LAST_SECOND:
        return None
    return datetime.fromtimestamp(int(text), UTC)
