"""STIX 2.1 bundles as a CERT's or an operation's tool exports them, with TLP 2.0 markings.

Source: OASIS STIX 2.1; FIRST TLP 2.0 marking objects as published by OASIS (extension 60a3c5c5).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from accord.exercise.dice import uuid_from
from accord.exercise.parts import Asset, Tie, key
from accord.model.ids import observable_id
from accord.model.members import Member
from accord.model.selectors import SelectorKind as Kind

Object = dict[str, Any]
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_MARKINGS = {
    "TLP:CLEAR": ("clear", "94868c89-83c2-464b-929b-a1a8aa3c8487"),
    "TLP:GREEN": ("green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
    "TLP:AMBER": ("amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    "TLP:AMBER+STRICT": ("amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"),
    "TLP:RED": ("red", "e828b379-4e03-4974-9ac4-e53a884c97c1"),
}
VALUE_TYPES = {
    Kind.DOMAIN: "domain-name",
    Kind.IPV4: "ipv4-addr",
    Kind.IPV6: "ipv6-addr",
    Kind.URL: "url",
    Kind.EMAIL: "email-addr",
    # Not in the standard; written as the widespread open platforms do.
    Kind.BTC: "cryptocurrency-wallet",
    Kind.ETH: "cryptocurrency-wallet",
    Kind.PHONE: "phone-number",
}
HASH_NAMES = {Kind.MD5: "MD5", Kind.SHA1: "SHA-1", Kind.SHA256: "SHA-256"}


class Bundle:
    """A bundle under one identity and one marking; ids follow from `path`, so that each file has its own objects."""

    def __init__(self, member: Member, path: str, tlp: str, at: str) -> None:
        colour, marking = TLP_MARKINGS[tlp]
        self._root = (member.slug, path)
        self._at = at
        self._marking = f"marking-definition--{marking}"
        self._identity = f"identity--{uuid_from('identity', member.slug)}"
        self.objects: list[Object] = [
            {
                "type": "marking-definition",
                "spec_version": "2.1",
                "id": self._marking,
                "created": "2022-10-01T00:00:00.000Z",
                "name": tlp,
                "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": colour}},
            },
            {
                "type": "identity",
                "spec_version": "2.1",
                "id": self._identity,
                "created": "2026-01-05T09:00:00.000Z",
                "modified": "2026-01-05T09:00:00.000Z",
                "name": member.name,
                "identity_class": "organization",
            },
        ]

    def add(self, kind: str, key_parts: tuple[str, ...], **properties: object) -> str:
        """Adds a domain or relationship object and returns its id."""
        identifier = f"{kind}--{uuid_from(*self._root, kind, *key_parts)}"
        self.objects.append(
            {
                "type": kind,
                "spec_version": "2.1",
                "id": identifier,
                "created_by_ref": self._identity,
                "created": self._at,
                "modified": self._at,
                "object_marking_refs": [self._marking],
                **properties,
            }
        )
        return identifier

    def relate(self, source: str, verb: str, target: str) -> str:
        return self.add(
            "relationship", (source, verb, target), relationship_type=verb, source_ref=source, target_ref=target
        )

    def observable(self, asset: Asset) -> str:
        """Adds the observable once; its id is deterministic as section 2.9 asks. Returns the id."""
        thing = {**_observable(asset), "object_marking_refs": [self._marking]}
        if all(known["id"] != thing["id"] for known in self.objects):
            self.objects.append(thing)
        return str(thing["id"])

    def observables(self, assets: Sequence[Asset], ties: Sequence[Tie]) -> list[str]:
        """All assets and the relationships between them; only `resolves-to` has a word of its own in the standard."""
        ids = {key(asset): self.observable(asset) for asset in assets}
        joined = [
            self.relate(ids[tie.source], "resolves-to" if tie.kind == "resolves-to" else "related-to", ids[tie.target])
            for tie in ties
            if tie.source in ids and tie.target in ids
        ]
        return [*ids.values(), *joined]

    def data(self, *, indent: int | None = 2) -> bytes:
        bundle = {"type": "bundle", "id": f"bundle--{uuid_from(*self._root, 'bundle')}", "objects": self.objects}
        return (json.dumps(bundle, indent=indent, ensure_ascii=False) + "\n").encode()


def pattern(asset: Asset) -> str:
    """The equality pattern that matches the asset (STIX 2.1, section 9)."""
    if asset.kind in HASH_NAMES:
        return f"[file:hashes.'{HASH_NAMES[asset.kind]}' = '{asset.value}']"
    return f"[{VALUE_TYPES[asset.kind]}:value = '{asset.value}']"


def stamp(day: object, clock: str = "08:00:00") -> str:
    return f"{day}T{clock}.000Z"


def _observable(asset: Asset) -> Object:
    if asset.kind in HASH_NAMES:
        kind, identity = "file", {"hashes": {HASH_NAMES[asset.kind]: asset.value}}
    elif asset.kind is Kind.CERTIFICATE:
        kind, identity = "x509-certificate", {"hashes": {"SHA-256": asset.value}}
    elif asset.kind is Kind.ACCOUNT:
        platform, _, handle = asset.value.partition("|")
        login: Object = {"account_type": platform, "account_login": handle}
        return {"type": "user-account", "spec_version": "2.1", "id": _sco_id("user-account", login), **login}
    else:
        kind, identity = VALUE_TYPES[asset.kind], {"value": asset.value}  # type: ignore[dict-item]
    return {"type": kind, "spec_version": "2.1", "id": _sco_id(kind, identity), **identity}


def _sco_id(kind: str, contributing: Object) -> str:
    text = json.dumps(contributing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return observable_id(kind, text)
