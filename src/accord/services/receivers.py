"""Who a member's things are handed to by an exchange, as policy is asked about them."""

from __future__ import annotations

from uuid import UUID

from accord.policy.decide import Viewer
from accord.policy.within import OUTSIDE, Receiver
from accord.services.browse import PURPOSE
from accord.services.node import Node
from accord.store import circles, members
from accord.store.engine import node_transaction


def receiver_of(node: Node, member_id: UUID | None) -> Receiver:
    """A member of this alliance, which gets what it may see here; None: somebody outside. Raises `AbsentError`."""
    if member_id is None:
        return OUTSIDE
    with node_transaction(node.engine) as connection:
        country = members.get(connection, member_id).country
        inside = frozenset(one.id for one in circles.of_member(connection, member_id) if one.reads)
    return Receiver(Viewer(member_id, inside, country=country), PURPOSE)
