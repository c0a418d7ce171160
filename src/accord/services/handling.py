"""Decisions of an originator on what it shared: narrow at once, widen on its own word, recall for good.

The originator alone may. Who sees the thing and may not decide is told so and whom to ask; who does not see it learns
nothing. What is derived follows in the same transaction: leads and what was said of them get the meet anew, and what
was drawn for all members is shown to nobody until it is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, InputError, LimitError, RefusedError
from accord.model.handling import Handling
from accord.policy.decide import Viewer, decide
from accord.policy.duties import Verb
from accord.policy.order import narrower, would_widen
from accord.policy.pools import ANYONE
from accord.policy.sound import contradictions
from accord.services.browse import Signed, reading
from accord.services.custody_facts import CustodyFacts, EventType, Will, needs_none
from accord.services.node import Node
from accord.services.permit import permit, permit_either
from accord.services.record import own, record
from accord.store import audiences, contributions, copies, members, rulings
from accord.store.engine import Connection, look_as_node

MAX_REASON = 1_000
"""Characters."""
NARROWED, WIDENED, RECALLED = "narrowed", "widened", "recalled"


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
        made: dict[str, Any] = {"before": before, "after": after, "widens": widens, "reason": reason}
        return _apply(node, connection, signed, there, **made, consent=consent if widens else None)


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

    `releases`: its releasable versions too. There is no undo. Raises `AbsentError`, `RefusedError`, `InputError` (no
    reason), `ConflictError` (withdrawn already).
    """
    permit(signed, Verb.WITHDRAW)
    reason = bounded_reason(reason)
    if not reason:
        raise InputError("A recall needs its reason: those who had copies read it.", action="Say it in a sentence.")
    with reading(node, signed) as connection:
        there = _mine(connection, signed, contribution_id)
        also = [row.released_id for row in rulings.released(connection, contribution_id) if row.withdrawn_at is None]
        look_as_node(connection)
        told = _recall(node, connection, signed, there, reason)
        for number in also if releases else ():
            released = rulings.lock(connection, number)
            if released is not None:
                told += _recall(node, connection, signed, released, reason)
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


def _mine(connection: Connection, signed: Signed, contribution_id: UUID) -> rulings.Standing:
    there = rulings.lock(connection, contribution_id)
    if there is None:
        raise absent()
    mine_or_refuse(signed, there.member_id, members.get(connection, there.member_id).name)
    if there.withdrawn_at is not None:
        raise ConflictError("It is withdrawn already; a tombstone is never undone.", action="Hand it in anew.")
    return there


def _apply(
    node: Node,
    connection: Connection,
    signed: Signed,
    there: rulings.Standing,
    *,
    before: Handling,
    after: Handling,
    widens: tuple[str, ...],
    reason: str,
    consent: Will | None,
) -> Decided:
    now, kind = node.clock.now(), WIDENED if widens else NARROWED
    given = audiences.intern(connection, after)
    contributions.relabel(connection, there.id, given)
    follow(connection, there.id, before, after, now)
    made: dict[str, Any] = {"before": before, "after": after, "widens": widens, "reason": reason}
    _keep_change(node, connection, signed, there.id, kind=kind, **made)
    lost = [number for number in copies.holders(connection, there.id) if _loses(connection, number, before, after, now)]
    _tell(node, connection, signed, there, kind=NARROWED, reason=reason, told=lost)
    detail = {"title": there.title or there.path}
    record(
        node,
        connection,
        f"handling {kind}",
        str(there.id),
        person_id=signed.person_id,
        member_id=signed.member_id,
        detail=detail,
        audience=given,
        custody=CustodyFacts(EventType.WIDENING, reason=reason, consent=consent) if widens else None,
    )
    return Decided(kind, widens, len(lost))


def _recall(node: Node, connection: Connection, signed: Signed, there: rulings.Standing, reason: str) -> int:
    now, before = node.clock.now(), audiences.handling(connection, there.audience)
    contributions.withdraw(connection, there.id, now)
    follow(connection, there.id, before, None, now)
    _keep_change(
        node, connection, signed, there.id, kind=RECALLED, before=before, after=before, widens=(), reason=reason
    )
    had = copies.holders(connection, there.id)
    _tell(node, connection, signed, there, kind=RECALLED, reason=reason, told=had)
    detail = {"title": there.title or there.path, "reason": reason}
    verb = "contribution withdrawn"
    record(
        node,
        connection,
        verb,
        str(there.id),
        person_id=signed.person_id,
        member_id=signed.member_id,
        detail=detail,
        audience=there.audience,
    )
    return len(had)


def follow(
    connection: Connection, contribution_id: UUID, before: Handling, after: Handling | None, now: datetime
) -> None:
    """Brings what is derived from a contribution in line with its new handling, or its tombstone (`after` None).

    What is drawn for all members (map, plan, report) was drawn from it only if any member could see it before; what
    becomes only wider hides nothing.
    """
    nobody = audiences.intern(connection, own(None))
    rulings.rederive(connection, contribution_id, nobody)
    only_wider = after is not None and narrower(before, after)
    if decide(ANYONE, before, "", now).allowed and not only_wider:
        rulings.hide_drawn(connection, nobody)


def _keep_change(
    node: Node,
    connection: Connection,
    signed: Signed,
    number: UUID,
    *,
    kind: str,
    before: Handling,
    after: Handling,
    widens: tuple[str, ...],
    reason: str,
) -> None:
    alone = audiences.intern(connection, own(signed.member_id))
    made = rulings.Change(
        node.ids.new(), number, kind, before, after, widens, reason, signed.person_id, node.clock.now()
    )
    rulings.put(connection, made, alone)


def _loses(connection: Connection, member_id: UUID, before: Handling, after: Handling, now: datetime) -> bool:
    """Whether a member that had a copy may no longer see it."""
    viewer = Viewer(member_id, country=members.get(connection, member_id).country)
    return decide(viewer, before, "", now).allowed and not decide(viewer, after, "", now).allowed


def _tell(
    node: Node,
    connection: Connection,
    signed: Signed,
    there: rulings.Standing,
    *,
    kind: str,
    reason: str,
    told: list[UUID],
) -> None:
    for member_id in told:
        given: dict[str, Any] = {"contribution_id": there.id, "title": there.title or there.path, "kind": kind}
        between = audiences.intern(connection, between_two(signed.member_id, member_id))
        given |= {"member_id": member_id, "originator_id": signed.member_id, "reason": reason}
        copies.tell(connection, node.ids.new(), between, node.clock.now(), **given)


def between_two(one: UUID, other: UUID) -> Handling:
    """The handling of what is between two members and nobody else's."""
    return replace(own(one), originators=frozenset({one, other}))
