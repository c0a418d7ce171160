"""What a file says of its own handling. It narrows what its member says, and never widens it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from accord.model.handling import Handling, Pap, Tlp
from accord.model.reading import Reading
from accord.policy.lattice import meet, parts
from accord.policy.markings import from_markings, states_pap

_NAME = b"marking-definition--"
_USUAL = 4
_NAMED = re.compile(rb"marking-definition--[0-9a-fA-F-]{36}")


def as_stated(given: Handling, says: Handling | None, member_id: UUID) -> Handling:
    """The handling under which a file is kept: the meet of the member's word and what the file states."""
    if says is None:
        return given
    plain = Handling(tlp=says.tlp, pap=says.pap, originators=frozenset({member_id}))
    if says == plain and not given.also:
        # The same meet in one part: labels are levels, and the stricter level implies the other.
        return replace(given, tlp=max(given.tlp, says.tlp), pap=max(given.pap, says.pap))
    return meet(given, says)


def stated(reading: Reading, member_id: UUID) -> Handling | None:
    """What the file itself states; None when it says nothing. Silence on a label limits nothing.

    The member that hands it in holds the file already, so it is among those who always see it, whoever marked it;
    not where the file carries a rule that nobody here knows.
    """
    refs, objects = _markings(reading)
    label = Tlp.from_label(reading.tlp) if reading.tlp else Tlp.CLEAR
    if not refs and label is Tlp.CLEAR:
        return None
    says = from_markings(refs, objects, otherwise=Tlp.CLEAR) if refs else Handling(tlp=label, pap=Pap.CLEAR)
    if not says.also and not states_pap(refs) and not any(_says_all(one) for one in objects):
        says = replace(says, pap=Pap.CLEAR)
    if label > says.tlp:
        says = replace(says, tlp=label)
    return meet(*(replace(part, originators=part.originators | {member_id}) for part in parts(says)))


def _says_all(definition: Mapping[str, Any]) -> bool:
    extensions = definition.get("extensions")
    return isinstance(extensions, Mapping) and any(
        isinstance(one, Mapping) and "handling" in one for one in extensions.values()
    )


def _markings(reading: Reading) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Ids of the markings that anything in the file carries, and the definitions in it.

    Most objects of a file carry the same few markings: an object is parsed only when it names one not yet counted.
    """
    counted: dict[str, None] = {}
    usual: list[bytes] = []
    objects: list[Mapping[str, Any]] = []
    for claim in reading.claims:
        if claim.type == "marking-definition":
            objects.append(orjson.loads(claim.raw))
        elif not _names_only(claim.raw, usual):
            named = {one.decode() for one in _NAMED.findall(claim.raw)}
            if not named <= counted.keys():
                counted.update(dict.fromkeys(_carried(orjson.loads(claim.raw))))
                usual = [one for one in map(str.encode, counted) if _NAMED.fullmatch(one)][:_USUAL]
    return list(counted), objects


def _names_only(raw: bytes, usual: list[bytes]) -> bool:
    """Whether an object surely names no marking but these; counting takes a quarter of a search."""
    named = raw.count(_NAME)
    return not named or named == sum(map(raw.count, usual))


def _carried(document: Mapping[str, Any]) -> Iterator[str]:
    refs = document.get("object_marking_refs")
    yield from (one for one in (refs if isinstance(refs, list) else ()) if isinstance(one, str))
    granular = document.get("granular_markings")
    for entry in granular if isinstance(granular, list) else ():
        if isinstance(entry, Mapping) and isinstance(entry.get("marking_ref"), str):
            yield entry["marking_ref"]
