"""Handlings as STIX 2.1 markings, out and in. Ids are compared, never names.

Out: the fixed TLP 2.0 and PAP objects for the strictest levels, which any receiver understands, and, when they do not
say everything, one marking of ours with the whole handling (extension-definition `EXTENSION`; the property `handling`
is the document of `policy.codec`). In: fixed ids, TLP 1 ids, ours; any other marking is a rule that is not understood,
so nobody but the node sees the thing, except statements (STIX 2.1 section 7.2.1.3), which are information.

What comes in narrows what a member says of its own parcel (`lattice.meet`), and never replaces it: whoever writes a
marking may claim anything in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import rfc8785

from accord.model.errors import InputError
from accord.model.handling import Handling, Pap, Tlp
from accord.model.ids import derived_id
from accord.model.markings import PAP_EXTENSION, PAP_IDS, PAP_OF, TLP_CREATED, TLP_EXTENSION, TLP_IDS, TLP_OF
from accord.policy.codec import from_document, to_document
from accord.policy.lattice import meet, parts

__all__ = [
    "ACCORD",
    "EXTENSION",
    "MAX_MARKINGS",
    "PAP_IDS",
    "TLP_IDS",
    "Marked",
    "extension_definition",
    "from_markings",
    "to_markings",
]
MAX_MARKINGS = 1_000
"""Markings on one object, granular ones included."""

_STATEMENTS = frozenset({
    # MITRE ATT&CK's copyright statement, in bundles that copy its objects without the definition.
    "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168",
})  # fmt: skip
"""Published markings that are statements, also where their definition is not at hand."""
ACCORD = f"identity--{derived_id('identity', 'accord')}"
EXTENSION = f"extension-definition--{derived_id('extension-definition', 'handling')}"
_CREATED = "2026-11-01T00:00:00.000Z"
"""Of our definitions, and of markings whose id follows from their content: the same handling, the same object."""
_SCHEMA = (
    "On a marking-definition: {extension_type: 'property-extension', handling: object}. `handling` is an Accord "
    "handling of format 1 or 2: tlp, pap, circles, originators, purposes, jurisdictions, excluded_members, "
    "embargo_until, expires_at, and where used retain_until, originator_control, codes, limits, permitted, grade, "
    "also, version. A receiver that does not know a field in it shows the marked object to nobody. Defined in "
    "docs/reference/stix-extension.md of Accord."
)


class Marked(NamedTuple):
    """What a marked object refers to (`object_marking_refs`), and the objects that must go along with it."""

    refs: list[str]
    objects: list[dict[str, Any]]


def to_markings(handling: Handling) -> Marked:
    """A handling as markings; `from_markings` gives an equal handling back."""
    tlp, pap = max(part.tlp for part in parts(handling)), max(part.pap for part in parts(handling))
    objects = [_tlp(tlp), _pap(pap)]
    if handling != Handling(tlp=tlp, pap=pap):
        objects += [_definer(), extension_definition(), _ours(handling)]
    refs = [one["id"] for one in objects if one["type"] == "marking-definition"]
    return Marked(refs, objects)


def from_markings(refs: Iterable[str], objects: Iterable[Mapping[str, Any]], *, otherwise: Tlp = Tlp.AMBER) -> Handling:
    """The handling that markings state; `otherwise` and PAP:AMBER hold for what they do not.

    Give it the refs of an object with those of its granular markings: part of it marked is all of it marked. Raises
    `LimitError` beyond the codec's bounds, `InputError` beyond `MAX_MARKINGS`.
    """
    wanted = list(dict.fromkeys(refs))
    if len(wanted) > MAX_MARKINGS:
        raise InputError(f"An object has more than {MAX_MARKINGS} markings.", action="Mark it with fewer.")
    there = {one.get("id"): one for one in objects}
    stated = [_handling_of(there[ref]) for ref in wanted if _is_ours(there.get(ref))]
    tlps = [TLP_OF[ref] for ref in wanted if ref in TLP_OF]
    paps = [PAP_OF[ref] for ref in wanted if ref in PAP_OF]
    unknown = frozenset(_rule(ref) for ref in wanted if _is_foreign(ref, there.get(ref)))
    labels = Handling(tlp=max(tlps, default=otherwise), pap=max(paps, default=Pap.AMBER), unknown=unknown)
    if not stated:
        return labels
    exact = meet(*stated)
    strictest = max(part.tlp for part in parts(exact)), max(part.pap for part in parts(exact))
    says_more = unknown or (tlps and labels.tlp > strictest[0]) or (paps and labels.pap > strictest[1])
    return meet(exact, labels) if says_more else exact


def states_pap(refs: Iterable[str]) -> bool:
    """Whether one of these markings is a PAP level; else `from_markings` assumes PAP:AMBER."""
    return any(ref in PAP_OF for ref in refs)


def extension_definition() -> dict[str, Any]:
    """Our extension, as STIX 2.1 section 7.3 asks for."""
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": ACCORD,
        "created": _CREATED,
        "modified": _CREATED,
        "name": "Accord handling",
        "description": "The full conditions under which a member of an alliance shares a thing.",
        "schema": _SCHEMA,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def _definer() -> dict[str, Any]:
    about = {"name": "Accord", "identity_class": "system"}
    return {"type": "identity", "spec_version": "2.1", "id": ACCORD, "created": _CREATED, "modified": _CREATED, **about}


def _tlp(tlp: Tlp) -> dict[str, Any]:
    said = {"extension_type": "property-extension", "tlp_2_0": tlp.label.removeprefix("TLP:").lower()}
    return _definition(TLP_IDS[tlp], TLP_CREATED, tlp.label, {TLP_EXTENSION: said})


def _pap(pap: Pap) -> dict[str, Any]:
    said = {"extension_type": "property-extension", "pap": pap.name.lower()}
    return _definition(PAP_IDS[pap], TLP_CREATED, pap.label, {PAP_EXTENSION: said})


def _ours(handling: Handling) -> dict[str, Any]:
    document = to_document(handling)
    number = derived_id("marking-definition", rfc8785.dumps(document).decode())
    said = {EXTENSION: {"extension_type": "property-extension", "handling": document}}
    return _definition(f"marking-definition--{number}", _CREATED, "Accord handling", said)


def _definition(number: str, created: str, name: str, extensions: dict[str, Any]) -> dict[str, Any]:
    head = {"type": "marking-definition", "spec_version": "2.1", "id": number, "created": created, "name": name}
    return {**head, "extensions": extensions}


def _said(one: Mapping[str, Any] | None) -> Any:
    extensions = one.get("extensions") if one is not None else None
    said = extensions.get(EXTENSION) if isinstance(extensions, Mapping) else None
    return said.get("handling") if isinstance(said, Mapping) else None


def _is_ours(one: Mapping[str, Any] | None) -> bool:
    return isinstance(_said(one), Mapping)


def _handling_of(one: Mapping[str, Any]) -> Handling:
    extensions = one["extensions"]
    others = {name for name in extensions if name != EXTENSION}
    handling = from_document(_said(one))
    return meet(handling, Handling(unknown=frozenset(_rule(name) for name in others))) if others else handling


def _is_foreign(ref: str, one: Mapping[str, Any] | None) -> bool:
    """Whether it is a marking that this version cannot read: absent, of another extension, or wrongly ours."""
    if ref in TLP_OF or ref in PAP_OF or ref in _STATEMENTS or _is_ours(one):
        return False
    return one is None or one.get("definition_type") != "statement" or bool(one.get("extensions"))


def _rule(name: object) -> str:
    return rfc8785.dumps({"name": "marking", "value": ascii(name)}).decode()
