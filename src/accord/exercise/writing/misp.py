"""MISP events in the core format (draft-dulaunoy-misp-core-format), as exported over its REST interface."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accord.exercise.dice import uuid_from
from accord.exercise.parts import Asset
from accord.model.members import Member
from accord.model.selectors import SelectorKind as Kind

Event = dict[str, Any]
ATTRIBUTES = {
    Kind.DOMAIN: ("domain", "Network activity"),
    Kind.IPV4: ("ip-dst", "Network activity"),
    Kind.IPV6: ("ip-dst", "Network activity"),
    Kind.URL: ("url", "Network activity"),
    Kind.EMAIL: ("email-src", "Payload delivery"),
    Kind.MD5: ("md5", "Payload delivery"),
    Kind.SHA1: ("sha1", "Payload delivery"),
    Kind.SHA256: ("sha256", "Payload delivery"),
    Kind.CERTIFICATE: ("x509-fingerprint-sha256", "Network activity"),
    Kind.BTC: ("btc", "Financial fraud"),
    Kind.IBAN: ("iban", "Financial fraud"),
    Kind.PHONE: ("phone-number", "Person"),
}
"""Kinds that MISP has an attribute type for, with its usual category; Ethereum and handles have none."""


def event(
    member: Member,
    number: int,
    day: date,
    *,
    info: str,
    tags: Iterable[str],
    assets: Sequence[Asset],
) -> Event:
    """An event with one attribute an asset; a domain becomes `domain|ip` now and then when its address is there too."""
    there = {asset.value for asset in assets}
    seconds = str(int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC).timestamp()))
    attributes = [
        _attribute(uuid_from(member.slug, "misp", number, asset.kind, asset.value), seconds, asset, there)
        for asset in assets
        if asset.kind in ATTRIBUTES
    ]
    return {
        "Event": {
            "id": str(number),
            "uuid": str(uuid_from(member.slug, "misp", number)),
            "orgc_id": "1",
            "date": day.isoformat(),
            "threat_level_id": "2",
            "analysis": "2",
            "info": info,
            "published": True,
            "timestamp": seconds,
            "publish_timestamp": seconds,
            "distribution": "2",
            "attribute_count": str(len(attributes)),
            "Orgc": {"id": "1", "name": member.name, "uuid": str(uuid_from("identity", member.slug))},
            "Tag": [{"name": tag} for tag in tags],
            "Attribute": attributes,
            "Object": [],
            "Galaxy": [],
        }
    }


GALAXIES = {"larkspur": "tool", "greywren": "botnet", "low-tide": "ransomware"}
"""The public galaxy in which an entry of each service would stand."""


def galaxy(service: str, name: str, member: str) -> Event:
    """A galaxy with one cluster, which is how an event says what it is about."""
    kind = GALAXIES[service]
    return {
        "uuid": str(uuid_from("galaxy", kind)),
        "name": kind.title(),
        "type": kind,
        "description": "With the local entries of the exercise",
        "GalaxyCluster": [
            {
                "uuid": str(uuid_from("cluster", member, name)),
                "type": kind,
                "value": name,
                "tag_name": f'misp-galaxy:{kind}="{name}"',
                "description": "",
            }
        ],
    }


def data(events: Event | list[Event]) -> bytes:
    return (json.dumps(events, indent=1) + "\n").encode()


def _attribute(identifier: UUID, seconds: str, asset: Asset, there: Container[str]) -> Event:
    kind, category = ATTRIBUTES[asset.kind]
    value = asset.value
    if asset.kind is Kind.DOMAIN and asset.home in there and len(value) % 2 == 0:
        kind, value = "domain|ip", f"{value}|{asset.home}"
    if asset.kind is Kind.SHA256 and len(asset.role) % 2 == 0:
        kind, value = "filename|sha256", f"{asset.role}_{value[:6]}|{value}"
    return {
        "uuid": str(identifier),
        "type": kind,
        "category": category,
        "to_ids": bool(asset.services),
        "value": value,
        "comment": asset.role.replace("-", " "),
        "timestamp": seconds,
        "distribution": "5",
        "deleted": False,
    }
