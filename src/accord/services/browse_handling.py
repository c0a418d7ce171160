"""Everything about the handling of a contribution, as its originator and as other members read it; and the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import LimitError
from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.policy.codec import from_document
from accord.policy.decide import decide
from accord.policy.pools import ANYONE
from accord.policy.purposes import PURPOSES
from accord.services import answering
from accord.services.browse import Signed, handling_of, reading
from accord.services.feedback import SaidView, said_view
from accord.services.handling import absent, mine_or_refuse, owned
from accord.services.node import Node
from accord.services.receipts import Progress, progress_of
from accord.services.requests import RequestView, request_view
from accord.stix.tear_line import bundle
from accord.store import between, browse_contributions, copies, document_copies, feedback, requests, rulings
from accord.store.engine import Connection

MOST_CLAIMS = 50_000
"""Claims of one contribution that are put into one file while a person waits."""


@dataclass(frozen=True, slots=True)
class Use:
    """Whether my member may use it for a purpose, and why not; `asked`: our request for it waits."""

    name: str
    words: str
    allowed: bool
    reasons: tuple[str, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy that a member had. `told`: recalled or narrowed, empty when there was nothing to tell.

    `digest`: SHA-256 of the file in hex, empty where it was no file; `made_at`: of a report, plan or map, when it was
    drawn; `person_name`: who took such a document first.
    """

    member_name: str
    member_slug: str
    path: str
    first_at: datetime
    last_at: datetime
    told: str
    told_at: datetime | None
    acknowledged_at: datetime | None
    digest: str
    made_at: datetime | None
    person_name: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A decision of the originator on the handling."""

    kind: str
    before: Handling
    after: Handling
    widens: tuple[str, ...]
    reason: str
    person_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a contribution. The originator's own: progress, copies, changes, releases, full.

    `uses`: what other members may do with it; empty for the originator. `said`, `asked`: by whom this person may know.
    """

    ours: bool
    progress: Progress | None
    uses: list[Use]
    said: list[SaidView]
    asked: list[RequestView]
    copies: list[CopyView]
    changes: list[ChangeView]
    releases: list[Any]
    full: Any | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What a member that had a copy is told."""

    id: UUID
    contribution_id: UUID
    title: str
    originator_name: str
    kind: str
    reason: str
    sent_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """What others ask, say and tell, and what we asked and said."""

    notices: list[NoticeView]
    asked: list[RequestView]
    said: list[SaidView]


def read_beside(node: Node, signed: Signed, contribution_id: UUID) -> Beside:
    """All that stands beside one contribution. Raises `AbsentError`."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None:
            raise absent()
        ours = row.member_id == signed.member_id
        asked = [request_view(one, signed, now) for one in requests.of_contribution(connection, contribution_id)]
        return Beside(
            ours=ours,
            progress=progress_of(connection, row, now) if ours else None,
            uses=[] if ours or row.withdrawn_at else uses(signed, handling_of(row.handling), now, asked),
            said=[said_view(one, signed) for one in feedback.of_contribution(connection, contribution_id)],
            asked=asked,
            copies=_copies(connection, row, now),
            changes=[_change(one) for one in rulings.changes(connection, contribution_id)],
            releases=rulings.released(connection, contribution_id),
            full=rulings.full_of(connection, contribution_id),
        )


def uses(signed: Signed, handling: Handling, now: datetime, asked: list[RequestView]) -> list[Use]:
    """Every purpose with policy's decision on it for this person's member."""
    waiting = {one.wish for one in asked if not one.answer and not one.to_us}
    made = []
    for name, purpose in PURPOSES.items():
        if name:
            decision = decide(signed.viewer, handling, name, now)
            made.append(Use(name, purpose.words, decision.allowed, decision.reasons, name in waiting))
    return made


def read_mine(node: Node, signed: Signed, contribution_id: UUID) -> tuple[Any, Handling, Handling | None]:
    """A contribution of this person's member for a decision: its row, its handling, what the file itself states.

    Raises `AbsentError`, or `RefusedError` when it is another member's.
    """
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None:
            raise absent()
        mine_or_refuse(signed, row.member_id, row.member_name)
        there = owned(handling_of(row.handling), signed.member_id)
        return row, there, rulings.stated(connection, contribution_id)


def read_inbox(node: Node, signed: Signed) -> Inbox:
    """What is between this person's member and others."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        notices = [
            NoticeView(
                one.id, one.contribution_id, one.title, one.originator_name, one.kind, one.reason, one.sent_at,
                one.acknowledged_at,
            )
            for one in copies.notices_of(connection, signed.member_id)
        ]  # fmt: skip
        asked = [request_view(one, signed, now) for one in requests.of_member(connection, signed.member_id)]
        said = [said_view(one, signed) for one in feedback.of_member(connection, signed.member_id)]
    return Inbox(notices, asked, said)


def count_inbox(connection: Connection, signed: Signed) -> int:
    """What waits for this member: requests and words to answer, notices to acknowledge."""
    return (
        between.count_open(connection, answering.REQUESTS, signed.member_id)
        + between.count_open(connection, answering.WORDS, signed.member_id)
        + copies.count_open(connection, signed.member_id)
    )


def file_of(node: Node, signed: Signed, contribution_id: UUID) -> tuple[str, bytes]:
    """Name and bytes of a contribution to take along: as received for its own member, its claims for others.

    What could not be read of a file may carry markings that nobody read either, so it goes to nobody else. Raises
    `AbsentError`, also for one that is withdrawn, and `LimitError`.
    """
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None or row.withdrawn_at is not None:
            raise absent()
        name = row.path.partition("!")[0].rsplit("/", 1)[-1]
        if row.member_id == signed.member_id:
            return name, node.blobs.read(bytes(row.digest))
        if row.claims > MOST_CLAIMS:
            raise LimitError(f"It has more than {MOST_CLAIMS} claims.", action="Fetch it through an exchange instead.")
        claims = browse_contributions.claims(connection, contribution_id, 0, MOST_CLAIMS)
    content = bundle([claim.raw.encode() for claim in claims], derived_id("bundle", str(contribution_id)))
    return f"{name.rsplit('.', 1)[0]}.stix.json", content


def _copies(connection: Connection, row: Any, now: datetime) -> list[CopyView]:
    """Copies of it, then of documents that were drawn while it stood, if any member could see it."""
    found = [_copy(one) for one in copies.of_contribution(connection, row.id)]
    handlings = [handling_of(row.handling), *rulings.earlier(connection, [row.id]).get(row.id, [])]
    if any(decide(ANYONE, one, "", now).allowed for one in handlings):
        stood = (row.id, row.member_id, row.received_at, row.withdrawn_at)
        found += [
            _copy(one, made_at=one.made_at, person_name=one.person_name)
            for one in document_copies.of_contribution(connection, *stood)
        ]
    return found


def _copy(row: Any, *, made_at: datetime | None = None, person_name: str = "") -> CopyView:
    digest = bytes(row.digest).hex() if row.digest else ""
    return CopyView(
        row.name, row.slug, row.path, row.first_at, row.last_at, row.kind or "", row.sent_at, row.acknowledged_at,
        digest, made_at, person_name,
    )  # fmt: skip


def _change(row: Any) -> ChangeView:
    return ChangeView(
        row.kind, from_document(row.before), from_document(row.after), tuple(row.widens), row.reason, row.person_name,
        row.changed_at,
    )  # fmt: skip
