"""Markings on objects: which level they say, and faults in them. The ids stand in `model.markings`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accord.model import markings
from accord.model.handling import Tlp
from accord.model.markings import PAP_EXTENSION, PAP_LABELS, TLP_EXTENSION, TLP_OF

TLP_IDS: Mapping[str, Tlp] = {number: tlp for tlp, number in markings.TLP_IDS.items()}
PAP_IDS = PAP_LABELS


def _claimed(obj: Mapping[str, Any], extension: str, name: str) -> str | None:
    extensions = obj.get("extensions")
    value = extensions.get(extension) if isinstance(extensions, dict) else None
    label = value.get(name) if isinstance(value, dict) else None
    return label.lower() if isinstance(label, str) else None


def faults(obj: Mapping[str, Any]) -> list[str]:
    """Sentences on rule 3, the part that rule 2 and the schema leave.

    Granular markings point to marking-definitions; whoever says TLP or PAP carries the id fixed for that level.
    """
    found: list[str] = []
    granular = obj.get("granular_markings")
    for entry in granular if isinstance(granular, list) else ():
        target = str(entry.get("marking_ref", "marking-definition--")) if isinstance(entry, dict) else ""
        if not target.startswith("marking-definition--"):
            found.append(
                f"granular marking_ref points to a {target.partition('--')[0]}, and may only point to a marking"
            )
    if obj["type"] == "marking-definition":
        found += _fixed(obj)
    return found


def _fixed(obj: Mapping[str, Any]) -> list[str]:
    tlp = _claimed(obj, TLP_EXTENSION, "tlp_2_0")
    if tlp is not None and _label(TLP_IDS.get(obj["id"])) != tlp:
        return [f"claims to be TLP:{tlp.upper()[:20]} under an id that is not the fixed one of that level"]
    pap = _claimed(obj, PAP_EXTENSION, "pap")
    if pap is not None and PAP_IDS.get(obj["id"]) != pap:
        return [f"claims to be PAP:{pap.upper()[:20]} under an id that is not the fixed one of that level"]
    if obj["id"] in TLP_IDS and tlp is None:
        return ["carries the fixed id of a TLP 2.0 level without saying so"]
    return []


def _label(tlp: Tlp | None) -> str | None:
    return tlp.label.removeprefix("TLP:").lower() if tlp is not None else None


def tlp_of(obj: Mapping[str, Any]) -> Tlp | None:
    """The strictest TLP that an object is marked with, as a whole or in part; None when it says nothing."""
    refs = obj.get("object_marking_refs")
    granular = obj.get("granular_markings")
    if refs is None and granular is None:
        return None
    targets = [ref for ref in refs if isinstance(ref, str)] if isinstance(refs, list) else []
    if isinstance(granular, list):
        targets += [str(entry.get("marking_ref")) for entry in granular if isinstance(entry, dict)]
    return strictest(targets)


def strictest(ids: Iterable[str]) -> Tlp | None:
    """The strictest level among marking ids; ids of other markings are passed over."""
    strict: Tlp | None = None
    for id_ in ids:
        level = TLP_OF.get(id_)
        if level is not None and (strict is None or level > strict):
            strict = level
    return strict
