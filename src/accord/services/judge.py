"""Judging leads: a member confirms or rejects, with a reason; the latest stands, each can be undone, none is lost."""

from __future__ import annotations

from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, InputError, LimitError
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import record
from accord.store import judgements
from accord.store.engine import Connection

VERDICTS = frozenset({"confirmed", "rejected"})
MAX_REASON = 1_000
"""Characters; what needs more belongs into the case."""


def judge(node: Node, signed: Signed, lead_id: UUID, verdict: str, reason: str) -> None:
    """Records this member's judgement of a lead; an earlier one of the same member is undone by it.

    Raises `AbsentError` (no lead this person may see), `InputError` (no verdict, or a rejection without a reason),
    `LimitError` (reason too long), `ConflictError` (a colleague judged at the same moment).
    """
    permit(signed, Verb.JUDGE)
    reason = reason.strip()
    if verdict not in VERDICTS:
        raise InputError("A judgement confirms or rejects.", action="Use one of the two buttons.")
    if verdict == "rejected" and not reason:
        raise InputError(
            "A rejection needs its reason.", action="Say in a sentence why the two do not belong together."
        )
    if len(reason) > MAX_REASON:
        raise LimitError(f"The reason is longer than {MAX_REASON} characters.", action="Shorten it.")
    now = node.clock.now()
    with reading(node, signed) as connection:
        audience = _audience(connection, lead_id)
        judgements.undo(connection, lead_id, signed.member_id, now)
        given = judgements.Judgement(node.ids.new(), lead_id, signed.person_id, signed.member_id, verdict, reason, now)
        if not judgements.put(connection, given, audience):
            raise ConflictError("A colleague has just judged this lead.", action="Reload it and see what stands.")
        record(
            node,
            connection,
            f"lead {verdict}",
            str(lead_id),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={"reason": reason},
            audience=audience,
        )


def undo_judgement(node: Node, signed: Signed, lead_id: UUID) -> None:
    """Takes this member's standing judgement back. Raises `AbsentError`, or `ConflictError` when there is none."""
    permit(signed, Verb.JUDGE)
    now = node.clock.now()
    with reading(node, signed) as connection:
        audience = _audience(connection, lead_id)
        verdict = judgements.undo(connection, lead_id, signed.member_id, now)
        if verdict is None:
            raise ConflictError("Your member has no judgement of this lead to undo.", action="Reload the lead.")
        record(
            node,
            connection,
            "judgement undone",
            str(lead_id),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={"verdict": verdict},
            audience=audience,
        )


def _audience(connection: Connection, lead_id: UUID) -> int:
    found = judgements.audience_of(connection, lead_id)
    if found is None:
        raise AbsentError("There is no such lead, or none that you may see.", action="Look in the list of leads.")
    return found
