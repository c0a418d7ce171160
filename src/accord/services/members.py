"""The register of members and the people who act for them."""

from __future__ import annotations

from uuid import UUID

from accord.model.ids import derived_id
from accord.model.members import Member
from accord.services.node import Node
from accord.services.record import record
from accord.store import members
from accord.store.engine import node_transaction


def register(node: Node, member: Member) -> bool:
    """Enters a member with its capabilities, or brings its entry up to date. True when that changed anything."""
    with node_transaction(node.engine) as connection:
        changed = members.upsert(connection, member, node.clock.now())
        if changed:
            record(node, connection, "member registered", member.slug, member_id=member.id)
    return changed


def enrol(node: Node, member: Member, name: str, role: str, title: str) -> UUID:
    """Enters a person who acts for a member; the same name at the same member is the same person."""
    person = derived_id("person", member.slug, name)
    with node_transaction(node.engine) as connection:
        if members.upsert_person(connection, person, member.id, name, role, title, node.clock.now()):
            record(node, connection, "person enrolled", str(person), member_id=member.id)
    return person
