"""The one way in which something is done with an item: rule, event, row and record in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.custody.chain import Link, digest_of
from accord.custody.item import Act, Deed, ItemState, begin, step
from accord.model.errors import AbsentError, InputError, LimitError
from accord.services.custody_facts import CustodyFacts, Material, Quote, Will, identity_of
from accord.services.deeds import Acting
from accord.store import evidence
from accord.store.engine import Connection
from accord.store.texts import storable

MAX_WORDS = 4_000
"""Characters of a reason, an authority, a place."""

_VERBS = {
    Act.ACQUIRE: "acquired", Act.RECEIVE: "received", Act.DERIVE: "derived", Act.SEAL: "sealed",
    Act.ACCESS: "accessed", Act.CHECK_OUT: "checked out", Act.CHECK_IN: "checked in",
    Act.TRANSFER_OFFER: "transfer offered", Act.TRANSFER_ACCEPT: "transfer accepted",
    Act.TRANSFER_DECLINE: "transfer declined", Act.TRANSFER_WITHDRAW: "transfer withdrawn",
    Act.TRANSFORM: "transformed", Act.COPY: "copied", Act.EXPORT: "exported", Act.HOLD: "held",
    Act.RELEASE: "released", Act.DISPOSE: "disposed", Act.CORRECT: "corrected",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of an act. `happened_at` None: now. `more`: further JSON values without fractions."""

    reason: str = ""
    authority: str = ""
    place: str = ""
    happened_at: datetime | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def checked(self) -> Said:
        """Trimmed and storable. Raises `LimitError`, and `InputError` for an instant without a time zone."""
        reason, authority, place = (storable(text).strip() for text in (self.reason, self.authority, self.place))
        if any(len(text) > MAX_WORDS for text in (reason, authority, place)):
            raise LimitError(f"A text is longer than {MAX_WORDS} characters.", action="Put it into a note of the case.")
        if self.happened_at is not None and self.happened_at.tzinfo is None:
            raise InputError("The time has no time zone.", action="Write it with one.")
        more = {name: storable(value) if isinstance(value, str) else value for name, value in self.more.items()}
        return replace(self, reason=reason, authority=authority, place=place, more=more)

    def document(self) -> dict[str, Any]:
        words = {"reason": self.reason, "authority": self.authority, "place": self.place}
        return {**{name: text for name, text in words.items() if text}, **self.more}


def locked(connection: Connection, item_id: UUID) -> Any:
    """An item's row, held. Raises `AbsentError`."""
    row = evidence.lock(connection, item_id)
    if row is None:
        raise AbsentError("There is no such item, or none that you may see.", action="Look in the list of evidence.")
    return row


def state_of(row: Any) -> ItemState:
    return ItemState(
        holder=str(row.holder_id) if row.holder_id else "",
        sealed=row.sealed,
        out_to=row.out_to,
        offered_to=row.offered_to,
        hold=bool(row.hold),
        disposed=row.disposed_at is not None,
    )


def perform(
    by: Acting,
    row: Any,
    deed: Deed,
    said: Said,
    *,
    consent: Will | None = None,
    inputs: tuple[Material, ...] = (),
    outputs: tuple[Material, ...] = (),
    quotes: tuple[Quote, ...] = (),
) -> Link:
    """Does one act: checks the rule, adds the event to the chain, brings the item's row up to date, records it.

    `row` as `locked` gave it. Raises `RefusedError`, `ConflictError` (the rules of `custody.item`), `LimitError`.
    """
    said = said.checked()
    # What a person consented to names this event by its digest, so its id and time are those of that question.
    number, now = identity_of(consent) or (by.node.ids.new(), by.node.clock.now())
    before = evidence.last(by.connection, row.id)
    after = begin(deed) if before is None else step(state_of(row), deed)
    link = Link(
        id=number,
        item=row.id,
        number=before.number + 1 if before else 0,
        act=deed.act,
        happened_at=said.happened_at or now,
        recorded_at=now,
        person=by.signed.person_id,
        member=by.signed.member_id,
        said=said.document(),
        previous=before.digest if before else b"",
        digest=b"",
    )
    link = replace(link, digest=digest_of(link))
    facts = replace(_facts(row, link, said), inputs=inputs, outputs=outputs, quotes=quotes, consent=consent)
    detail = {"title": row.title, "number": link.number, "chain": link.digest.hex()}
    entry = by.record(f"evidence {_VERBS[deed.act]}", row.id, row.audience, detail, custody=facts)
    evidence.add_event(by.connection, link, row.audience, entry)
    if before is not None:
        evidence.change(by.connection, row.id, **_columns(row, after, said, now))
    return link


def _columns(row: Any, after: ItemState, said: Said, now: datetime) -> dict[str, Any]:
    return {
        "holder_id": UUID(after.holder) if after.holder else None,
        "sealed": after.sealed,
        "out_to": after.out_to,
        "offered_to": after.offered_to,
        "hold": (row.hold or said.reason) if after.hold else "",
        "disposed_at": now if after.disposed else None,
    }


def _facts(row: Any, link: Link, said: Said) -> CustodyFacts:
    digests = {name: bytes(value).hex() for name in ("sha256", "blake3") if (value := getattr(row, name))}
    change = said.reason if link.act is Act.TRANSFORM else ""
    return CustodyFacts(
        kind=link.act.event_type,
        item=row.id,
        digests=digests,
        name=row.title,
        authority=said.authority,
        reason=said.reason,
        place=said.place,
        occurred=said.happened_at,
        change=change,
        justification=change,
        more={"act": link.act.value, "chain": link.digest.hex(), "number": link.number},
    )


def material(row: Any) -> tuple[Material, ...]:
    """An item as something that went into an act, or came out of it."""
    if row.sha256 is None:
        return ()
    return (Material(row.title, bytes(row.sha256).hex(), bytes(row.blake3).hex()),)
