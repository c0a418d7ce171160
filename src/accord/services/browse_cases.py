"""Case files as their people read them: the list, and one with its hypotheses, timeline, entities, tasks and things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.handling import Handling
from accord.services.browse import Page, Signed, handling_of
from accord.services.browse_evidence import ItemView, item_view
from accord.services.cases import SUBJECTS, working
from accord.services.node import Node
from accord.store import browse_evidence, cases
from accord.store.cases import CaseFilter
from accord.store.engine import Connection

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as a list shows it. `counts`: entries by kind; `tasks`: open ones."""

    id: UUID
    title: str
    reference: str
    summary: str
    authority: str
    member_name: str
    member_slug: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closing: str
    handling: Handling
    counts: dict[str, int]
    tasks: int


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry. `subject`: the name of what it is about; empty when it is about nothing, or that cannot be seen."""

    id: UUID
    kind: str
    text: str
    state: str
    hypothesis_id: UUID | None
    subject_kind: str
    subject_id: UUID | None
    subject: str
    selector_kind: str
    at: datetime | None
    zone: str
    person_name: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Weighed:
    """A hypothesis with what speaks for and against it."""

    hypothesis: EntryView
    supports: list[EntryView]
    contradicts: list[EntryView]


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """One case. `mine`: this person leads it. `timeline` is in order of time."""

    case: CaseView
    mine: bool
    people: list[Any]
    everybody: list[Any]
    notes: list[EntryView]
    hypotheses: list[Weighed]
    timeline: list[EntryView]
    entities: list[EntryView]
    tasks: list[EntryView]
    items: list[tuple[EntryView, ItemView | None]]
    links: list[EntryView]


def list_cases(node: Node, signed: Signed, wanted: CaseFilter) -> Page[CaseView]:
    """A page of the cases that this person works on."""
    with working(node, signed) as connection:
        rows = cases.page(connection, wanted, PAGE + 1)
        views = _views(connection, rows[:PAGE])
    return Page(views, (views[-1].opened_at, views[-1].id) if len(rows) > PAGE else None)


def read_case(node: Node, signed: Signed, case_id: UUID) -> CaseDetail:
    """One case. Raises `AbsentError` when there is none that this person works on."""
    with working(node, signed) as connection:
        row = cases.one(connection, case_id)
        if row is None:
            raise AbsentError("There is no such case, or none that you work on.", action="Look in your list of cases.")
        (view,) = _views(connection, [row])
        rows = cases.entries(connection, case_id)
        names = _names(connection, rows)
        items = {r.id: item_view(r) for r in browse_evidence.several(connection, _ids(rows, "evidence"))}
        people = cases.persons(connection, case_id)
        mine = cases.role_of(connection, case_id, signed.person_id) == "lead"
        everybody = cases.everybody(connection) if mine else []
    entries = [_entry(one, names) for one in rows]
    of: dict[str, list[EntryView]] = {}
    for entry in entries:
        of.setdefault(entry.kind, []).append(entry)
    arguments = of.get("argument", [])
    there = {person.person_id for person in people}
    return CaseDetail(
        case=view,
        mine=mine,
        people=people,
        everybody=[person for person in everybody if person.id not in there],
        notes=of.get("note", []),
        hypotheses=[_weighed(one, arguments) for one in of.get("hypothesis", [])],
        timeline=sorted((e for e in of.get("happening", []) if e.at), key=lambda e: (e.at, e.written_at)),
        entities=of.get("entity", []),
        tasks=sorted(of.get("task", []), key=lambda e: (e.state != "open", e.at is None, e.at, e.written_at)),
        items=[(e, items.get(e.subject_id)) for e in of.get("evidence", []) if e.subject_id],
        links=[*of.get("contribution", []), *of.get("lead", [])],
    )


def _weighed(hypothesis: EntryView, arguments: list[EntryView]) -> Weighed:
    own = [one for one in arguments if one.hypothesis_id == hypothesis.id]
    sides = ([one for one in own if one.state == side] for side in ("supports", "contradicts"))
    return Weighed(hypothesis, *sides)


def _views(connection: Connection, rows: list[Any]) -> list[CaseView]:
    ids = [row.id for row in rows]
    counts, tasks = cases.counts(connection, ids), cases.open_tasks(connection, ids)
    return [
        CaseView(
            id=row.id,
            title=row.title,
            reference=row.reference,
            summary=row.summary,
            authority=row.authority,
            member_name=row.member_name,
            member_slug=row.member_slug,
            opened_at=row.opened_at,
            opened_by=row.opened_by_name,
            closed_at=row.closed_at,
            closing=row.closing,
            handling=handling_of(row.handling),
            counts={kind: count for (case, kind), count in counts.items() if case == row.id},
            tasks=tasks.get(row.id, 0),
        )
        for row in rows
    ]


def _ids(rows: list[Any], kind: str) -> list[UUID]:
    return sorted({row.subject_id for row in rows if row.subject_kind == kind})


def _names(connection: Connection, rows: list[Any]) -> dict[UUID, str]:
    """Names of what entries are about, as far as this viewer may see it."""
    found: dict[UUID, str] = {}
    for kind in SUBJECTS:
        if ids := _ids(rows, kind):
            if kind == "evidence":
                found.update({row.id: row.title for row in browse_evidence.several(connection, ids)})
            else:
                found.update(cases.titles(connection, kind, ids))
    return found


def _entry(row: Any, names: dict[UUID, str]) -> EntryView:
    return EntryView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        state=row.state,
        hypothesis_id=row.hypothesis_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject=names.get(row.subject_id, "") if row.subject_id else "",
        selector_kind=row.state if row.kind == "entity" else "",
        at=row.at,
        zone=row.zone,
        person_name=row.person_name,
        written_at=row.written_at,
    )
