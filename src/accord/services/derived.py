"""What is derived for all members: whom it is computed for, the handling that it carries, and when it is kept.

Deriving takes seconds to minutes. What is taken back or narrowed meanwhile may be part of the result, so that result is
not kept: the work begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from accord.model.errors import OvertakenError
from accord.model.handling import Handling, Tlp
from accord.policy.pools import ANYONE
from accord.services.node import Node
from accord.store import audiences, turns
from accord.store.engine import Connection, node_transaction

ANY_MEMBER = ANYONE
"""What it may see, every member may see. Maps, plans, reports and what the node counts are drawn from that alone."""

FOR_MEMBERS = Handling(tlp=Tlp.AMBER)
"""What is derived from all that every member may see carries at least this; stricter when a source is."""


def handling_of_derived(connection: Connection) -> Handling:
    """The handling of what is derived from everything that this transaction sees: never wider than any source."""
    return Handling(tlp=max(FOR_MEMBERS.tlp, audiences.strictest_tlp(connection)))


T = TypeVar("T")

TRIES = 5
"""So often work begins anew before it gives way; the decision that overtook it asks for the work again."""


def begun(node: Node) -> int:
    """Where decisions stand as something begins to be derived."""
    with node_transaction(node.engine) as connection:
        return turns.number(connection)


def still(connection: Connection, begun_at: int) -> None:
    """Lets no decision come between here and the end of the transaction. Raises `OvertakenError` when one came."""
    if turns.hold(connection) != begun_at:
        raise OvertakenError(
            "Something was taken back or narrowed while this was made, so nothing was kept.", action="Begin again."
        )


def until_kept(work: Callable[[], T]) -> T:
    """What the work gives, begun anew as often as a decision overtook it. Raises `OvertakenError` after `TRIES`."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except OvertakenError:
            continue
    return work()
