"""TLP 2.0 as STIX marking definitions, by label; the ids stand in `model.markings`."""

from __future__ import annotations

from typing import Any

from accord.model import markings
from accord.model.markings import TLP_CREATED, TLP_EXTENSION

TLP_IDS = {tlp.label: number.removeprefix("marking-definition--") for tlp, number in markings.TLP_IDS.items()}


def tlp_marking(label: str) -> dict[str, Any]:
    """The marking definition of a TLP 2.0 label, as OASIS published it. Raises `KeyError` for any other label."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{TLP_IDS[label]}",
        "created": TLP_CREATED,
        "name": label,
        "extensions": {
            TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": label.removeprefix("TLP:").lower()}
        },
    }
