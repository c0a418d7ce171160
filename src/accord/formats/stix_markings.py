"""TLP 2.0 as STIX marking definitions, with the ids that OASIS gave them: no others may be made for these labels."""

from __future__ import annotations

from typing import Any

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_IDS = {
    "TLP:CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "TLP:RED": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def tlp_marking(label: str) -> dict[str, Any]:
    """The marking definition of a TLP 2.0 label, as OASIS published it. Raises `KeyError` for any other label."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{TLP_IDS[label]}",
        "created": "2022-10-01T00:00:00.000Z",
        "name": label,
        "extensions": {
            TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": label.removeprefix("TLP:").lower()}
        },
    }
