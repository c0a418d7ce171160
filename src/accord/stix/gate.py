"""The gate every STIX object passes before it counts as a claim.

`check` refuses, `remarks` only tells. The order, after the OASIS schema of the type:
1. `modified` is not before `created`, ends are not before beginnings, days exist (that one id and one modified time
   mean one content is for the reader of the whole file: `accord.formats`).
2. Reference properties point to allowed types.
3. Markings point to marking-definitions; TLP and PAP objects carry their fixed ids.
4. Cyber-observables carry their deterministic id: told, never rewritten (the standard allows a random one).
5. Open vocabularies: told. Closed enumerations: refused, by the schema.
Unknown types and properties are legal and survive (STIX 2.1, section 11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from accord.stix import markings, references, schemas, times, vocabularies
from accord.stix.deterministic import deterministic_id

_TYPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*-?\Z")
_ID = re.compile(r"[a-z][a-z0-9-]*--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")
_STAMP = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?Z\Z")
_MAX_TYPE_CHARS = 250  # STIX 2.1, section 3.1
_LOOKED_AT = times.TIMES | references.NAMES
_RULES: Mapping[str, str] = {
    "required": "lacks a required property",
    "pattern": "is not in the required form",
    "enum": "is none of the allowed values",
    "type": "has the wrong type",
    "minItems": "is an empty list",
    "minimum": "is too small",
    "maximum": "is too large",
    "additionalProperties": "holds a property that is not allowed",
    "falseSchema": "is not allowed",
    "oneOf": "is in none of the allowed forms",
    "anyOf": "is in none of the allowed forms",
    "not": "holds a reserved property",
    "format": "is not in the required form",
    "minLength": "is too short",
    "maxLength": "is too long",
}


def version_of(obj: Mapping[str, Any]) -> str:
    """`2.1` when the object says so, or is an observable with its own id; else `2.0`, which had no such field."""
    said, type_ = obj.get("spec_version"), obj.get("type")
    alone = said is None and isinstance(type_, str) and "created" not in obj
    return "2.1" if said == "2.1" or (alone and type_ in schemas.observables("2.1")) else "2.0"


def check(obj: Mapping[str, Any], version: str | None = None) -> list[str]:
    """Why this object is no valid STIX, as sentences that are the same for the same cause; empty: it is valid.

    `version`: `2.0` or `2.1`; None takes what `version_of` says. Never raises for content that came out of JSON.
    """
    type_, id_ = obj.get("type"), obj.get("id")
    version = version or version_of(obj)
    known = isinstance(type_, str) and type_ in schemas.types(version)
    if not isinstance(type_, str) or not (known or _proper(type_)):
        return ["the object has no proper type"]
    if not isinstance(id_, str) or not _ID.match(id_):
        return ["the id is malformed"]
    if id_.partition("--")[0] != type_:
        return ["the id is of another type than the object"]
    found = [_sentence(type_, fault) for fault in schemas.faults(version, obj)] if known else _unknown_type(obj)
    if found:
        return found
    in_time, referring = _rules(type_, version, _LOOKED_AT.intersection(obj))
    return times.faults(obj, in_time) + references.faults(obj, referring) + markings.faults(obj)


def remarks(obj: Mapping[str, Any]) -> list[str]:
    """What is worth telling about a valid object without refusing it (rules 4 and 5), as sentences."""
    found = vocabularies.suggestions(obj)
    if obj["type"] in schemas.observables("2.1"):
        expected = deterministic_id(obj)
        if expected is not None and expected != obj["id"]:
            found.append("the id is not the deterministic one of STIX 2.1, section 2.9")
    return found


@lru_cache(maxsize=4_096)  # the objects of a file have few sets of properties
def _rules(type_: str, version: str, names: frozenset[str]) -> tuple[times.Rules, references.Rules]:
    """Which of the properties that an object has the rules look at, `names` being those that any rule does."""
    return times.rules_of(version, names), references.rules_of(type_, names)


def _proper(type_: str) -> bool:
    return len(type_) <= _MAX_TYPE_CHARS and _TYPE.match(type_) is not None


def _sentence(type_: str, fault: schemas.Fault) -> str:
    rule = _RULES.get(fault.rule, f"breaks the schema's rule {fault.rule}")
    missing = f" ({fault.message.split(' ')[0].strip(chr(34))})" if fault.rule == "required" else ""
    return f"{f'{type_}.{fault.path}' if fault.path else type_} {rule}{missing}"[:200]


def _unknown_type(obj: Mapping[str, Any]) -> list[str]:
    """A type that no schema covers is held to the common properties alone (sections 3.2 and 11.2)."""
    found = []
    for name in ("created", "modified"):
        value = obj.get(name)
        if value is not None and not (isinstance(value, str) and _STAMP.match(value)):
            found.append(f"{name} is no timestamp")
    if "modified" in obj and "created" not in obj:
        found.append("created is missing")
    return found
