"""Circles: named sharing groups, who belongs to them, and what a member sees as one of them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from accord.model.handling import Handling, Tlp
from accord.policy.decide import Viewer
from accord.services.node import Node
from accord.services.record import own, record
from accord.store import audiences, circles
from accord.store.circles import Belonging
from accord.store.engine import node_transaction


def make_circle(node: Node, title: str, description: str = "", *, circle_id: UUID | None = None) -> UUID:
    """Makes a circle without members, or gives the one of that id other words; its id."""
    number = circle_id or node.ids.new()
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, of_circle(number))
        made_at = node.clock.now()
        if circles.put(connection, number, title, description, made_at=made_at, audience=audience):
            record(node, connection, "circle made", str(number), detail={"title": title}, audience=audience)
    return number


def admit_member(node: Node, circle_id: UUID, member_id: UUID, *, reads: bool = True, writes: bool = True) -> None:
    """Lets a member into a circle; it sees what the circle was given, earlier things too."""
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(member_id))
        joined_at = node.clock.now()
        circles.admit(
            connection, circle_id, member_id, reads=reads, writes=writes, joined_at=joined_at, audience=audience
        )
        record(node, connection, "circle joined", str(circle_id), member_id=member_id)


def dismiss_member(node: Node, circle_id: UUID, member_id: UUID) -> None:
    """Puts a member out of a circle: from now on it sees nothing of it."""
    with node_transaction(node.engine) as connection:
        if circles.dismiss(connection, circle_id, member_id):
            record(node, connection, "circle left", str(circle_id), member_id=member_id)


def of_circle(circle_id: UUID) -> Handling:
    """The handling of what concerns a circle alone."""
    return Handling(tlp=Tlp.RED, circles=frozenset({circle_id}))


def within(viewer: Viewer, belonging: list[Belonging]) -> Viewer:
    """The viewer as one of these circles, as far as its member reads in them."""
    reads = {circle.id for circle in belonging if circle.reads}
    return replace(viewer, circles=viewer.circles | reads)
