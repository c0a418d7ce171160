"""Erasure: what an entry said can no longer be opened, by anybody; the entry and every proof stay."""

from __future__ import annotations

from uuid import UUID

from accord.model.errors import AbsentError, InputError
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import record
from accord.store import browse_record, custody

MAX_REASON = 1_000


def erase(node: Node, signed: Signed, event_id: UUID, reason: str) -> None:
    """Deletes the secret and the details of an entry of one's own member; that it was done is an entry itself.

    The event's row in the database goes on until its own retention ends.
    Raises `InputError` (no reason), `AbsentError`.
    """
    permit(signed, Verb.EVIDENCE)
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InputError(f"An erasure needs its reason, of at most {MAX_REASON} characters.", action="Say why.")
    with reading(node, signed) as connection:
        row = custody.of_events(connection, [event_id]).get(event_id)
        told = browse_record.one(connection, event_id)
        if told is None or row is None or told.member_id != signed.member_id or not custody.erase(connection, event_id):
            raise AbsentError("There is no such entry, or it was erased before.", action="Look at the record.")
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
