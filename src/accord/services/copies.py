"""Who had what from this node: noted by whatever hands things out, told to originators, called back by recall."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Verb
from accord.policy.pools import ANYONE
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.store import audiences, copies, document_copies
from accord.store.engine import Connection, begin, node_transaction

PATHS = frozenset({"download", "export", "taxii", "feed", "report", "webhook", "misp"})
"""By which a copy leaves the node: `download` also by the API, part by part; `report`: of a case. Reading a page is no
copy, and neither is what a webhook sends, the event's name alone; that path is for what may come. What is drawn from
many (report, plan, map) is noted as one document: `document_taken`."""
MAX_TOMBSTONES = 1_000


def handed_out(node: Node, member_id: UUID, contributions: Collection[UUID], path: str) -> None:
    """Notes that a member got copies of these contributions, now, by this path; call it once a page of an export.

    One statement and one short transaction, however many they are. A member's own contributions are passed over. Call
    it before the bytes leave: what was noted and not sent does no harm. Raises `ValueError` for an unknown path.
    """
    handed_out_of(node, member_id, frozenset(one.bytes for one in contributions), path)


def handed_out_of(node: Node, member_id: UUID, contributions: frozenset[bytes], path: str) -> None:
    """As `handed_out`, of ids by their 16 bytes: what this process noted within the hour costs a look into a set."""
    if path not in PATHS:
        raise ValueError(f"no path by which things are handed out: {path}")
    now = node.clock.now()
    noted = copies.noted(node.engine, member_id, path, now)
    if not contributions <= noted:
        fresh = contributions - noted
        with node_transaction(node.engine) as connection:
            hand_out(connection, member_id, [UUID(bytes=one) for one in fresh], path, now)
        noted |= fresh  # once it stands


def document_taken(node: Node, signed: Signed, kind: str, content: bytes, made_at: datetime) -> None:
    """Notes that a member took a document along that was drawn, at `made_at`, from what every member may see.

    For each member whose contributions it tells of, so that a recall lists and reaches it. Call it before it leaves.
    """
    now = node.clock.now()
    with begin(node.engine, ANYONE, now) as connection:
        owners = document_copies.owners(connection, made_at)
    given = document_copies.Taken(kind, sha256(content).digest(), made_at, signed.member_id, signed.person_id)
    with node_transaction(node.engine) as connection:
        whose = [copies.Owner(one, audiences.intern(connection, own(one))) for one in owners]
        document_copies.put(connection, given, whose, now)


@dataclass
class Outgoing:
    """One file on its way to a member: whose contributions go along is noted before they do, its digest at its end."""

    node: Node
    member_id: UUID
    path: str
    inside: set[UUID] = field(default_factory=set)

    def note(self, contributions: Collection[UUID]) -> None:
        """These are about to go along."""
        handed_out(self.node, self.member_id, contributions, self.path)
        self.inside.update(contributions)

    def sealed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces of the file; of what was broken off, the digest is of what went out."""
        digest = sha256()
        try:
            for piece in pieces:
                digest.update(piece)
                yield piece
        finally:
            if self.inside:
                with node_transaction(self.node.engine) as connection:
                    copies.file_made(connection, self.inside, self.member_id, self.path, digest.digest())


def hand_out(
    connection: Connection, member_id: UUID, contributions: Collection[UUID], path: str, now: datetime
) -> None:
    """As `handed_out`, in a transaction of the node that is open already."""
    ids = sorted(contributions)
    whose = [
        copies.Owner(one, audiences.intern(connection, own(one))) for one in copies.owners(connection, ids, member_id)
    ]
    if whose:
        copies.hand_out(connection, ids, member_id, path, at=now, whose=whose)


def tombstones(
    node: Node,
    signed: Signed,
    *,
    since: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = MAX_TOMBSTONES,
) -> list[Any]:
    """What this person may see and was withdrawn: rows of id, member_id, withdrawn_at, oldest first, at most `limit`.

    Exporters send these as deletions; `after` is the last row's time and id.
    """
    with reading(node, signed) as connection:
        return tombstones_in(connection, since=since, after=after, limit=limit)


def tombstones_in(
    connection: Connection,
    *,
    since: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = MAX_TOMBSTONES,
) -> list[Any]:
    """As `tombstones`, in a viewer's transaction that is open already."""
    return copies.tombstones(connection, since=since, after=after, limit=max(1, min(limit, MAX_TOMBSTONES)))


def acknowledge(node: Node, signed: Signed, notice_id: UUID) -> None:
    """Says for a member that its copies are gone, or kept as narrowed.

    Raises `AbsentError` (no such notice), `RefusedError` (it went to another member), `ConflictError` (done already).
    """
    permit(signed, Verb.TELL_BACK)
    with reading(node, signed) as connection:
        row = copies.one_notice(connection, notice_id)
        if row is None:
            raise AbsentError("There is no such notice, or none that you may see.", action="Look in your inbox.")
        if row.member_id != signed.member_id:
            raise RefusedError("This notice went to another member.", action="They answer it themselves.")
        if not copies.acknowledge(connection, notice_id, signed.person_id, node.clock.now()):
            raise ConflictError("A colleague has answered this notice already.", action="Reload the page.")
        detail = {"title": row.title}
        verb = f"{row.kind} copies put away"
        record(
            node,
            connection,
            verb,
            str(row.contribution_id),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail=detail,
            audience=row.audience,
        )
