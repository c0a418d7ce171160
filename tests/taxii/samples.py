"""STIX objects for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accord.model.handling import Tlp
from accord.policy.markings import TLP_IDS

GREEN, AMBER, RED = TLP_IDS[Tlp.GREEN], TLP_IDS[Tlp.AMBER], TLP_IDS[Tlp.RED]
CREATED = "2026-03-01T00:00:00.000Z"


def indicator(number: int, *, day: int = 1, marking: str = "", **more: Any) -> dict[str, Any]:
    """An indicator; `day` of March makes its version."""
    made: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{UUID(int=number, version=4)}",
        "created": CREATED,
        "modified": f"2026-03-{day:02}T00:00:00.000Z",
        "name": f"Host {number}",
        "pattern": f"[domain-name:value = 'h{number}.example']",
        "pattern_type": "stix",
        "valid_from": CREATED,
    }
    return made | ({"object_marking_refs": [marking]} if marking else {}) | more
