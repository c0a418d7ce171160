"""STIX 2.0 upgraded to 2.1, with a report of what changed its form or could not be carried.

Follows STIX 2.1, appendix "Changes from earlier versions" and the OASIS elevator: labels that named the type of an
indicator, malware, report, threat actor or tool move to a property of their own; patterns say their type and write
instants as `t'…'`; the objects inside an observed-data stand alone under deterministic ids; renamed properties get
their new names. What has no place in 2.1 is left out and told; what 2.0 did not say and 2.1 asks for is assumed and
told. Unknown types, properties and extensions stay. The original is never touched: it is kept as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from accord.formats.losses import Loss, Losses
from accord.formats.upgrade20_observables import separated
from accord.stix import check

_TYPES_PROPERTY: Mapping[str, str] = {
    "indicator": "indicator_types",
    "malware": "malware_types",
    "report": "report_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
}
_OLD_INSTANT = re.compile(r"\b(START|STOP)(\s+)'(\d{4}-[^']*)'")


class Upgraded(NamedTuple):
    """Objects of 2.1, and what could not be carried or had to be assumed."""

    objects: list[dict[str, Any]]
    losses: tuple[Loss, ...]


def upgrade(objects: Iterable[Mapping[str, Any]]) -> Upgraded:
    """The objects of a 2.0 bundle in 2.1 form. An object that cannot be made valid is left out and told.

    Objects that say `spec_version` 2.1 are passed through as they are. The same input gives the same output.
    """
    losses = Losses()
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for obj in objects:
        for new in _upgraded(obj, losses):
            faults = check(new, "2.1")
            if faults:
                losses.add(f"a {_type(obj)}", f"it would not be valid STIX 2.1: {faults[0]}")
                continue
            made.setdefault((str(new["id"]), str(new.get("modified", ""))), new)
    return Upgraded(list(made.values()), losses.told())


def _upgraded(obj: Mapping[str, Any], losses: Losses) -> list[dict[str, Any]]:
    type_ = _type(obj)
    if obj.get("spec_version") == "2.1":
        return [dict(obj)]
    new = {"type": obj.get("type"), "spec_version": "2.1", **{k: v for k, v in obj.items() if k != "type"}}
    if type_ in _TYPES_PROPERTY:
        _move_labels(new, _TYPES_PROPERTY[type_], losses)
    if type_ == "indicator":
        _pattern(new, losses)
    elif type_ == "malware" and "is_family" not in new:
        new["is_family"] = True
        losses.add("is_family of malware", "2.0 did not say it; a family is assumed, since names are what is shared")
    elif type_ == "observed-data" and isinstance(new.get("objects"), dict):
        return separated(new, losses)
    return [new]


def _move_labels(new: dict[str, Any], name: str, losses: Losses) -> None:
    """2.0 asked for labels from a vocabulary; 2.1 has a property for it and leaves labels free. Both keep them."""
    labels = new.get("labels")
    if name in new or not isinstance(labels, list):
        return
    kept = [label for label in labels if isinstance(label, str) and label]
    if kept:
        new[name] = kept
        losses.add(f"labels of a {new['type']}", f"they stand in {name} as well, where 2.1 looks for them")


def _pattern(new: dict[str, Any], losses: Losses) -> None:
    new.setdefault("pattern_type", "stix")
    pattern = new.get("pattern")
    if isinstance(pattern, str) and _OLD_INSTANT.search(pattern):
        new["pattern"] = _OLD_INSTANT.sub(r"\1\2t'\3'", pattern)
        losses.add("instants in a pattern", "2.1 writes them t'…'")


def _type(obj: Mapping[str, Any]) -> str:
    return str(obj.get("type", ""))[:60]
