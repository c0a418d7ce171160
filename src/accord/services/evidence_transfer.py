"""Handing an item over: the holder offers, the taker accepts; each is an event in the chain that names the other.

Between members of one node here. To another node by files carried by hand: `evidence_files`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from accord.custody.item import Act
from accord.model.errors import AbsentError, InputError, RefusedError
from accord.model.handling import Handling
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.custody_facts import Will
from accord.services.deeds import Acting, acting
from accord.services.evidence_chain import Said, locked, perform
from accord.services.node import Node
from accord.services.permit import permit
from accord.store import audiences, evidence, members
from accord.store.engine import Connection, look_as, node_transaction
from accord.store.texts import storable

_ENDED = {Act.TRANSFER_DECLINE: "declined", Act.TRANSFER_WITHDRAW: "withdrawn"}
"""The state of an offer after the act that undoes it."""


def with_originator(handling: Handling, member_id: UUID) -> Handling:
    """The same conditions, except that this member counts as one whose thing it is: the one it is handed to."""
    return replace(
        handling,
        originators=handling.originators | {member_id},
        also=frozenset(with_originator(part, member_id) for part in handling.also),
    )


def offer(
    node: Node,
    signed: Signed,
    item_id: UUID,
    taker_id: UUID,
    said: Said,
    *,
    consent: Will | None = None,
) -> None:
    """Offers the item to another member of this node, who sees it from now on. Raises as `perform`, `AbsentError`."""
    permit(signed, Verb.EVIDENCE)
    if not said.reason.strip():
        raise InputError("The reason is missing.", action="Say why the item is handed over, and on what basis.")
    with acting(node, signed) as by:
        taker = members.get(by.connection, taker_id)
        row = locked(by.connection, item_id)
        if row.holder_id != signed.member_id:
            raise RefusedError("Only the member that holds the item may hand it over.", action="Ask the holder.")
        wider = audiences.intern(
            by.connection, with_originator(audiences.handling(by.connection, row.audience), taker_id)
        )
        look_as(by.connection, signed.viewer, node.clock.now())
        before = row.audience
        evidence.change(by.connection, item_id, audience=wider)
        row = locked(by.connection, item_id)
        put_offer(by, row, said, taker_id=taker_id, taker_name=taker.name, before=before)
        deed = by.deed(Act.TRANSFER_OFFER, to=str(taker_id))
        words = replace(said, more={**said.more, "to": taker.name, "to_member": str(taker_id)})
        perform(by, row, deed, words, consent=consent)


def put_offer(
    by: Acting,
    row: Any,
    said: Said,
    *,
    taker_id: UUID | None,
    taker_name: str,
    before: int,
) -> UUID:
    """Writes the offer's row; its id."""
    number = by.node.ids.new()
    evidence.put_transfer(
        by.connection,
        id=number,
        item_id=row.id,
        audience=row.audience,
        giver_id=by.signed.member_id,
        taker_id=taker_id,
        taker_name=taker_name,
        reason=storable(said.reason).strip(),
        offered_at=by.node.clock.now(),
        offered_by=by.signed.person_id,
        state="offered",
        answer="",
        audience_before=before,
    )
    return number


def accept(node: Node, signed: Signed, item_id: UUID, said: Said, *, consent: Will | None = None) -> None:
    """Takes the item over: from now on this member holds it. Its event names the offer's digest and record."""
    permit(signed, Verb.EVIDENCE)
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        offered = _offered(by.connection, item_id)
        before = evidence.last(by.connection, item_id)
        more = {"offer": before.digest.hex() if before else "", "transfer": str(offered.id)}
        deed = by.deed(Act.TRANSFER_ACCEPT)
        perform(by, row, deed, replace(said, more={**said.more, **more}), consent=consent)
        evidence.answer_transfer(by.connection, offered.id, "accepted", "", node.clock.now())


def decline(node: Node, signed: Signed, item_id: UUID, reason: str) -> None:
    """The taker does not want it: it stays where it is, and who sees it is as before the offer."""
    _undo(node, signed, item_id, Act.TRANSFER_DECLINE, reason)


def withdraw(node: Node, signed: Signed, item_id: UUID, reason: str) -> None:
    """The holder takes the offer back. As `decline`."""
    _undo(node, signed, item_id, Act.TRANSFER_WITHDRAW, reason)


def _undo(node: Node, signed: Signed, item_id: UUID, act: Act, reason: str) -> None:
    permit(signed, Verb.EVIDENCE)
    if not reason.strip():
        raise InputError("The reason is missing.", action="Say in a sentence why.")
    with reading(node, signed) as connection:
        locked(connection, item_id)  # or there is no such item for this person
    # The node's own transaction: who declines does not see the item any more when it ends.
    with node_transaction(node.engine) as connection:
        row = locked(connection, item_id)
        offered = _offered(connection, item_id)
        by = Acting(node, connection, signed)
        perform(by, row, by.deed(act), Said(reason))
        evidence.answer_transfer(connection, offered.id, _ENDED[act], storable(reason).strip(), node.clock.now())
        evidence.change(connection, item_id, audience=offered.audience_before)


def _offered(connection: Connection, item_id: UUID) -> Any:
    found = evidence.open_transfer(connection, item_id)
    if found is None:
        raise AbsentError("No transfer of this item is offered.", action="Look at the item again.")
    return found
