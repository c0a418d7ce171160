"""A case file as others take it: CASE/UCO JSON-LD, and a report as HTML and PDF."""

from __future__ import annotations

from uuid import UUID

from accord.formats.case_uco import case_document
from accord.model.cases import CaseFacts, Deed, Entity, Exhibit, Happening, Hypothesis, Note, Weight
from accord.model.selectors import Selector, SelectorKind
from accord.policy.standing import Court
from accord.report.case_report import case_report
from accord.report.html import page_html
from accord.selectors import defang
from accord.services.browse import Signed
from accord.services.browse_cases import CaseDetail, EntryView, Weighed, read_case
from accord.services.browse_evidence import ItemDetail, read_item
from accord.services.copies import handed_out
from accord.services.local_times import local
from accord.services.node import Node

_COURT = {Court.YES: "may be used in court", Court.ASK: "in court only with permission", Court.NO: "not for court"}


def case_uco(node: Node, signed: Signed, case_id: UUID) -> bytes:
    """The case as CASE/UCO JSON-LD. Raises `AbsentError`."""
    return case_document(facts_of(node, signed, case_id))


def case_report_html(node: Node, signed: Signed, case_id: UUID) -> bytes:
    """The case report as one HTML file. Raises `AbsentError`."""
    return page_html(case_report(facts_of(node, signed, case_id, safe=True))).encode()


def case_report_pdf(node: Node, signed: Signed, case_id: UUID) -> bytes:
    """The case report as PDF/UA-1. Raises `AbsentError`."""
    return node.typesetter.typeset(case_report(facts_of(node, signed, case_id, safe=True)))


def facts_of(node: Node, signed: Signed, case_id: UUID, *, safe: bool = False) -> CaseFacts:
    """The file as this person may see it. `safe`: selectors defanged, for people's eyes."""
    detail = read_case(node, signed, case_id)
    named = {entry.subject_id for entry in detail.links if entry.subject and entry.subject_id}
    handed_out(node, signed.member_id, named, "report")
    seen = [item for _, item in detail.items if item is not None]
    unique = {item.id: item for item in seen}
    case = detail.case
    return CaseFacts(
        id=case.id,
        title=case.title,
        reference=case.reference,
        summary=case.summary,
        authority=case.authority,
        member=case.member_name,
        opened_at=case.opened_at,
        opened_by=case.opened_by,
        closed_at=case.closed_at,
        closing=case.closing,
        people=tuple((person.name, person.member_name) for person in detail.people),
        made_at=node.clock.now(),
        handling=case.handling.tlp.label,
        exhibits=tuple(_exhibit(read_item(node, signed, number)) for number in unique),
        hypotheses=tuple(_hypothesis(one) for one in detail.hypotheses),
        timeline=tuple(_happening(entry) for entry in detail.timeline),
        entities=tuple(_entity(entry, safe=safe) for entry in detail.entities),
        notes=tuple(Note(n.id, n.text, n.person_name, n.written_at) for n in detail.notes),
        tasks=tuple((task.text, task.state, task.at) for task in detail.tasks),
        unseen=_unseen(detail),
    )


def _unseen(detail: CaseDetail) -> int:
    hidden = sum(item is None for _, item in detail.items)
    return hidden + sum(1 for link in detail.links if not link.subject)


def _exhibit(detail: ItemDetail) -> Exhibit:
    item = detail.item
    word = "Evidence" if detail.standing.evidence else "Intelligence"
    chain = tuple(
        Deed(
            id=event.link.id,
            number=event.link.number,
            act=event.link.act.value,
            happened_at=event.link.happened_at,
            person=event.person_name,
            member=event.member_name,
            reason=str(event.link.said.get("reason", "")),
            authority=str(event.link.said.get("authority", "")),
            place=str(event.link.said.get("place", "")),
            tool=str(event.link.said.get("tool", "")),
            digest=event.link.digest.hex(),
            doubts=tuple(doubt.sentence for doubt in event.doubts),
        )
        for event in detail.events
    )
    return Exhibit(
        id=item.id,
        kind=item.kind,
        title=item.title,
        reference=item.reference,
        description=item.description,
        file_name=item.file_name,
        size=item.size,
        sha256=item.sha256,
        blake3=item.blake3,
        holder=item.holder_name or "nobody at this node",
        state=item.state,
        standing=f"{word}, {_COURT[detail.standing.court]}",
        acquired_at=item.acquired_at,
        parents=tuple(parent.id for parent in detail.parents),
        chain=chain,
    )


def _hypothesis(weighed: Weighed) -> Hypothesis:
    weights = tuple(
        Weight(one.id, one.state, one.text, one.subject_id if one.subject_kind == "evidence" else None, one.subject)
        for one in (*weighed.supports, *weighed.contradicts)
    )
    return Hypothesis(weighed.hypothesis.id, weighed.hypothesis.text, weighed.hypothesis.state, weights)


def _happening(entry: EntryView) -> Happening:
    assert entry.at is not None
    return Happening(entry.id, entry.at, local(entry.at, entry.zone), entry.text, entry.subject)


def _entity(entry: EntryView, *, safe: bool) -> Entity:
    value = defang(Selector(SelectorKind(entry.selector_kind), entry.text)) if safe else entry.text
    return Entity(entry.id, entry.selector_kind, value)
