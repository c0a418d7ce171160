"""Ids that OASIS and FIRST fixed for markings in STIX: TLP 1 and 2, PAP. One table for `policy`, `stix`, `formats`.

Ids are compared, never names. Of the five TLP 2.0 objects, and of PAP's, no others may be made. TLP 1 ids still
arrive; they are read by their table (white is CLEAR) and stay as they are in the stored object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.model.handling import Pap, Tlp

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION: Final = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
TLP_CREATED: Final = "2022-10-01T00:00:00.000Z"
"""The `created` of all five TLP 2.0 objects."""

TLP_IDS: Mapping[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_1_IDS: Mapping[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,  # white
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
TLP_OF: Mapping[str, Tlp] = {**{number: tlp for tlp, number in TLP_IDS.items()}, **TLP_1_IDS}
"""The level behind every id that says one."""

PAP_IDS: Mapping[Pap, str] = {
    Pap.CLEAR: "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92",
    Pap.GREEN: "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    Pap.AMBER: "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab",
    Pap.RED: "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}
PAP_WHITE: Final = "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730"
"""PAP:WHITE of the older draft; it is read as CLEAR."""
PAP_OF: Mapping[str, Pap] = {**{number: pap for pap, number in PAP_IDS.items()}, PAP_WHITE: Pap.CLEAR}
PAP_LABELS: Mapping[str, str] = {**{number: pap.name.lower() for pap, number in PAP_IDS.items()}, PAP_WHITE: "white"}
"""What the object of each id says in its extension."""
