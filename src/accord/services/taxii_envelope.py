"""What was posted over TAXII, object by object: what each says of itself, and under which handling it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import orjson

from accord import stix
from accord.model.errors import InputError, UnreadableError
from accord.model.handling import Handling, Tlp
from accord.policy.lattice import meet
from accord.policy.markings import EXTENSION, from_markings
from accord.stix.heads import head_of

_NO_MARKINGS: tuple[str, ...] = ()
Definitions = Callable[[list[str]], list[bytes]]
"""Gives the texts of marking definitions that are known already, by their ids."""


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw]


@dataclass(slots=True)
class Posted:
    """One object. `raw` exactly as received; `fault` empty: it is valid STIX. `version_us` as `heads.Head`."""

    raw: bytes
    said: dict[str, Any]
    stix_id: str
    version_us: int
    fault: str
    refs: tuple[str, ...]
    version: str = ""
    """Of STIX."""


def opened(body: bytes) -> list[Posted]:
    """The objects of an envelope (TAXII 2.1, section 3.7). Raises `UnreadableError` when it is none."""
    try:
        pieces = msgspec.json.decode(body, type=_Envelope).objects
    except msgspec.ValidationError as error:
        raise UnreadableError(f"This is no TAXII envelope: {error}.", action="Send {'objects': […]}.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise UnreadableError("The request's content is no JSON.", action="Send JSON in UTF-8.") from None
    return [_posted(bytes(piece)) for piece in pieces]


def handlings(
    posted: Iterable[Posted], given: Handling, definitions: Definitions
) -> dict[tuple[str, ...], Handling | str]:
    """For each set of markings the handling that the objects under it get, or why they cannot be taken.

    Never wider than `given`: markings narrow it. A marking that nobody defined cannot be honoured.
    """
    objects = [one for one in posted if not one.fault]
    there = {one.stix_id: one.said for one in objects if one.said.get("type") == "marking-definition"}
    sets = {one.refs for one in objects}
    missing = sorted({ref for refs in sets for ref in refs} - there.keys())
    for raw in definitions(missing) if missing else []:
        said = orjson.loads(raw)
        there.setdefault(said["id"], said)
    return {refs: _handling(refs, there, given) for refs in sets}


def _posted(raw: bytes) -> Posted:
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Posted(raw, {}, "", 0, "It is no valid JSON.", _NO_MARKINGS)
    if not isinstance(said, dict):
        return Posted(raw, {}, "", 0, "It is no object.", _NO_MARKINGS)
    stix_id = said.get("id")
    named = stix_id[:250] if isinstance(stix_id, str) else ""
    if said.get("type") == "bundle":
        return Posted(raw, said, named, 0, "A bundle is no object: send the objects in it.", _NO_MARKINGS)
    head = head_of(raw)
    version = stix.version_of(said)
    faults = stix.check(said, version)
    fault = f"It is not valid STIX {version}: {'; '.join(faults[:3])}." if faults else ""
    return Posted(raw, said, named, head.version_us, fault, _NO_MARKINGS if faults else _refs(said), version)


def _refs(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Markings of the whole and of parts of it: part of it marked is all of it marked."""
    refs = list(said.get("object_marking_refs") or ())
    refs += [part["marking_ref"] for part in said.get("granular_markings") or () if "marking_ref" in part]
    return tuple(sorted({ref for ref in refs if isinstance(ref, str)})) if refs else _NO_MARKINGS


def _handling(refs: tuple[str, ...], there: Mapping[str, Mapping[str, Any]], given: Handling) -> Handling | str:
    if not refs:
        return given
    try:
        stated = from_markings(refs, [there[ref] for ref in refs if ref in there], otherwise=Tlp.CLEAR)
    except InputError as error:
        return str(error)
    if stated.unknown:
        return "One of its markings is not known here: send its marking-definition with it, or before it."
    if any(EXTENSION in (there.get(ref) or {}).get("extensions", {}) for ref in refs):
        return meet(given, stated)
    # Labels alone: its originator keeps seeing it, which a meet with a label's own handling would end.
    return replace(given, tlp=max(given.tlp, stated.tlp), pap=max(given.pap, stated.pap))
