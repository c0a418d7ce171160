"""Handling as MISP says it: `tlp:` and `PAP:` tags, distribution and sharing group, and our own tags for the rest.

MISP's distribution: 0 this organisation only, 1 this community, 2 connected communities, 3 all, 4 a sharing group,
5 as the event. A circle of ours is a sharing group of the same UUID: global ids, never local numbers, since groups
matched by number have leaked. What MISP has no field for goes along as `accord:` tags, which our reader takes back;
another MISP keeps such tags and does not obey them, so they are told as losses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785

from accord.formats.losses import Losses
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.lattice import meet, parts

OWN_ORGANISATION, COMMUNITY, CONNECTED, ALL, GROUP, INHERIT = range(6)
_TAG = re.compile(r'accord:([a-z-]{1,40})="([^"]{1,200})"')
_NOT_OBEYED = "MISP has no such rule; it goes along as a tag, which only Accord obeys"
_NONE = "none"
_INSTANTS = {"embargo": "embargo_until", "expiry": "expires_at", "kept": "retain_until"}
_DISTRIBUTION = {
    Tlp.CLEAR: ALL,
    Tlp.GREEN: CONNECTED,
    Tlp.AMBER: COMMUNITY,
    Tlp.AMBER_STRICT: OWN_ORGANISATION,
    Tlp.RED: OWN_ORGANISATION,
}


def labels(handling: Handling, losses: Losses) -> list[str]:
    """The tags of a handling, in a fixed order; what another MISP will not obey is told."""
    every = parts(handling)
    found = [f"tlp:{max(part.tlp for part in every).label.removeprefix('TLP:').lower()}"]
    found.append(max(part.pap for part in every).label)
    own: set[str] = set()
    for what, tags in _rules(every):
        losses.add(f"handling: {what}", _NOT_OBEYED)
        own.update(tags)
    return found + sorted(own)


def _rules(every: frozenset[Handling]) -> Iterator[tuple[str, list[str]]]:
    for name in ("purposes", "jurisdictions"):
        named = [getattr(part, name) for part in every if getattr(part, name) is not None]
        if named:  # what all parts allow: the tags are read back as one set
            together = sorted(frozenset.intersection(*named)) or [_NONE]
            yield name, [_tag(name.removesuffix("s"), value) for value in together]
    for what, field in _INSTANTS.items():
        instants = {getattr(part, field) for part in every} - {None}
        if instants:
            yield what, [_tag(what, instant.isoformat()) for instant in instants]
    codes = frozenset().union(*(part.codes for part in every))
    if codes:
        yield "handling codes", [_tag("code", code) for code in codes]
    grades = {part.grade.label for part in every if part.grade is not None}
    if grades:
        yield "4x4 grade", [_tag("grade", grade) for grade in grades]
    if any(p.excluded_members or p.originator_control or p.permitted or p.unknown or p.limits for p in every):
        yield "rules for single members, or in words", [_tag("rule", "ask-originator")]


def _tag(name: str, value: str) -> str:
    return f'accord:{name}="{value}"'


def distribution(handling: Handling, circles: Mapping[UUID, str], losses: Losses) -> dict[str, Any]:
    """`distribution`, with `SharingGroup` for one circle; never wider than the handling, an empty circle is nobody."""
    every = parts(handling)
    level = _DISTRIBUTION[max(part.tlp for part in every)]
    named = [part.circles for part in every if part.circles is not None]
    if not named:
        return {"distribution": str(level)}
    together = frozenset.intersection(*named)
    if len(together) != 1:
        losses.add("handling: circles", "an event goes to one sharing group; with several, or none, it stays at home")
        return {"distribution": str(OWN_ORGANISATION)}
    (circle,) = together
    group = {"uuid": str(circle), "name": circles.get(circle, f"circle {circle}"), "releasability": "", "active": True}
    return {"distribution": str(GROUP), "SharingGroup": group}


def handling_of(event: Mapping[str, Any], *, otherwise: Handling) -> Handling:
    """The handling that an event states, narrowed by `otherwise` (the member's own).

    The strictest label and the narrowest distribution of any of its parts holds for all of it, as in `from_markings`:
    part of it marked is all of it marked. A tag of ours that cannot be read hides it.
    """
    said = Handling(tlp=otherwise.tlp, pap=otherwise.pap, originators=otherwise.originators)
    alone = said == otherwise
    for node in _nodes(event):
        for tag in _listed(node, "Tag"):
            said = _narrowed(said, str(tag.get("name", "")).strip())
        reach = _reach(node)
        if reach is not None:
            said = replace(said, circles=reach if said.circles is None else said.circles & reach)
    return said if alone else meet(said, otherwise)


def _narrowed(said: Handling, name: str) -> Handling:
    """What was said so far with one more tag; tags of other taxonomies say nothing about handling."""
    low, own = name.lower(), _TAG.fullmatch(name)
    try:
        if low.startswith("tlp:") and not low.startswith("tlp:ex"):  # `tlp:ex:chr` is an exception, no level
            return replace(said, tlp=max(said.tlp, Tlp.from_label(low)))
        if low.startswith("pap:"):
            return replace(said, pap=max(said.pap, Pap[low.removeprefix("pap:").upper().replace("WHITE", "CLEAR")]))
        if own is not None:
            return _with_rule(said, own.group(1), own.group(2))
    except (ValueError, KeyError):
        rule = rfc8785.dumps({"name": "misp-tag", "value": ascii(name)[:300]}).decode()
        return replace(said, unknown=said.unknown | {rule})
    return said


def _with_rule(said: Handling, name: str, value: str) -> Handling:
    """One of our tags. Raises `ValueError` for one that this version does not know."""
    if name == "code":
        return replace(said, codes=said.codes | {HandlingCode(value)})
    if name == "grade":
        grade = Grade.from_label(value)
        return replace(said, grade=max(said.grade or grade, grade))
    if name == "rule":
        return replace(said, originator_control=True)
    if name in _INSTANTS:
        field, instant = _INSTANTS[name], datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError("an instant says its zone")
        there = getattr(said, field)
        later = name == "embargo"
        kept = instant if there is None else (max if later else min)(there, instant)
        changed: dict[str, Any] = {field: kept}
        return replace(said, **changed)
    if name in ("purpose", "jurisdiction"):
        field = f"{name}s"
        added = frozenset() if value == _NONE else frozenset({value})
        several: dict[str, Any] = {field: (getattr(said, field) or frozenset()) | added}
        return replace(said, **several)
    raise ValueError(name)


def _nodes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield event
    yield from _listed(event, "Attribute")
    for one in _listed(event, "Object"):
        yield one
        yield from _listed(one, "Attribute")


def _listed(node: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    items = node.get(name)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def _reach(node: Mapping[str, Any]) -> frozenset[UUID] | None:
    """The circles a part may go to; None: it says nothing, or everybody. A group without a readable UUID is nobody."""
    level = str(node.get("distribution", ""))
    if level == str(OWN_ORGANISATION):
        return frozenset()
    if level == str(GROUP):
        group = node.get("SharingGroup")
        try:
            return frozenset({UUID(str(group["uuid"]))}) if isinstance(group, dict) else frozenset()
        except (KeyError, ValueError):
            return frozenset()
    return None
