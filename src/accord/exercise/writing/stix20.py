"""STIX 2.0 bundles, as a vendor whose exporter was never renewed still sends them (TLP 1 markings, OR patterns)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from accord.exercise.dice import uuid_from
from accord.exercise.parts import Asset
from accord.exercise.writing.stix21 import pattern

AMBER_1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
"""TLP:AMBER of TLP 1, an object fixed by STIX 2.0, part 1, section 4.1.4."""


def bundle20(
    member: str,
    path: str,
    at: str,
    *,
    title: str,
    description: str,
    family: str,
    actor: str,
    assets: Sequence[Asset],
) -> bytes:
    """A report, a malware, an actor and indicators of up to six values each; unindented, as exported."""

    def made(kind: str, key_part: str, **properties: object) -> dict[str, Any]:
        return {
            "type": kind,
            "id": f"{kind}--{uuid_from(member, path, kind, key_part)}",
            "created": at,
            "modified": at,
            "object_marking_refs": [AMBER_1],
            **properties,
        }

    malware = made("malware", family, name=family, labels=["trojan"], description=description)
    threat = made("threat-actor", actor, name=actor, labels=["crime-syndicate"], aliases=[actor])
    things = [malware, threat, _link(made, threat, "uses", malware)]
    for start in range(0, len(assets), 6):
        joined = " OR ".join(pattern(asset)[1:-1] for asset in assets[start : start + 6])
        indicator = made(
            "indicator",
            str(start),
            name=f"{family}: group {start // 6 + 1}",
            labels=["malicious-activity"],
            pattern=f"[{joined}]",
            valid_from=at,
        )
        things += [indicator, _link(made, indicator, "indicates", malware)]
    report = made(
        "report",
        title,
        name=title,
        description=description,
        labels=["threat-report"],
        published=at,
        object_refs=[thing["id"] for thing in things],
    )
    bundle = {
        "type": "bundle",
        "id": f"bundle--{uuid_from(member, path, 'bundle')}",
        "spec_version": "2.0",
        "objects": [report, *things],
    }
    return json.dumps(bundle, separators=(",", ":")).encode()


def _link(made: Any, source: dict[str, Any], verb: str, target: dict[str, Any]) -> dict[str, Any]:
    link: dict[str, Any] = made(
        "relationship",
        source["id"] + verb + target["id"],
        relationship_type=verb,
        source_ref=source["id"],
        target_ref=target["id"],
    )
    return link
