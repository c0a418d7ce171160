"""A case file as CASE 1.4 / UCO 1.4 JSON-LD, the ontology of cyber-investigations.

Items become observable objects with a provenance record, each event of a chain an investigative action on it, entities
observables, hypotheses, their arguments and notes annotations, the timeline events. All ids follow from the records:
the same case gives the same bytes. Checked by `case_validate` of case-utils, its warnings included
(tests/unit/formats/test_case_uco.py). What CASE has no term for: tasks (left out), the state of a hypothesis (a tag),
BLAKE3 (a hash method outside UCO's vocabulary, hence in the provenance record's description).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785

from accord.formats.timestamps import to_milliseconds
from accord.model.cases import CaseFacts, Deed, Entity, Exhibit, Hypothesis, Note
from accord.model.ids import derived_id

VERSION = "1.4.0"
CONTEXT = {
    "kb": "https://accord.example/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_ITEM_CLASSES = {
    "file": "uco-observable:File", "image": "uco-observable:File", "capture": "uco-observable:File",
    "page": "uco-observable:File", "message": "uco-observable:File", "account": "uco-observable:Account",
    "wallet": "uco-observable:ObservableObject", "thing": "uco-core:Item",
}  # fmt: skip
_ENTITIES = {
    "domain": ("DomainName", "value"), "ipv4": ("IPv4Address", "addressValue"),
    "ipv6": ("IPv6Address", "addressValue"), "url": ("URL", "fullValue"), "email": ("EmailAddress", "addressValue"),
    "mac": ("MACAddress", "addressValue"),
}  # fmt: skip
"""Kind of selector → UCO's class, and the property of its facet that holds the value."""
Node = dict[str, Any]


def case_document(facts: CaseFacts) -> bytes:
    """The case as canonical JSON-LD (RFC 8785)."""
    return rfc8785.dumps({"@context": CONTEXT, "@graph": _graph(facts)})


def _graph(facts: CaseFacts) -> list[Node]:
    agents = _Agents()
    things: list[Node] = []
    for exhibit in facts.exhibits:
        things.extend(_exhibit(exhibit, agents))
    things.extend(_entity(one) for one in facts.entities)
    for hypothesis in facts.hypotheses:
        things.extend(_hypothesis(hypothesis, facts))
    things.extend(_note(note, facts) for note in facts.notes)
    for one in facts.timeline:
        local = f" ({one.local})" if one.local else ""
        event = _node("event", one.id, "uco-core:Event", {"uco-core:description": f"{one.text}{local}"})
        things.append({**event, "uco-core:startTime": _time(one.at)})
    for name, member in facts.people:
        agents.person(name, member)
    whole = [*agents.nodes(), *things]
    return [_investigation(facts, whole), *whole]


def _investigation(facts: CaseFacts, parts: list[Node]) -> Node:
    words = {"uco-core:name": facts.title, "uco-core:description": facts.summary or facts.title}
    node = _node("investigation", facts.id, "case-investigation:Investigation", words)
    node["uco-core:objectCreatedTime"] = _time(facts.opened_at)
    node["uco-core:tag"] = [facts.handling]
    if parts:
        node["uco-core:object"] = [{"@id": part["@id"]} for part in parts]
    return node


def _exhibit(exhibit: Exhibit, agents: _Agents) -> list[Node]:
    item = _node("item", exhibit.id, _ITEM_CLASSES[exhibit.kind], {"uco-core:name": exhibit.title})
    if exhibit.description:
        item["uco-core:description"] = exhibit.description
    facets = _facets(exhibit)
    if facets:
        item["uco-core:hasFacet"] = facets
    said = f"{exhibit.standing}; {exhibit.state}; held by {exhibit.holder}."
    if exhibit.blake3:
        said += f" BLAKE3 {exhibit.blake3}."
    words = {"uco-core:description": said, "case-investigation:exhibitNumber": exhibit.reference or str(exhibit.id)}
    record = _node("provenance", exhibit.id, "case-investigation:ProvenanceRecord", words)
    record["uco-core:object"] = [{"@id": item["@id"]}]
    record["uco-core:objectCreatedTime"] = _time(exhibit.acquired_at)
    actions = [node for deed in exhibit.chain for node in _action(deed, item["@id"], record["@id"], agents)]
    return [item, record, *actions, *(_derived(exhibit, parent, item["@id"]) for parent in exhibit.parents)]


def _facets(exhibit: Exhibit) -> list[Node]:
    facets: list[Node] = []
    if exhibit.file_name:
        facet = _node("file-facet", exhibit.id, "uco-observable:FileFacet", {})
        facets.append({**facet, "uco-observable:fileName": exhibit.file_name})
    if exhibit.sha256:
        digest = _node("hash", exhibit.id, "uco-types:Hash", {})
        digest["uco-types:hashMethod"] = "SHA256"
        digest["uco-types:hashValue"] = {"@type": "xsd:hexBinary", "@value": exhibit.sha256}
        facet = _node("content-facet", exhibit.id, "uco-observable:ContentDataFacet", {})
        size = {"@type": "xsd:integer", "@value": str(exhibit.size)}
        facets.append({**facet, "uco-observable:hash": [digest], "uco-observable:sizeInBytes": size})
    return facets


def _action(deed: Deed, item: str, record: str, agents: _Agents) -> list[Node]:
    said = " ".join(text for text in (deed.reason, *(f"Doubt: {doubt}" for doubt in deed.doubts)) if text)
    words = {"uco-core:name": deed.act, "uco-core:description": said or deed.act}
    node = _node("action", deed.id, "case-investigation:InvestigativeAction", words)
    node["uco-action:startTime"] = _time(deed.happened_at)
    node["uco-action:endTime"] = _time(deed.happened_at)
    node["uco-action:performer"] = {"@id": agents.person(deed.person, deed.member)}
    node["uco-action:object"] = [{"@id": item}]
    node["uco-action:result"] = [{"@id": record}]
    if deed.tool:
        node["uco-action:instrument"] = [{"@id": agents.tool(deed.tool)}]
    if deed.place:
        node["uco-action:location"] = [{"@id": agents.place(deed.place)}]
    if not deed.authority:
        return [node]
    words = {"uco-core:name": deed.authority}
    allowed = _node("authorization", deed.id, "case-investigation:Authorization", words)
    return [node, allowed, _relation(deed.id, allowed["@id"], node["@id"], "Authorizes")]


def _derived(exhibit: Exhibit, parent: UUID, item: str) -> Node:
    number = derived_id("case-derived", str(exhibit.id), str(parent))
    return _relation(number, item, f"kb:item-{parent}", "Derived_From")


def _relation(number: UUID, source: str, target: str, kind: str) -> Node:
    node = _node("relationship", number, "uco-core:Relationship", {})
    node["uco-core:source"] = [{"@id": source}]
    node["uco-core:target"] = [{"@id": target}]
    return {**node, "uco-core:kindOfRelationship": kind, "uco-core:isDirectional": True}


def _entity(entity: Entity) -> Node:
    known = _ENTITIES.get(entity.kind)
    name = f"{entity.kind}: {entity.value}"
    if known is None:
        return _node("entity", entity.id, "uco-observable:ObservableObject", {"uco-core:name": name})
    kind, field = known
    node = _node("entity", entity.id, f"uco-observable:{kind}", {"uco-core:name": name})
    facet = _node("entity-facet", entity.id, f"uco-observable:{kind}Facet", {f"uco-observable:{field}": entity.value})
    return {**node, "uco-core:hasFacet": [facet]}


def _hypothesis(hypothesis: Hypothesis, facts: CaseFacts) -> list[Node]:
    """An annotation on the investigation, and one for each argument on what it rests on and on the hypothesis."""
    exhibits = {exhibit.id for exhibit in facts.exhibits}
    own = _annotation("hypothesis", hypothesis.id, hypothesis.text, ["hypothesis", hypothesis.state], _root(facts))
    nodes = [own]
    for weight in hypothesis.weights:
        said = f"{weight.text} {weight.subject_name}".strip()
        node = _annotation("argument", weight.id, said, ["argument", weight.side], own["@id"])
        if weight.subject in exhibits:
            node["uco-core:object"].append({"@id": f"kb:item-{weight.subject}"})
        nodes.append(node)
    return nodes


def _note(note: Note, facts: CaseFacts) -> Node:
    node = _annotation("note", note.id, note.text, ["note"], _root(facts))
    return {**node, "uco-core:objectCreatedTime": _time(note.written_at)}


def _annotation(noun: str, number: UUID, text: str, tags: list[str], about: str) -> Node:
    node = _node(noun, number, "uco-core:Annotation", {"uco-core:statement": text})
    return {**node, "uco-core:tag": tags, "uco-core:object": [{"@id": about}]}


def _root(facts: CaseFacts) -> str:
    return f"kb:investigation-{facts.id}"


class _Agents:
    """People, members, tools and places, each once."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def person(self, name: str, member: str) -> str:
        whose = self._named("organization", "uco-identity:Organization", member)
        number = derived_id("case-person", name, member)
        node = _node("person", number, "uco-identity:Person", {"uco-core:name": name})
        if node["@id"] not in self._nodes:
            self._nodes[node["@id"]] = node
            link = derived_id("case-works-for", name, member)
            relation = _relation(link, node["@id"], whose, "Works_For")
            self._nodes[relation["@id"]] = relation
        return str(node["@id"])

    def tool(self, name: str) -> str:
        return self._named("tool", "uco-tool:Tool", name)

    def place(self, name: str) -> str:
        return self._named("location", "uco-location:Location", name)

    def nodes(self) -> list[Node]:
        return list(self._nodes.values())

    def _named(self, noun: str, kind: str, name: str) -> str:
        node = _node(noun, derived_id(f"case-{noun}", name), kind, {"uco-core:name": name})
        self._nodes[node["@id"]] = node
        return str(node["@id"])


def _node(noun: str, number: UUID, kind: str, values: dict[str, Any]) -> Node:
    return {"@id": f"kb:{noun}-{number}", "@type": kind, **values}


def _time(moment: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": to_milliseconds(moment)}
