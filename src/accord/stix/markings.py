"""Markings by id: TLP 1 and 2, PAP. Names are never compared (docs: standards, identifiers).

TLP 1 ids still arrive; they are read by one table (white is CLEAR) and stay as they are in the stored object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accord.model.handling import Tlp

TLP_2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"

TLP_IDS: Mapping[str, Tlp] = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": Tlp.CLEAR,
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Tlp.GREEN,
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": Tlp.AMBER,
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": Tlp.AMBER_STRICT,
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": Tlp.RED,
}
TLP_1_IDS: Mapping[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
_LEVELS: Mapping[str, Tlp] = {**TLP_1_IDS, **TLP_IDS}
PAP_IDS: Mapping[str, str] = {
    "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92": "clear",
    "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730": "white",
    "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9": "green",
    "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab": "amber",
    "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e": "red",
}


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
    tlp = _claimed(obj, TLP_2_EXTENSION, "tlp_2_0")
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
    targets = [ref for ref in refs if isinstance(ref, str)] if isinstance(refs, list) else []
    granular = obj.get("granular_markings")
    if isinstance(granular, list):
        targets += [str(entry.get("marking_ref")) for entry in granular if isinstance(entry, dict)]
    return strictest(targets) if targets else None


def strictest(ids: Iterable[str]) -> Tlp | None:
    """The strictest level among marking ids; ids of other markings are passed over."""
    levels = [_LEVELS[id_] for id_ in ids if id_ in _LEVELS]
    return max(levels, default=None) if len(levels) != 1 else levels[0]
