"""What came of contributions, moved by what people did: a lead judged, a plan approved; and back when it is undone.

A receipt carries the audience of what it came from, so that its contributor reads only what it may know of. The state
that stands on the contribution itself is seen by all who see the contribution: it moves only when all of them see a
source of the move (as `services.leads.told`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accord.services.leads import sights_of
from accord.services.node import Node
from accord.services.record import Entry, record_all
from accord.store import judgements, receipts
from accord.store.engine import Connection

WORD_WITHIN = timedelta(days=30)
"""After this without a word on what came of a contribution, the silence itself is shown to its member."""
RECEIVED, VETTED, USED, ACTION, OUTCOME, UNUSED = "received", "vetted", "used", "action", "outcome", "unused"
_FURTHEST = (OUTCOME, ACTION, USED, UNUSED, VETTED, RECEIVED)
MATCHED = "It is part of a lead that waits for a judgement."


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a member is told. `undone_at`: what it came from was taken back."""

    state: str
    reason: str
    given_at: datetime
    undone_at: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a contribution came, as its own member may know it. `silent`: no word came by `due_at`."""

    state: str
    reason: str
    due_at: datetime
    silent: bool
    receipts: list[ReceiptView]


def judged(node: Node, connection: Connection, lead_id: UUID) -> None:
    """Moves the two contributions of a lead after a judgement was given or undone; the node's view, same transaction.

    Confirmed: used. Rejected, and nothing else came of it: not used, with the reason.
    """
    now = node.clock.now()
    lead = judgements.lead_of(connection, lead_id)
    sides = [] if lead is None else [lead.a, lead.b]
    for given in judgements.every(connection, lead_id):
        source = f"lead:{lead_id}:{given.member_id}"
        receipts.undo(connection, source, now)
        if lead is None or given.undone_at is not None:
            continue
        state = USED if given.verdict == "confirmed" else UNUSED
        why = f": {given.reason}" if given.reason else "."
        words = f"{given.member_name} {given.verdict} a lead that it is part of{why}"
        told = [receipts.Receipt(side, state, source, words, lead.audience) for side in sides]
        receipts.put_all(connection, told, now)
    settle(node, connection, sides)


def approved(
    node: Node, connection: Connection, plan: str, contributions: Collection[UUID], audience: int, *, words: str
) -> None:
    """A plan was approved that acts on what these contributions name: they are in action. The node's view.

    `plan`: its id; `audience`: of the plan; `words`: what the contributors read.
    """
    source = f"plan:{plan}"
    told = [receipts.Receipt(number, ACTION, source, words, audience) for number in sorted(contributions)]
    receipts.put_all(connection, told, node.clock.now())
    settle(node, connection, sorted(contributions))


def no_longer_approved(node: Node, connection: Connection, plan: str) -> None:
    """The reverse: the plan was changed or given up before it ran. The node's view."""
    settle(node, connection, receipts.undo(connection, f"plan:{plan}", node.clock.now()))


def settle(node: Node, connection: Connection, ids: Sequence[UUID]) -> None:
    """Brings the states that all readers see in line with the receipts that stand; records what moved."""
    now = node.clock.now()
    rows = judgements.contributions(connection, ids)
    standing = receipts.standing(connection, ids)
    numbers = {row.audience for row in rows} | {one.audience for one in standing}
    pairs = judgements.pairs(connection, ids)
    sees = sights_of(connection, numbers | {one.audience for one in pairs}, now)
    moved = []
    for row in rows:
        mine = [one for one in standing if one.contribution_id == row.id and sees[row.audience] <= sees[one.audience]]
        led = [one for one in pairs if row.id in (one.a, one.b) and sees[row.audience] <= sees[one.audience]]
        if row.state == OUTCOME:
            continue  # a measured effect does not go away because a judgement does
        matched = row.state_reason if row.state == VETTED else MATCHED
        state, reason = furthest(mine) or ((VETTED, matched) if led else (RECEIVED, ""))
        if (state, reason) != (row.state, row.state_reason):
            moved.append((row, state, reason))
    receipts.set_states(connection, [(row.id, state, reason) for row, state, reason in moved])
    entries = [
        Entry("contribution moved on", str(row.id), row.audience, None, None, {"state": state, "path": row.path})
        for row, state, reason in moved
        if state != row.state
    ]
    record_all(node, connection, entries)


def furthest(standing: Sequence[Any]) -> tuple[str, str] | None:
    """State and reason of the receipt that went furthest, the newest of its state; None without any."""
    for state in _FURTHEST:
        for one in standing:
            if one.state == state:
                return state, one.reason
    return None


def progress_of(connection: Connection, row: Any, now: datetime) -> Progress:
    """How far a contribution came, for its own member: the receipts that this viewer sees, and the clock."""
    given = receipts.of_contribution(connection, row.id)
    stands = furthest([one for one in given if one.undone_at is None])
    public = (row.state, row.state_reason)
    state, reason = min(stands or public, public, key=lambda pair: _FURTHEST.index(pair[0]))
    due_at = row.received_at + WORD_WITHIN
    silent = state in (RECEIVED, VETTED) and due_at < now and row.withdrawn_at is None
    views = [ReceiptView(one.state, one.reason, one.given_at, one.undone_at, one.source) for one in given]
    return Progress(state, reason, due_at, silent, views)
