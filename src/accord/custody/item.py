"""What may be done with an item under custody: a state and an act give the next state, or a refusal.

ISO/IEC 27037, section 6.1, asks for who had access, when, why, and every unavoidable change; the rules here are what
makes such a record believable: nobody acts on what they do not hold, nothing comes back that never went out.

1. The first act is acquire, receive or derive, and none of these comes again.
2. Nothing is done with an item that was disposed of, or that left for another node.
3. Only the holder seals, checks out and in, offers, transforms, derives, holds, releases and disposes.
4. What is out is not checked out again, offered, sealed, transformed or disposed of; only what is out comes in.
5. An offer stands alone: one at a time, answered by its taker or withdrawn by the holder.
6. A legal hold blocks disposal; so does the time for which it must be kept, and so do fewer than two approvals by
   different people, neither of whom asked for it.
7. What is sealed is not sealed again; a transformation breaks the seal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from accord.custody.events import EventType
from accord.model.errors import AccordError, ConflictError, RefusedError


class Act(StrEnum):
    """What is done with an item. Those that are no `EventType` of the log are logged as a change."""

    ACQUIRE = "acquire"
    RECEIVE = "receive"
    DERIVE = "derive"
    SEAL = "seal"
    ACCESS = "access"
    CHECK_OUT = "check-out"
    CHECK_IN = "check-in"
    TRANSFER_OFFER = "transfer-offer"
    TRANSFER_ACCEPT = "transfer-accept"
    TRANSFER_DECLINE = "transfer-decline"
    TRANSFER_WITHDRAW = "transfer-withdraw"
    TRANSFORM = "transform"
    COPY = "copy"  # another item was made from this one; its own first act is derive
    EXPORT = "export"
    HOLD = "hold"
    RELEASE = "release"
    DISPOSE = "dispose"
    CORRECT = "correct"

    @property
    def event_type(self) -> EventType:
        if self is Act.COPY:
            return EventType.DERIVE
        try:
            return EventType(self.value)
        except ValueError:
            return EventType.CHANGE


BEGINNINGS = frozenset({Act.ACQUIRE, Act.RECEIVE, Act.DERIVE})
HOLDERS_ONLY = frozenset(
    {
        Act.SEAL, Act.CHECK_OUT, Act.CHECK_IN, Act.TRANSFER_OFFER, Act.TRANSFER_WITHDRAW, Act.TRANSFORM, Act.COPY,
        Act.HOLD, Act.RELEASE, Act.DISPOSE,
    }
)  # fmt: skip
NOT_WHILE_OUT = frozenset({Act.SEAL, Act.CHECK_OUT, Act.TRANSFER_OFFER, Act.TRANSFORM, Act.DISPOSE})
NOT_WHILE_OFFERED = frozenset({Act.TRANSFER_OFFER, Act.CHECK_OUT, Act.TRANSFORM, Act.DISPOSE})
APPROVALS = 2


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item is. `holder`: a member's id; empty when it left this node or was disposed of.

    `out_to`: who has it out, in words. `offered_to`: a member's id, or a name at another node.
    """

    holder: str
    sealed: bool = False
    out_to: str = ""
    offered_to: str = ""
    hold: bool = False
    disposed: bool = False

    @property
    def ended(self) -> bool:
        return self.disposed or not self.holder


@dataclass(frozen=True, slots=True)
class Deed:
    """An act with what its rules need.

    `by`: the id of the member whose person acts. `to`: who takes it out, or is offered it. `approved_by`: people,
    `asked_by`: the person who asked for the disposal. `kept`: the time for which it must be kept is over. `elsewhere`:
    it was accepted at another node.
    """

    act: Act
    by: str
    to: str = ""
    approved_by: frozenset[str] = frozenset()
    asked_by: str = ""
    kept: bool = True
    elsewhere: bool = False


def begin(deed: Deed) -> ItemState:
    """The state after an item's first act. Raises `RefusedError` (1)."""
    if deed.act not in BEGINNINGS:
        raise RefusedError("A chain of custody begins with an acquisition, a receipt or a derivation.")
    return ItemState(holder=deed.by)


def step(state: ItemState, deed: Deed) -> ItemState:
    """The state after one more act. Raises `RefusedError` or `ConflictError` that names the rule and the next step."""
    act = deed.act
    _require(act not in BEGINNINGS, ConflictError("The item is registered already."))  # 1
    _require(not state.disposed, ConflictError("The item was disposed of; nothing can be done with it any more."))  # 2
    _require(bool(state.holder), ConflictError("The item left this node; ask whoever holds it now."))
    if act in HOLDERS_ONLY and deed.by != state.holder:  # 3
        raise RefusedError("Only the member that holds the item may do this.", action="Ask the holder.")
    if act in NOT_WHILE_OUT and state.out_to:  # 4
        raise ConflictError(f"The item is out with {state.out_to}.", action="Check it in first.")
    if act in NOT_WHILE_OFFERED and state.offered_to:  # 5
        raise ConflictError("A transfer of the item is offered.", action="Wait for the answer, or withdraw the offer.")
    return _STEPS.get(act, _same)(state, deed)


def _require(fulfilled: bool, error: AccordError) -> None:
    if not fulfilled:
        raise error


def _same(state: ItemState, _deed: Deed) -> ItemState:
    return state


def _seal(state: ItemState, _deed: Deed) -> ItemState:  # 7
    _require(not state.sealed, ConflictError("The item is sealed already."))
    return replace(state, sealed=True)


def _check_out(state: ItemState, deed: Deed) -> ItemState:
    _require(bool(deed.to.strip()), RefusedError("Somebody must take it out.", action="Say who takes the item."))
    return replace(state, out_to=deed.to)


def _check_in(state: ItemState, _deed: Deed) -> ItemState:  # 4
    _require(bool(state.out_to), ConflictError("The item is not out, so it cannot come in."))
    return replace(state, out_to="")


def _offer(state: ItemState, deed: Deed) -> ItemState:
    _require(bool(deed.to), RefusedError("The offer names nobody.", action="Choose who is to take the item."))
    _require(deed.to != state.holder, RefusedError("The item is with this member already.", action="Choose another."))
    return replace(state, offered_to=deed.to)


def _accept(state: ItemState, deed: Deed) -> ItemState:  # 5
    _require(bool(state.offered_to), ConflictError("No transfer of the item is offered."))
    taken_by = state.holder if deed.elsewhere else state.offered_to
    _require(deed.by == taken_by, RefusedError("Only the member that the item was offered to may answer."))
    return replace(state, offered_to="", holder="" if deed.elsewhere else deed.by)


def _decline(state: ItemState, deed: Deed) -> ItemState:  # 5
    _require(bool(state.offered_to), ConflictError("No transfer of the item is offered."))
    _require(deed.by == state.offered_to, RefusedError("Only the member that the item was offered to may answer."))
    return replace(state, offered_to="")


def _withdraw(state: ItemState, _deed: Deed) -> ItemState:  # 5
    _require(bool(state.offered_to), ConflictError("No transfer of the item is offered."))
    return replace(state, offered_to="")


def _transform(state: ItemState, _deed: Deed) -> ItemState:  # 7
    return replace(state, sealed=False)


def _hold(state: ItemState, _deed: Deed) -> ItemState:
    _require(not state.hold, ConflictError("A legal hold is on the item already."))
    return replace(state, hold=True)


def _release(state: ItemState, _deed: Deed) -> ItemState:
    _require(state.hold, ConflictError("No legal hold is on the item."))
    return replace(state, hold=False)


def _dispose(state: ItemState, deed: Deed) -> ItemState:  # 6
    _require(not state.hold, RefusedError("A legal hold is on the item.", action="Lift it first, with its reason."))
    _require(deed.kept, RefusedError("The time for which the item must be kept is not over."))
    approvals = deed.approved_by - {deed.asked_by}
    if len(approvals) < APPROVALS:
        raise RefusedError(
            f"A disposal needs {APPROVALS} approvals by different people, neither of whom asked for it.",
            action="Ask another person of your member to approve it.",
        )
    return replace(state, holder="", disposed=True, sealed=False)


_STEPS = {
    Act.SEAL: _seal,
    Act.CHECK_OUT: _check_out,
    Act.CHECK_IN: _check_in,
    Act.TRANSFER_OFFER: _offer,
    Act.TRANSFER_ACCEPT: _accept,
    Act.TRANSFER_DECLINE: _decline,
    Act.TRANSFER_WITHDRAW: _withdraw,
    Act.TRANSFORM: _transform,
    Act.HOLD: _hold,
    Act.RELEASE: _release,
    Act.DISPOSE: _dispose,
}
