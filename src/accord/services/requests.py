"""Asking the originator for more than a handling allows: due by a date, answered with a reason, silence shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accord.model.errors import ConflictError, InputError, RefusedError
from accord.model.handling import Handling
from accord.policy.decide import Viewer, decide
from accord.policy.duties import Verb
from accord.policy.purposes import PURPOSES
from accord.services import answering
from accord.services.browse import Signed, handling_of, reading
from accord.services.custody_facts import Will, needs_none
from accord.services.handling import absent, bounded_reason, change_handling
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import between_two
from accord.store import audiences, browse_contributions, members, requests
from accord.store.engine import Connection, look_as

ANSWER_WITHIN = timedelta(days=14)
"""After this the silence itself is shown to both sides."""
CHANGE = "change"
"""The wish for a wider handling in words, where no single purpose says it."""
GRANTED, REFUSED = "granted", "refused"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as either side reads it. `late`: its due date passed without an answer. `there`: still seen by us."""

    id: UUID
    contribution_id: UUID
    title: str
    member_name: str
    originator_name: str
    person_name: str
    to_us: bool
    wish: str
    words: str
    reason: str
    asked_at: datetime
    due_at: datetime
    late: bool
    answer: str
    answer_reason: str
    answered_at: datetime | None
    there: bool


def ask(node: Node, signed: Signed, contribution_id: UUID, wish: str, reason: str) -> UUID:
    """Asks for permission to use a contribution for a purpose, or for a change of its handling; the request's id.

    Raises `AbsentError` (none that this person sees), `InputError`, `LimitError`, `RefusedError` (their own),
    `ConflictError` (allowed already, or asked already).
    """
    permit(signed, Verb.ASK_WIDER)
    reason, now = bounded_reason(reason), node.clock.now()
    if wish != CHANGE and wish not in PURPOSES.keys() - {""}:
        raise InputError("Nobody defined what you ask for.", action="Choose one of the list.")
    if not reason:
        raise InputError("A request needs its reason.", action="Say what you would do with it, and under which law.")
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None or row.withdrawn_at is not None:
            raise absent()
        if row.member_id == signed.member_id:
            raise RefusedError("It is your own.", action="Change its handling instead of asking for it.")
        if wish != CHANGE and decide(signed.viewer, handling_of(row.handling), wish, now).allowed:
            raise ConflictError("Its handling allows you that already.", action="Go ahead; there is nothing to ask.")
        if requests.open_of(connection, contribution_id, signed.member_id, wish):
            raise ConflictError("Your member has asked for this, and waits.", action="Look in your inbox.")
        number = node.ids.new()
        title = row.title or row.path.rsplit("/", 1)[-1]
        given = requests.Request(
            number, contribution_id, title, signed.member_id, signed.person_id, row.member_id, wish, reason, now,
            now + ANSWER_WITHIN,
        )  # fmt: skip
        between = audiences.intern(connection, between_two(signed.member_id, row.member_id))
        look_as(connection, signed.viewer, now)
        requests.put(connection, given, between)
        answering.told(node, connection, signed, "more asked for", about=contribution_id, title=title, audience=between)
    return number


def answer(
    node: Node, signed: Signed, request_id: UUID, *, granted: bool, reason: str, consent: Will | None = None
) -> None:
    """The originator's answer. What is granted holds at once: the member is permitted by name, if that is enough.

    Raises `AbsentError`, `InputError` (no reason), `RefusedError` (not the originator), `ConflictError` (answered, or
    no permission by name lifts what speaks against it: the handling must be widened first).
    """
    permit(signed, Verb.GRANT_WIDER)
    reason, now = bounded_reason(reason), node.clock.now()
    if not reason:
        raise InputError("An answer needs its reason.", action="Say it in a sentence; the other side reads it.")
    with reading(node, signed) as connection:
        row = answering.to_answer(connection, answering.REQUESTS, signed, request_id)
        if row.answer:
            raise answering.already_answered()
        lifted = _lifted(connection, row, now) if granted else None
    if lifted is not None:
        why = f"Granted to {row.member_name}: {reason}"[:1_000]
        change_handling(node, signed, row.contribution_id, lifted, why, consent=consent)
    needs_none(consent)
    with reading(node, signed) as connection:
        given = GRANTED if granted else REFUSED
        answering.answer(node, connection, signed, answering.REQUESTS, row, given=given, reason=reason)


def take_back(node: Node, signed: Signed, request_id: UUID) -> None:
    """The one who asked no longer needs it. Raises `AbsentError`, `RefusedError`, `ConflictError`."""
    permit(signed, Verb.ASK_WIDER)
    answering.take_back(node, signed, answering.REQUESTS, request_id)


def remedy(handling: Handling, viewer: Viewer, wish: str, now: datetime) -> Handling | None:
    """The handling that permits this member by name, when that alone lifts what speaks against the wish."""
    if viewer.member_id is None or handling.also:
        return None
    named = replace(handling, permitted=handling.permitted | {viewer.member_id})
    return named if named != handling and decide(viewer, named, wish, now).allowed else None


def request_view(row: Any, signed: Signed, now: datetime) -> RequestView:
    """A row of `store.requests` as a value."""
    words = "a wider handling" if row.wish == CHANGE else PURPOSES[row.wish].words
    return RequestView(
        row.id, row.contribution_id, row.title, row.member_name, row.originator_name, row.person_name,
        row.originator_id == signed.member_id, row.wish, words, row.reason, row.asked_at, row.due_at,
        not row.answer and row.due_at < now, row.answer, row.answer_reason, row.answered_at, row.there,
    )  # fmt: skip


def _lifted(connection: Connection, row: Any, now: datetime) -> Handling | None:
    """The handling under which what is granted is allowed; None when it is so already, or nothing has to change."""
    there = browse_contributions.one(connection, row.contribution_id)
    if there is None or there.withdrawn_at is not None:
        raise ConflictError("It is withdrawn, so there is nothing to grant.", action="Refuse, and say so.")
    if row.wish == CHANGE:
        return None
    handling = handling_of(there.handling)
    viewer = Viewer(row.member_id, country=members.get(connection, row.member_id).country)
    decision = decide(viewer, handling, row.wish, now)
    if decision.allowed:
        return None
    lifted = remedy(handling, viewer, row.wish, now)
    if lifted is None:
        raise ConflictError(
            f"Permitting them by name is not enough: {' '.join(decision.reasons)}",
            action="Widen the handling first, then grant it; or refuse.",
        )
    return lifted
