"""The register of members and the people who act for them."""

from __future__ import annotations

from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.members import Member
from accord.policy.duties import JOINED
from accord.services import roles
from accord.services.node import Node
from accord.services.record import record
from accord.store import members
from accord.store.engine import Connection, node_transaction


def register(node: Node, member: Member) -> bool:
    """Enters a member with its capabilities, or brings its entry up to date. True when that changed anything."""
    with node_transaction(node.engine) as connection:
        if _entered(connection, member):
            return False
        members.put(connection, member, node.clock.now())
        record(node, connection, "member registered", member.slug, member_id=member.id)
    return True


def enrol(node: Node, member: Member, name: str, *, role: str, title: str) -> UUID:
    """Enters a person who acts for a member; the same name at the same member is the same person."""
    return roles.enrol_person(node, None, member.slug, name, roles=role.split(JOINED), title=title)


def _entered(connection: Connection, member: Member) -> bool:
    try:
        return members.get(connection, member.id) == member
    except AbsentError:
        return False
