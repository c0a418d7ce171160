"""Decisions of an originator on what it shared: narrow at once, widen on its own word, recall for good.

The originator alone may. Who sees the thing and may not decide is told so and whom to ask; who does not see it learns
nothing. What is derived follows in the same transaction: leads and what was said of them get the meet anew, and what
was drawn for all members is shown to nobody until it is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, InputError, LimitError, RefusedError
from accord.model.handling import Handling
from accord.policy.duties import Verb
from accord.policy.order import would_widen
from accord.policy.sound import contradictions
from accord.services import ruling
from accord.services.browse import Signed, reading
from accord.services.custody_facts import CustodyFacts, EventType, Will, needs_none
from accord.services.node import Node
from accord.services.permit import permit, permit_either
from accord.services.record import record
from accord.services.ruling import NARROWED, RECALLED, WIDENED
from accord.store import audiences, members, rulings, turns
from accord.store.engine import Connection, look_as_node

MAX_REASON = 1_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did: its kind, what became wider in sentences, how many members with copies were told."""

    kind: str
    widens: tuple[str, ...]
    told: int


def change_handling(
    node: Node, signed: Signed, contribution_id: UUID, wanted: Handling, reason: str, *, consent: Will | None = None
) -> Decided:
    """Gives a contribution another handling, at once and with all its parts.

    Raises `AbsentError` (none that this person sees), `RefusedError` (another member's, or wider than the file itself
    states), `InputError` (a contradiction, or widening without a reason), `ConflictError` (withdrawn, or no change).
    `consent`: to what becomes wider; narrowing needs none.
    """
    permit_either(signed, Verb.NARROW, Verb.GRANT_WIDER)  # who may widen may narrow
    reason, now = bounded_reason(reason), node.clock.now()
    with reading(node, signed) as connection:
        turns.begin(connection)
        there = _mine(connection, signed, contribution_id)
        before = owned(audiences.handling(connection, there.audience), signed.member_id)
        after = replace(wanted, originators=before.originators | {signed.member_id})
        widens = permit_change(connection, contribution_id, before, after, now)
        if widens:
            permit(signed, Verb.GRANT_WIDER)
        if widens and not reason:
            raise InputError("Widening needs its reason, which is recorded.", action="Say why more may see or use it.")
        if not widens:
            needs_none(consent)
        look_as_node(connection)
        change = ruling.Change(before, after, widens)
        return _apply(
            node, connection, signed, there, change=change, reason=reason, consent=consent if widens else None
        )


def permit_change(
    connection: Connection, contribution_id: UUID, before: Handling, after: Handling, now: datetime
) -> tuple[str, ...]:
    """What would become wider, when the change is possible. Raises `InputError`, `ConflictError`, `RefusedError`."""
    wrong = contradictions(after, now)
    if wrong:
        raise InputError(wrong[0], action="Nothing was changed." if len(wrong) == 1 else " ".join(wrong[1:]))
    if after == before:
        raise ConflictError("That is its handling already.", action="Change something, or go back.")
    floor = rulings.stated(connection, contribution_id)
    beyond = would_widen(floor, after) if floor is not None else ()
    if beyond:
        raise RefusedError(
            f"The file itself sets limits, which this would pass: {' '.join(beyond)}",
            action="Keep within them, or release a tear-line without what is so marked.",
        )
    return would_widen(before, after)


def recall(node: Node, signed: Signed, contribution_id: UUID, reason: str, *, releases: bool = True) -> Decided:
    """Withdraws a contribution for good: a tombstone stays, members who had copies are told, leads go at once.

    What nobody decided on, but its file is gone, may be recalled too: it then stays away when the file comes back.
    `releases`: its releasable versions too. There is no undo. Raises `AbsentError`, `RefusedError`, `InputError` (no
    reason), `ConflictError` (recalled already).
    """
    permit(signed, Verb.WITHDRAW)
    reason = bounded_reason(reason)
    if not reason:
        raise InputError("A recall needs its reason: those who had copies read it.", action="Say it in a sentence.")
    with reading(node, signed) as connection:
        turns.begin(connection)
        there = _mine(connection, signed, contribution_id, for_good=True)
        also = [row.released_id for row in rulings.released(connection, contribution_id) if row.withdrawn_at is None]
        look_as_node(connection)
        ground = ruling.Ground(signed.member_id, reason, signed.person_id)
        if there.withdrawn_at is not None:
            ruling.keep_away(node, connection, there, ground)
        told = ruling.withdraw(node, connection, [there.id, *(also if releases else ())], ground)
    return Decided(RECALLED, (), told)


def mine_or_refuse(signed: Signed, member_id: UUID, name: str) -> None:
    """Raises `RefusedError`, with whom to ask, when a contribution that this person sees is another member's."""
    if member_id != signed.member_id:
        raise RefusedError(
            f"Only its originator, {name}, decides on the handling of this contribution.",
            action="Ask them from its page; what you ask and what they answer is recorded.",
        )


def owned(handling: Handling, member_id: UUID) -> Handling:
    """The handling with its originator among those who always see it, as every contribution has it from intake on."""
    return handling if handling.also else replace(handling, originators=handling.originators | {member_id})


def bounded_reason(reason: str) -> str:
    """The reason without blanks around it. Raises `LimitError`."""
    if len(reason.strip()) > MAX_REASON:
        raise LimitError(f"The reason is longer than {MAX_REASON} characters.", action="Shorten it.")
    return reason.strip()


def absent() -> AbsentError:
    """The same words whether there is none or none that this person may see."""
    return AbsentError(
        "There is no such contribution, or none that you may see.", action="Check the address, or look in the list."
    )


def _mine(connection: Connection, signed: Signed, contribution_id: UUID, *, for_good: bool = False) -> rulings.Standing:
    """The contribution under lock. `for_good`: it may be withdrawn, as long as nobody decided so."""
    there = rulings.lock(connection, contribution_id)
    if there is None:
        raise absent()
    mine_or_refuse(signed, there.member_id, members.get(connection, there.member_id).name)
    decided = not for_good or rulings.decided(connection, [there.id]).get(there.id, False)
    if there.withdrawn_at is not None and decided:
        raise ConflictError("It is withdrawn already; a tombstone is never undone.", action="Hand it in anew.")
    return there


def _apply(
    node: Node,
    connection: Connection,
    signed: Signed,
    there: rulings.Standing,
    *,
    change: ruling.Change,
    reason: str,
    consent: Will | None,
) -> Decided:
    kind = WIDENED if change.widens else NARROWED
    ground = ruling.Ground(signed.member_id, reason, signed.person_id)
    told = ruling.relabel(node, connection, [(there, change)], ground)
    record(
        node,
        connection,
        f"handling {kind}",
        str(there.id),
        person_id=signed.person_id,
        member_id=signed.member_id,
        detail={"title": there.title or there.path},
        audience=audiences.intern(connection, change.after),
        custody=CustodyFacts(EventType.WIDENING, reason=reason, consent=consent) if change.widens else None,
    )
    return Decided(kind, change.widens, told)
