"""The evidence room as people read it: the list, an item with its chain and doubts, what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.custody.chain import Doubt, Link, document, doubts
from accord.custody.events import NEEDS_PASSKEY
from accord.custody.item import Act, Deed, step
from accord.model.errors import AbsentError, AccordError
from accord.model.handling import Handling
from accord.policy.standing import Original, Standing, standing
from accord.services.browse import Page, Signed, handling_of, reading
from accord.services.evidence_chain import state_of
from accord.services.node import Node
from accord.store import browse_evidence, custody, evidence
from accord.store.browse_evidence import EvidenceFilter
from accord.store.custody import EntryRow
from accord.store.engine import Connection

PAGE = 50
STATES = tuple(browse_evidence.STATES)


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as a list shows it. Digests in lower hex, empty without bytes. `state`: a key of words for people."""

    id: UUID
    kind: str
    title: str
    reference: str
    description: str
    file_name: str
    size: int | None
    sha256: str
    blake3: str
    authority: str
    place: str
    acquired_at: datetime
    registered_at: datetime
    registered_by: str
    member_name: str
    member_slug: str
    holder_id: UUID | None
    holder_name: str
    holder_slug: str
    sealed: bool
    out_to: str
    offered_to: str
    hold: str
    keep_until: datetime | None
    disposed_at: datetime | None
    handling: Handling
    parents: tuple[UUID, ...] = ()

    @property
    def state(self) -> str:
        if self.disposed_at:
            return "disposed"
        if self.holder_id is None:
            return "elsewhere"
        if self.offered_to:
            return "offered"
        if self.out_to:
            return "out"
        return "sealed" if self.sealed else "unsealed"


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of the chain with its doubts; `document` is what its digest is taken over.

    `will`: confirmed or unconfirmed with a passkey, as the log has it; empty for what needs none, or without a log.
    """

    link: Link
    person_name: str
    member_name: str
    record_id: UUID
    document: dict[str, Any]
    will: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def broken(self) -> bool:
        return any(doubt.broken for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item with everything that belongs to it. `may`: what this person can do with it now."""

    item: ItemView
    events: list[EventView]
    standing: Standing
    may: frozenset[Act]
    transfer: Any = None
    disposal: Any = None
    approvals: list[Any] = field(default_factory=list)
    parents: list[ItemView] = field(default_factory=list)
    children: list[ItemView] = field(default_factory=list)
    same: list[ItemView] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    cases: list[Any] = field(default_factory=list)

    @property
    def doubts(self) -> list[Doubt]:
        return [doubt for event in self.events for doubt in event.doubts]

    @property
    def broken(self) -> bool:
        return any(event.broken for event in self.events)


def list_evidence(node: Node, signed: Signed, wanted: EvidenceFilter) -> Page[ItemView]:
    """A page of what this person may see."""
    with reading(node, signed) as connection:
        rows = browse_evidence.page(connection, wanted, PAGE + 1)
    views = [item_view(row) for row in rows[:PAGE]]
    return Page(views, (views[-1].registered_at, views[-1].id) if len(rows) > PAGE else None)


def waiting(node: Node, signed: Signed) -> list[ItemView]:
    """Items offered to this person's member."""
    with reading(node, signed) as connection:
        return [item_view(row) for row in browse_evidence.offered_to(connection, signed.member_id, 20)]


def unfinished_uploads(node: Node, signed: Signed) -> list[Any]:
    """Uploads of this person that can go on."""
    with reading(node, signed) as connection:
        return browse_evidence.uploads(connection, signed.person_id)


def read_item(node: Node, signed: Signed, item_id: UUID) -> ItemDetail:
    """One item. Raises `AbsentError` when there is none that this person may see."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        row = browse_evidence.one(connection, item_id)
        if row is None:
            raise AbsentError(
                "There is no such item, or none that you may see.", action="Check the address, or look in the list."
            )
        rows = browse_evidence.events(connection, item_id)
        logged = custody.of_events(connection, [event.record_id for event in rows])
        disposal = browse_evidence.open_disposal(connection, item_id)
        same = browse_evidence.same_bytes(connection, item_id, bytes(row.sha256)) if row.sha256 else []
        parts: dict[str, Any] = {
            "transfer": browse_evidence.open_transfer(connection, item_id),
            "disposal": disposal,
            "approvals": browse_evidence.approvals(connection, disposal.id) if disposal else [],
            "parents": [item_view(r) for r in browse_evidence.several(connection, list(row.parents))],
            "children": [item_view(r) for r in browse_evidence.children(connection, item_id)],
            "same": [item_view(r) for r in same],
            "findings": browse_evidence.findings(connection, item_id),
            "cases": browse_evidence.cases_of(connection, item_id),
        }
    links = [evidence.link_of(event) for event in rows]
    found = doubts(links, now)
    events = [
        EventView(
            link, event.person_name, event.member_name, event.record_id, document(link),
            _will(logged.get(event.record_id)),
            tuple(doubt for doubt in found if doubt.number == link.number),
        )
        for link, event in zip(links, rows, strict=True)
    ]  # fmt: skip
    item = item_view(row)
    original = Original(item.title, item.sealed, any(doubt.broken for doubt in found))
    held = standing(signed.viewer, item.handling, (original,), now)
    return ItemDetail(item, events, held, _may(row, signed, now), **parts)


def _will(entry: EntryRow | None) -> str:
    if entry is None:
        return ""
    if entry.kind in NEEDS_PASSKEY:
        return "confirmed"
    return "unconfirmed" if (entry.details or {}).get("unconfirmed") else ""


def _may(row: Any, signed: Signed, now: datetime) -> frozenset[Act]:
    """Acts whose rule would let this person's member go on; asked of the machine itself, so that no page guesses."""
    kept = row.keep_until is None or row.keep_until <= now
    able = set()
    for act in Act:
        deed = Deed(
            act, str(signed.member_id), to="somebody", approved_by=frozenset("ab"), asked_by="c", kept=kept
        )  # fmt: skip
        try:
            step(state_of(row), deed)
        except AccordError:
            continue
        able.add(act)
    return frozenset(able)


def standing_of(node: Node, signed: Signed, *contributions: tuple[UUID, Handling]) -> Standing:
    """Whether what these contributions say is intelligence or evidence; of several (a lead) the weakest."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        rows = browse_evidence.originals(connection, [number for number, _ in contributions])
        sound = {row.id: _original(connection, row, now) for row in rows}
    each = [
        standing(
            signed.viewer, handling, tuple(sound[row.id] for row in rows if row.contribution_id == number), now
        )
        for number, handling in contributions
    ]  # fmt: skip
    order = {"yes": 2, "ask": 1, "no": 0}
    return min(each, key=lambda one: (one.evidence, order[one.court]))


def _original(connection: Connection, row: Any, now: datetime) -> Original:
    broken = any(doubt.broken for doubt in doubts(evidence.chain(connection, row.id), now))
    return Original(row.title, row.sealed, broken)


def item_view(row: Any) -> ItemView:
    """A row of `store.browse_evidence` as a value."""
    return ItemView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        reference=row.reference,
        description=row.description,
        file_name=row.file_name,
        size=row.size,
        sha256=bytes(row.sha256).hex() if row.sha256 else "",
        blake3=bytes(row.blake3).hex() if row.blake3 else "",
        authority=row.authority,
        place=row.place,
        acquired_at=row.acquired_at,
        registered_at=row.registered_at,
        registered_by=row.registered_by_name,
        member_name=row.member_name,
        member_slug=row.member_slug,
        holder_id=row.holder_id,
        holder_name=row.holder_name or "",
        holder_slug=row.holder_slug or "",
        sealed=row.sealed,
        out_to=row.out_to,
        offered_to=row.offered_to,
        hold=row.hold,
        keep_until=row.keep_until,
        disposed_at=row.disposed_at,
        handling=handling_of(row.handling),
        parents=tuple(row.parents),
    )
