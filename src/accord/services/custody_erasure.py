"""Erasure: what an entry said can no longer be opened, by anybody; the entry and every proof stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accord.model.errors import AbsentError, InputError, RefusedError
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import record
from accord.store import browse_record, custody, evidence
from accord.store.engine import Connection, as_node

MAX_REASON = 1_000
UNSEEN = "It tells of an item that you do not see (any more), so a legal hold may be on it."
"""The same words whatever is true of the item: its state is not theirs to learn."""


def erase(node: Node, signed: Signed, event_id: UUID, reason: str) -> None:
    """Deletes the secret and the details of an entry of one's own member; that it was done is an entry itself.

    The event's row in the database goes on until its own retention ends.
    Raises `InputError` (no reason), `AbsentError`, `RefusedError` (a legal hold, or a time for which the item that it
    tells of must be kept).
    """
    permit(signed, Verb.EVIDENCE)
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InputError(f"An erasure needs its reason, of at most {MAX_REASON} characters.", action="Say why.")
    with reading(node, signed) as connection:
        row = custody.of_events(connection, [event_id]).get(event_id)
        told = browse_record.one(connection, event_id)
        if told is None or row is None or told.member_id != signed.member_id or row.secret is None:
            raise _absent()
        words = forbidden(connection, (row.subject, told.subject), node.clock.now(), lock=True)
        if words:
            raise RefusedError(f"The entry cannot be erased now. {words}", action="Ask who holds the item.")
        if not custody.erase(connection, event_id):  # a colleague was faster, since the entry was looked at
            raise _absent()
        record(
            node,
            connection,
            "entry erased",
            str(event_id),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={"reason": reason},
            audience=row.audience,
        )


def _absent() -> AbsentError:
    return AbsentError("There is no such entry, or it was erased before.", action="Look at the record.")


def forbidden(connection: Connection, about: Iterable[str], now: datetime, *, lock: bool = False) -> str:
    """Why an entry about these may not be erased, in words; empty when it may.

    `about`: the entry's subject and its event's. With `lock`, no hold is put on their items until the transaction ends.
    """
    numbers = {number for one in about if (number := _number(one))}
    with as_node(connection):
        there = evidence.of_ids(connection, numbers, lock=lock)
    seen = {row.id for row in evidence.of_ids(connection, numbers)}
    for row in there:
        if row.id not in seen:
            return UNSEEN
        if row.hold:
            return f"A legal hold is on the item that it tells of: {row.hold}"
        if row.disposed_at is None and row.keep_until is not None and row.keep_until > now:
            return f"The item that it tells of must be kept until {row.keep_until:%d %b %Y, %H:%M} UTC."
    return ""


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)  # with or without urn:uuid:
    except ValueError:
        return None
