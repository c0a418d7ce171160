"""A releasable version of STIX claims: some left out, some without some of their properties. Pure.

What is released whole keeps its bytes and its id. What loses a property becomes another object: it gets a fresh id,
since the same id with other content would be a forged version of the first (STIX 2.1, section 3.2), and whatever
refers to it is rewritten, and so renamed, in turn. References to what is left out go: they would tell that there is
more. A relationship or sighting that loses one of its ends goes altogether. Markings stay with what they mark, unless
they are struck by name (`object_marking_refs`, `granular_markings`): leaving out must not widen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accord.model.errors import InputError
from accord.model.reading import Claim

KEPT = frozenset({"type", "id", "spec_version", "created", "modified"})
"""Properties without which an object is none; they cannot be struck."""
_MADE_OF_ITS_ENDS = frozenset({"relationship", "sighting"})
_MARKING = "marking-definition--"


class Choice(NamedTuple):
    """What is left out. `numbers`: places of claims; `types`: STIX types; `fields`: properties struck from the rest."""

    numbers: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


class Released(NamedTuple):
    """`objects`: place in the full version → bytes as released. `out`: place → why it is left out, in words."""

    objects: dict[int, bytes]
    out: dict[int, str]
    renamed: frozenset[int]
    """Places of what was changed, and so got a fresh id."""


def release(claims: Sequence[Claim], choice: Choice, fresh: Callable[[str], UUID]) -> Released:
    """The releasable version. `fresh` gives an unguessable id for an old one, the same each time it is asked.

    Raises `InputError` when a property that cannot be missing is to be struck.
    """
    impossible = sorted(choice.fields & KEPT)
    if impossible:
        raise InputError(
            f"No object can do without {impossible[0]!r}.", action="Leave such objects out instead of striking it."
        )
    documents = {place: _document(claim) for place, claim in enumerate(claims)}
    out = {
        place: why for place, claim in enumerate(claims) if (why := _unwanted(place, claim, documents[place], choice))
    }
    known = {claim.stix_id for claim in claims}
    kept = {place: struck(document, choice.fields) for place, document in documents.items() if place not in out}
    while True:
        there = {claims[place].stix_id for place in kept}
        hidden = {one for one in known - there if not one.startswith(_MARKING)}
        kept = {place: _without_references(document, hidden) for place, document in kept.items()}
        broken = [place for place in kept if _lost_an_end(documents[place], kept[place])]
        if not broken:
            break
        for place in broken:
            del kept[place]
            out[place] = "One of its ends is left out."
    _keep_markings(claims, documents, kept, out)
    return _named(claims, documents, kept, out, fresh)


def _keep_markings(
    claims: Sequence[Claim],
    documents: Mapping[int, dict[str, Any]],
    kept: dict[int, dict[str, Any]],
    out: dict[int, str],
) -> None:
    """Brings back definitions of markings that something kept is marked with."""
    used = {ref for document in kept.values() for ref in references(document) if ref.startswith(_MARKING)}
    for place in [place for place in out if claims[place].stix_id in used and documents[place]]:
        kept[place] = documents[place]
        del out[place]


def struck(document: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """An object without some properties, also of the objects inside it."""
    return {
        name: _struck_inside(value, fields) for name, value in document.items() if name not in fields or name in KEPT
    }


def _struck_inside(value: Any, fields: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _struck_inside(inner, fields) for name, inner in value.items() if name not in fields}
    return [_struck_inside(inner, fields) for inner in value] if isinstance(value, list) else value


def references(document: Any) -> Iterator[str]:
    """Every id that an object refers to, at any depth."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name.endswith("_ref") and isinstance(value, str):
                yield value
            elif name.endswith("_refs") and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))
            else:
                yield from references(value)
    elif isinstance(document, list):
        for value in document:
            yield from references(value)


def bundle(objects: Sequence[bytes], number: UUID) -> bytes:
    """The objects in a bundle, byte for byte as given."""
    dated = b'"spec_version":"2.0",' if not any(b'"spec_version"' in one for one in objects) else b""
    head = b'{"type":"bundle",' + dated + b'"id":"bundle--' + str(number).encode() + b'","objects":[\n'
    return head + b",\n".join(objects) + b"\n]}\n"


def _document(claim: Claim) -> dict[str, Any]:
    try:
        found = orjson.loads(claim.raw)
    except orjson.JSONDecodeError:
        found = None
    return found if isinstance(found, dict) else {}


def _unwanted(place: int, claim: Claim, document: Mapping[str, Any], choice: Choice) -> str:
    if place in choice.numbers:
        return "You left it out."
    if claim.type in choice.types:
        return f"You left out every {claim.type}."
    return "" if document else "It is no JSON object, so nothing can be checked in it."


def _without_references(document: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in document.items():
        if name.endswith("_ref") and value in hidden:
            continue
        if name.endswith("_refs") and isinstance(value, list):
            rest = [one for one in value if one not in hidden]
            if rest or not value:
                made[name] = rest
        elif isinstance(value, dict):
            made[name] = _without_references(value, hidden)
        elif isinstance(value, list):
            made[name] = [_without_references(one, hidden) if isinstance(one, dict) else one for one in value]
        else:
            made[name] = value
    return made


def _lost_an_end(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if before.get("type") not in _MADE_OF_ITS_ENDS:
        return False
    return any(name in before and name not in after for name in ("source_ref", "target_ref", "sighting_of_ref"))


def _named(
    claims: Sequence[Claim],
    documents: Mapping[int, Mapping[str, Any]],
    kept: Mapping[int, dict[str, Any]],
    out: dict[int, str],
    fresh: Callable[[str], UUID],
) -> Released:
    """Fresh ids for what changed, and for what refers to it, until nothing refers to an old id of those."""
    changed = {claims[place].stix_id for place, document in kept.items() if document != documents[place]}
    while True:
        more = {
            claims[place].stix_id
            for place, document in kept.items()
            if claims[place].stix_id not in changed and changed & set(references(document))
        }
        if not more:
            break
        changed |= more
    names = {old: f"{old.partition('--')[0]}--{fresh(old)}" for old in sorted(changed)}
    objects = {
        place: orjson.dumps(_renamed(kept[place], names)) if claims[place].stix_id in changed else claims[place].raw
        for place in sorted(kept)
    }
    renamed = frozenset(place for place in kept if claims[place].stix_id in changed)
    return Released(objects, dict(sorted(out.items())), renamed)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value
