"""Writes MISP events (core format) from what a member shared; says what MISP has no place for.

- a selector: an attribute, or, where MISP has no attribute type for it, the standard object (`coin-address`,
  `user-account`)
- selectors that the content ties together: one object of our template `accord-row` (stated relationships:
  `accord-link`), whose object relations are kinds of selectors, so that our reader ties them again
- names of malware and actors: galaxy tags; techniques: the tags of MITRE's galaxy; reports and notes: event reports
- handling: `formats.misp_handling`

The same contribution gives the same event: UUIDs follow from its id, times from when it was received.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accord.formats import misp_handling
from accord.formats.cliques import cliques
from accord.formats.losses import Loss, Losses
from accord.formats.misp_kinds import LINK, ROW, TEMPLATES, WRITTEN_BY, attribute_type, category_of, object_of
from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.reading import Claim, Mention, Relation
from accord.model.selectors import NAME_KINDS, Selector, SelectorKind
from accord.selectors import common

MAX_REPORT_CHARACTERS = 60_000
_TOLD_TYPES = ("report", "note", "opinion", "grouping", "campaign", "incident")
_DETAILED = frozenset(
    {"indicator", "malware", "threat-actor", "intrusion-set", "tool", "vulnerability", "infrastructure"}
)
_ENVELOPE = frozenset({"identity", "marking-definition", "extension-definition", "relationship"})


@dataclass(frozen=True, slots=True)
class Shared:
    """A contribution with its parts, as `model.reading` has them. `events`: its own, where it came as MISP."""

    id: UUID
    title: str
    member_id: UUID
    member_name: str
    received_at: datetime
    handling: Handling
    seen_to: datetime | None = None
    claims: Sequence[Claim] = ()
    mentions: Sequence[Mention] = ()
    relations: Sequence[Relation] = ()
    events: Sequence[Mapping[str, Any]] = field(default=())


class Written(NamedTuple):
    """A MISP event, and what it does not carry."""

    event: dict[str, Any]
    losses: tuple[Loss, ...]


def write_events(shared: Shared, circles: Mapping[UUID, str] | None = None) -> Iterator[Written]:
    """The events of a contribution: its own, under its present handling, where it came as MISP; else one made of it.

    `circles`: names of circles by id.
    """
    if shared.events:
        for event in shared.events:
            yield _passed_on(event, shared, circles or {})
    else:
        yield _made(shared, circles or {})


def _passed_on(event: Mapping[str, Any], shared: Shared, circles: Mapping[UUID, str]) -> Written:
    """As it came, everything unknown included; its handling is today's, and never wider than it said itself."""
    losses = Losses()
    handling = misp_handling.handling_of(event, otherwise=shared.handling)
    tags = [tag for tag in event.get("Tag") or () if not _says_handling(tag)]
    tags += [{"name": name} for name in misp_handling.labels(handling, losses)]
    kept = {name: value for name, value in event.items() if name not in ("SharingGroup", "sharing_group_id", "id")}
    reach = misp_handling.distribution(handling, circles, losses)
    return Written({**kept, "Tag": tags, **reach}, losses.told())


def _says_handling(tag: Any) -> bool:
    name = str(tag.get("name", "")).lower() if isinstance(tag, dict) else ""
    return name.startswith(("tlp:", "pap:", "accord:")) and not name.startswith("tlp:ex")


def _made(shared: Shared, circles: Mapping[UUID, str]) -> Written:
    losses = Losses()
    at = str(int(shared.received_at.timestamp()))
    writer = _Writer(shared, at, losses)
    attributes, objects, tags = writer.parts()
    day = (shared.seen_to or shared.received_at).astimezone(UTC)
    event = {
        "uuid": str(shared.id),
        "info": shared.title or "Shared through Accord",
        "date": f"{day:%Y-%m-%d}",
        "timestamp": at,
        "publish_timestamp": at,
        "published": True,
        "analysis": "0",
        "threat_level_id": "4",  # undefined: nobody said
        **misp_handling.distribution(shared.handling, circles, losses),
        "Orgc": {"uuid": str(shared.member_id), "name": shared.member_name},
        "Tag": [{"name": name} for name in [*misp_handling.labels(shared.handling, losses), *tags]],
        "Attribute": attributes,
        "Object": objects,
        "EventReport": writer.reports(),
        WRITTEN_BY: 1,
    }
    return Written(event, losses.told())


class _Writer:
    def __init__(self, shared: Shared, at: str, losses: Losses) -> None:
        self._shared, self._at, self._losses = shared, at, losses
        self._objects = [_decoded(claim) for claim in shared.claims]
        self._tags: list[str] = []

    def parts(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
        """Attributes, objects, and tags of galaxies."""
        mentions = self._shared.mentions
        alone, objects = set(range(len(mentions))), []
        for name in (ROW, LINK):
            kind = "stated" if name == LINK else "row"
            pairs = [(r.a, r.b) for r in self._shared.relations if r.kind == kind]
            for group in cliques(pairs):
                objects.append(self._tied(name, group))
                alone -= group
        attributes = []
        for place in sorted(alone):
            one = mentions[place]
            if one.kind in NAME_KINDS:
                continue
            made = object_of(Selector(one.kind, one.value))
            if made is None:
                attributes.append(self._attribute(one, attribute_type(Selector(one.kind, one.value))))
            else:
                objects.append(self._object(made[0], [(rel, typ, val, one) for rel, typ, val in made[1]]))
        self._name_tags()
        self._tell_rest()
        return attributes, objects, sorted(set(self._tags))

    def reports(self) -> list[dict[str, Any]]:
        """Reports and notes as MISP's event reports, in Markdown."""
        found = []
        for claim, obj in zip(self._shared.claims, self._objects, strict=True):
            text = obj.get("content") or obj.get("description") or obj.get("explanation")
            if claim.type in _TOLD_TYPES and isinstance(text, str) and text.strip():
                name = str(obj.get("name") or obj.get("abstract") or claim.type)[:200]
                if len(text) > MAX_REPORT_CHARACTERS:
                    self._losses.add(f"end of a {claim.type}", f"cut at {MAX_REPORT_CHARACTERS:,} characters")
                number = str(derived_id("misp-report", str(self._shared.id), claim.stix_id))
                content = text[:MAX_REPORT_CHARACTERS]
                found.append(
                    {"uuid": number, "name": name, "content": content, "timestamp": self._at, "distribution": "5"}
                )
        return found

    def _tied(self, name: str, group: Iterable[int]) -> dict[str, Any]:
        rows = []
        for place in sorted(group):
            one = self._shared.mentions[place]
            rows.append((str(one.kind), attribute_type(Selector(one.kind, one.value)), one.value, one))
        return self._object(name, rows)

    def _object(self, name: str, rows: Sequence[tuple[str, str, str, Mention]]) -> dict[str, Any]:
        template, version, category = TEMPLATES[name]
        key = orjson.dumps([(relation, value) for relation, _, value, _ in rows]).decode()
        number = str(derived_id("misp-object", str(self._shared.id), name, key))
        attributes = [
            {**self._attribute(one, type_, value, parent=number), "object_relation": relation}
            for relation, type_, value, one in rows
        ]
        return {
            "uuid": number,
            "name": name,
            "meta-category": category,
            "template_uuid": template,
            "template_version": version,
            "timestamp": self._at,
            "distribution": "5",
            "Attribute": attributes,
        }

    def _attribute(self, one: Mention, type_: str, value: str | None = None, parent: str = "") -> dict[str, Any]:
        text = one.value if value is None else value
        obj = self._objects[one.claim] if one.claim < len(self._objects) else {}
        number = derived_id("misp-attribute", str(self._shared.id), parent, type_, text)
        said = " ".join(str(obj.get("name") or obj.get("description") or "").split())[:300]
        return {
            "uuid": str(number),
            "type": type_,
            "category": category_of(type_),
            "value": text,
            "comment": "" if said == text else said,
            "to_ids": type_ != "text" and not common(Selector(one.kind, one.value)),
            "timestamp": self._at,
            "distribution": "5",
            "disable_correlation": False,
            **_seen(obj),
        }

    def _name_tags(self) -> None:
        for one in self._shared.mentions:
            if one.kind in NAME_KINDS:
                galaxy = "accord-malware" if one.kind is SelectorKind.MALWARE else "accord-actor"
                if '"' in one.value or len(one.value) > 200 or len(one.value) < 2:
                    self._losses.add("name of malware or actor", "a galaxy tag cannot hold it")
                else:
                    self._tags.append(f'misp-galaxy:{galaxy}="{one.value}"')

    def _tell_rest(self) -> None:
        """Techniques as tags; what nothing stands for is counted."""
        mentioned = {one.claim for one in self._shared.mentions}
        for place, (claim, obj) in enumerate(zip(self._shared.claims, self._objects, strict=True)):
            technique = _technique(obj) if claim.type == "attack-pattern" else ""
            if technique:
                self._tags.append(technique)
            elif place in mentioned:
                if claim.type in _DETAILED and set(obj) - _PLAIN:
                    self._losses.add(f"details of a {claim.type}", "MISP keeps value, comment and dates")
            elif claim.type in _ENVELOPE:
                self._losses.add(claim.type, "MISP says it by organisation, tags and objects, or not at all")
            elif claim.type not in _TOLD_TYPES:
                self._losses.add(claim.type, "MISP has no place for it outside its galaxies")


_PLAIN = frozenset(
    {"type", "spec_version", "id", "created", "modified", "name", "value", "description", "pattern", "pattern_type"}
    | {"is_family", "valid_from", "valid_until", "created_by_ref", "object_marking_refs"}
)


def _decoded(claim: Claim) -> dict[str, Any]:
    try:
        found = orjson.loads(claim.raw)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _technique(obj: Mapping[str, Any]) -> str:
    """`misp-galaxy:mitre-attack-pattern="Name - T1059"`, or nothing."""
    for reference in obj.get("external_references") or ():
        number = reference.get("external_id") if isinstance(reference, dict) else None
        name = obj.get("name")
        if isinstance(number, str) and number.startswith("T") and isinstance(name, str) and '"' not in name:
            return f'misp-galaxy:mitre-attack-pattern="{name[:150]} - {number[:20]}"'
    return ""


def _seen(obj: Mapping[str, Any]) -> dict[str, str]:
    """First and last sighting where the claim says them (MISP: ISO 8601)."""
    pairs = (
        ("first_seen", ("first_observed", "first_seen", "valid_from")),
        ("last_seen", ("last_observed", "last_seen")),
    )
    found = {}
    for name, sources in pairs:
        value = next((obj[source] for source in sources if isinstance(obj.get(source), str)), None)
        if value is not None:
            found[name] = value
    return found
