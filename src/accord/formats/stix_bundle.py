"""Everything that Accord derived, as one STIX 2.1 bundle: members, linked contributions, leads, infrastructure, plan.

Members' own claims are not in it: those are kept and passed on as received. All ids and times follow from the input.

- a contribution that is part of a lead: a report by this node about what that member shared
- a lead: a relationship `related-to` between two reports, its score as confidence
- a cluster of the map: an infrastructure that consists of observables
- a step of the plan: a course of action that mitigates an indicator of its targets; the plan: a grouping of these
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accord.formats.stix_markings import TLP_IDS, tlp_marking
from accord.formats.stix_things import comparison, thing
from accord.formats.timestamps import to_milliseconds
from accord.model.ids import derived_id
from accord.model.leads import Lead
from accord.model.maps import Map
from accord.model.members import Member, MemberKind

_MOST_IN_CLUSTER = 500  # observables of an infrastructure, the most harmful: a reader's limit, the map has all
_MOST_IN_PATTERN = 200  # comparisons; longer patterns are refused by common tools
_ROLES = {
    MemberKind.LAW_ENFORCEMENT: "law-enforcement",
    MemberKind.INTERNATIONAL: "international-organisation",
    MemberKind.CERT: "cert",
    MemberKind.SECURITY_COMPANY: "security-company",
    MemberKind.PROVIDER: "provider",
    MemberKind.CORPORATION: "corporation",
    MemberKind.NON_PROFIT: "non-profit",
}


class Source(NamedTuple):
    """A contribution that leads refer to: its id, its member's slug, its title and path, when its content was seen."""

    id: UUID
    member: str
    title: str
    path: str
    seen_to: datetime | None = None


def bundle(
    *,
    members: Sequence[Member],
    sources: Iterable[Source],
    leads: Sequence[Lead],
    network: Map,
    plan: Mapping[str, Any] | None,
    made_at: datetime,
    author: str = "Alliance",
    handling: str = "TLP:AMBER",
) -> bytes:
    """The bundle as JSON, objects in a fixed order. `author` is the name of the identity that all is created by.

    Raises `KeyError` for a handling that is no TLP 2.0 label, and for a lead whose contribution is not in `sources`.
    """
    writer = _Writer(
        to_milliseconds(made_at),
        f"marking-definition--{TLP_IDS[handling]}",
        f"identity--{derived_id('identity', author)}",
    )
    writer.add(tlp_marking(handling))
    writer.put("identity", writer.author, name=author, identity_class="group", by=False)
    identities = {member.slug: _identity(writer, member) for member in members}
    _leads(writer, leads, {source.id: source for source in sources}, identities)
    _clusters(writer, network)
    if plan and plan.get("steps"):
        _plan(writer, plan, identities)
    return writer.bundle()


@dataclass(slots=True)
class _Writer:
    """Collects objects by id, so that an observable that many refer to stands once."""

    time: str
    marking: str
    author: str
    _objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, stix: dict[str, Any]) -> str:
        return str(self._objects.setdefault(stix["id"], stix)["id"])

    def put(self, type_of: str, key: str, *, by: bool = True, **properties: Any) -> str:
        """Adds a domain object or relationship with the common properties; empty properties are left out."""
        maker = {"created_by_ref": self.author} if by else {}
        kept = {name: value for name, value in properties.items() if value not in ("", None, [], {})}
        return self.add(
            {
                "type": type_of,
                "spec_version": "2.1",
                "id": key,
                "created": self.time,
                "modified": self.time,
                **maker,
                **kept,
                "object_marking_refs": [self.marking],
            }
        )

    def relate(self, source: str, verb: str, target: str, key: object = None, **properties: Any) -> str:
        """Adds a relationship; its id follows from its ends unless a key is given."""
        name = f"relationship--{key or derived_id('relationship', source, verb, target)}"
        return self.put(
            "relationship", name, relationship_type=verb, source_ref=source, target_ref=target, **properties
        )

    def thing(self, kind: str, value: str) -> str | None:
        """Adds the object for a selector; its id, or None when STIX cannot hold it."""
        made = thing(kind, value, self.time, self.marking)
        return None if made is None else self.add(made)

    def bundle(self) -> bytes:
        ids = sorted(self._objects)
        key = derived_id("bundle", self.time, self.marking, *ids)
        whole = {"type": "bundle", "id": f"bundle--{key}", "objects": list(self._objects.values())}
        return orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE)


def _identity(writer: _Writer, member: Member) -> str:
    key = f"identity--{member.id}"
    return writer.put("identity", key, name=member.name, identity_class="organization", roles=[_ROLES[member.kind]])


def _leads(
    writer: _Writer, leads: Sequence[Lead], sources: Mapping[UUID, Source], identities: Mapping[str, str]
) -> None:
    """Reports first, since each lists all observables that any of its leads names."""
    held: dict[UUID, dict[str, None]] = {}
    for lead in leads:
        for reason in lead.reasons:
            first = writer.thing(reason.kind, reason.value_a)
            second = writer.thing(reason.kind_b or reason.kind, reason.value_b or reason.value_a)
            for contribution, ref in ((lead.a, first), (lead.b, second)):
                held.setdefault(contribution, {})
                if ref and not reason.common and reason.family != "path":
                    held[contribution][ref] = None
        held.setdefault(lead.a, {})
        held.setdefault(lead.b, {})
    for contribution, refs in held.items():
        _report(writer, sources[contribution], list(refs), identities)
    for lead in leads:
        writer.relate(
            _report_id(lead.a),
            "related-to",
            _report_id(lead.b),
            lead.id,
            description=lead.sentence,
            confidence=max(0, min(100, round(lead.score * 100))),
        )


def _report_id(contribution: UUID) -> str:
    return f"report--{contribution}"


def _report(writer: _Writer, source: Source, refs: list[str], identities: Mapping[str, str]) -> None:
    member = identities.get(source.member)
    known = [member, *refs] if member else refs
    writer.put(
        "report",
        _report_id(source.id),
        name=source.title or source.path,
        description=f"Contribution {source.path}, and what leads name of it.",
        report_types=["indicator"],
        published=to_milliseconds(source.seen_to) if source.seen_to else writer.time,
        object_refs=known or [writer.author],
    )


def _clusters(writer: _Writer, network: Map) -> None:
    for number, name in enumerate(network.clusters, 1):
        inside = [node for node in network.nodes if node.cluster == number and node.shape != "report"]
        inside.sort(key=lambda node: (-node.harm, node.key))
        pairs = [node.key.partition("|") for node in inside[:_MOST_IN_CLUSTER]]
        refs = [ref for kind, _, value in pairs if (ref := writer.thing(kind, value))]
        observables = [
            ref for ref in refs if ref.partition("--")[0] not in ("malware", "threat-actor", "vulnerability")
        ]
        if not observables:
            continue
        more = len(inside) - _MOST_IN_CLUSTER
        key = writer.put(
            "infrastructure",
            f"infrastructure--{derived_id('cluster', name, *observables)}",
            name=name,
            description=f"A cluster of the map.{f' {more} less harmful parts are left out.' if more > 0 else ''}",
            infrastructure_types=["unknown"],
        )
        for ref in observables:
            writer.relate(key, "consists-of", ref)


def _plan(writer: _Writer, plan: Mapping[str, Any], identities: Mapping[str, str]) -> None:
    actions = []
    for step in plan["steps"]:
        power = step.get("power") or "not stated"
        key = writer.put(
            "course-of-action",
            f"course-of-action--{derived_id('action', str(step['action_id']))}",
            name=step["title"],
            description=f"Step {step['number']}, by {step['member']}. {step.get('why') or ''} Power: {power}.",
        )
        actions.append(key)
        if member := identities.get(str(step["member_slug"])):
            writer.relate(key, "related-to", member, description="Who acts.")
        indicator = _indicator(writer, step)
        if indicator:
            writer.relate(key, "mitigates", indicator)
    writer.put(
        "grouping",
        f"grouping--{derived_id('plan', *actions)}",
        name="Joint disruption plan",
        description=str(plan.get("sentence") or ""),
        context="unspecified",
        object_refs=actions,
    )


def _indicator(writer: _Writer, step: Mapping[str, Any]) -> str | None:
    targets = step.get("targets") or []
    parts = [part for kind, value in targets if (part := comparison(str(kind), str(value)))]
    if not parts:
        return None
    more = len(parts) - _MOST_IN_PATTERN
    return writer.put(
        "indicator",
        f"indicator--{derived_id('indicator', str(step['action_id']))}",
        name=f"Targets of step {step['number']}",
        description=f"{more} more targets are in the plan." if more > 0 else "",
        indicator_types=["malicious-activity"],
        pattern=" OR ".join(f"[{part}]" for part in parts[:_MOST_IN_PATTERN]),
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=writer.time,
    )
