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
from accord.policy.codec import from_document, to_document
from accord.policy.lattice import meet, parts

MAX_MARKINGS = 1_000
"""Markings on one object, granular ones included."""

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
TLP_IDS: Mapping[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
PAP_IDS: Mapping[Pap, str] = {
    Pap.CLEAR: "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92",
    Pap.GREEN: "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    Pap.AMBER: "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab",
    Pap.RED: "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}
_OLD_TLP: Mapping[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,  # TLP 1 white
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
_READ_TLP = {**{number: tlp for tlp, number in TLP_IDS.items()}, **_OLD_TLP}
_READ_PAP = {
    **{number: pap for pap, number in PAP_IDS.items()},
    "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730": Pap.CLEAR,  # PAP:WHITE of the older draft
}
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
    "docs/explanation/policy.md of Accord."
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
    tlps = [_READ_TLP[ref] for ref in wanted if ref in _READ_TLP]
    paps = [_READ_PAP[ref] for ref in wanted if ref in _READ_PAP]
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
    return any(ref in _READ_PAP for ref in refs)


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
    return _definition(TLP_IDS[tlp], "2022-10-01T00:00:00.000Z", tlp.label, {TLP_EXTENSION: said})


def _pap(pap: Pap) -> dict[str, Any]:
    said = {"extension_type": "property-extension", "pap": pap.name.lower()}
    return _definition(PAP_IDS[pap], "2022-10-01T00:00:00.000Z", pap.label, {PAP_EXTENSION: said})


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
    if ref in _READ_TLP or ref in _READ_PAP or ref in _STATEMENTS or _is_ours(one):
        return False
    return one is None or one.get("definition_type") != "statement" or bool(one.get("extensions"))


def _rule(name: object) -> str:
    return rfc8785.dumps({"name": "marking", "value": ascii(name)}).decode()
