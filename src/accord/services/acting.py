"""A person who acts on the command line: the same value as a signed-in one, without a session."""

from __future__ import annotations

from uuid import UUID

from accord.model.errors import AbsentError
from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.services.node import Node
from accord.store import cases, circles, members, people, sessions
from accord.store.engine import node_transaction


def act_as(node: Node, member_slug: str, name: str) -> Signed:
    """The person of that name at a member. Raises `AbsentError` that names those there are."""
    with node_transaction(node.engine) as connection:
        whose = members.by_slug(connection, member_slug)
        there = [listed for listed in people.every(connection) if listed.member_name == whose.name]
        found = next((listed for listed in there if listed.name == name), None)
    if found is None:
        names = ", ".join(listed.name for listed in there) or "nobody yet"
        raise AbsentError(f"Nobody called {name!r} acts for {whose.name}.", action=f"There: {names}.")
    return act_as_person(node, found.id)


def act_as_person(node: Node, person_id: UUID) -> Signed:
    """The person of that id. Raises `AbsentError` when there is none, or none who may act."""
    with node_transaction(node.engine) as connection:
        person = sessions.find_active(connection, person_id)
        if person is None:
            raise AbsentError(f"Nobody with the id {person_id} acts here.", action="Look it up: accord people list")
        reads = {one.id for one in circles.of_member(connection, person.member_id) if one.reads}
        inside = cases.circles_of(connection, person.id) | reads
    viewer = Viewer(person.member_id, inside, person.role, person.member_country)
    return Signed(
        person_id=person.id,
        name=person.name,
        role=person.role,
        title=person.title,
        member_id=person.member_id,
        member_slug=person.member_slug,
        member_name=person.member_name,
        member_kind=person.member_kind,
        member_tlp=person.member_tlp,
        viewer=viewer,
        csrf="",
        token_hash=b"",
        last_seen=node.clock.now(),
    )
