"""The audience of what is a member's alone, in a viewer's transaction, where a new one must first be seen."""

from __future__ import annotations

from accord.services.browse import PURPOSE, Signed
from accord.services.node import Node
from accord.services.record import own
from accord.store import audiences
from accord.store.engine import Connection, look_as


def own_audience(node: Node, connection: Connection, signed: Signed) -> int:
    """Its id, interned if it is new; the rest of the transaction sees it."""
    audience = audiences.intern(connection, own(signed.member_id))
    look_as(connection, signed.viewer, node.clock.now(), purpose=PURPOSE)
    return audience
