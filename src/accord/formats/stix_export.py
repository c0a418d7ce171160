"""What members shared, as one STIX 2.1 bundle: claims bit for bit as received, their handling beside them.

An object that was received is never altered, so its marking cannot be written into it. Each contribution becomes a
`grouping` (context `accord-contribution`) that refers to its claims and carries the markings: the fixed TLP 2.0 and
PAP objects, and, where they do not say everything, our own (docs/reference/stix-extension.md). STIX 2.0 is upgraded,
and the grouping's description says what changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accord.formats.losses import Loss
from accord.formats.timestamps import to_milliseconds
from accord.formats.upgrade20 import upgrade
from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.reading import Claim
from accord.policy.markings import to_markings

MAX_DESCRIBED = 20
"""Losses in a grouping's description."""


class Parcel(NamedTuple):
    """A contribution for export. `claims` may be an iterator over any number of them."""

    id: UUID
    title: str
    format: str
    member_id: UUID
    member_name: str
    received_at: datetime
    handling: Handling
    claims: Iterable[Claim]


def bundle_pieces(number: UUID, parcels: Iterable[Parcel]) -> Iterator[bytes]:
    """The bundle in pieces; joined they are one JSON document. An object that is in it already is not repeated."""
    yield b'{"type":"bundle","id":"bundle--' + str(number).encode() + b'","objects":['
    seen: set[bytes] = set()
    ahead = b"\n"
    for parcel in parcels:
        for raw in _objects(parcel):
            digest = hashlib.sha256(raw).digest()[:16]
            if digest not in seen:
                seen.add(digest)
                yield ahead + raw
                ahead = b",\n"
    yield b"\n]}\n"


def _objects(parcel: Parcel) -> Iterator[bytes]:
    marked = to_markings(parcel.handling)
    for obj in marked.objects:
        yield orjson.dumps(obj)
    about = {"name": parcel.member_name, "identity_class": "organization"}
    at = to_milliseconds(parcel.received_at)
    member = f"identity--{parcel.member_id}"
    head = {"spec_version": "2.1", "created": at, "modified": at}
    yield orjson.dumps({"type": "identity", **head, "id": member, **about, "object_marking_refs": marked.refs[:1]})
    refs: dict[str, None] = {}
    losses: Sequence[Loss] = ()
    if parcel.format == "stix-2.0":
        upgraded = upgrade(orjson.loads(claim.raw) for claim in parcel.claims)
        losses = upgraded.losses
        for obj in upgraded.objects:
            refs[obj["id"]] = None
            yield orjson.dumps(obj)
    else:
        for claim in parcel.claims:
            refs[claim.stix_id] = None
            yield claim.raw
    if refs:
        yield orjson.dumps(_grouping(parcel, {**head, "created_by_ref": member}, list(refs), marked.refs, losses))


def _grouping(
    parcel: Parcel, head: dict[str, Any], refs: list[str], markings: list[str], losses: Sequence[Loss]
) -> dict[str, Any]:
    told = [f"{loss.times} × {loss.what}: {loss.why}." for loss in losses[:MAX_DESCRIBED]]
    return {
        "type": "grouping",
        **head,
        "id": f"grouping--{derived_id('grouping', str(parcel.id))}",
        "name": parcel.title or "Contribution",
        "context": "accord-contribution",
        **({"description": "Upgraded from STIX 2.0. " + " ".join(told)} if told else {}),
        "object_refs": refs,
        "object_marking_refs": markings,
    }
