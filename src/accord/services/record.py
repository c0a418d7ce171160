"""The one way in which a change of state is recorded: an event for people, and its entry in the custody log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.handling import Handling, Tlp
from accord.services.custody_facts import CustodyFacts, identity_of
from accord.services.custody_statement import Act
from accord.services.custody_write import write
from accord.services.node import Node
from accord.store import audiences, events
from accord.store.engine import Connection, as_node


def record(
    node: Node,
    connection: Connection,
    verb: str,
    subject: str,
    *,
    person_id: UUID | None = None,
    member_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    audience: int | None = None,
    custody: CustodyFacts | None = None,
) -> UUID:
    """Appends an event in the caller's transaction, so that the change and its record stand or fall together.

    Without an audience the event is the acting member's own, or, when no member acts, the node's alone. `custody`:
    what the entry in the custody log says beyond verb and subject. Gives the event's id.
    """
    if audience is None:
        audience = audiences.intern(connection, own(member_id))
    detail = dict(detail or {})
    known = identity_of(custody.consent if custody else None)
    number = known[0] if known else node.ids.new()
    write(
        node, connection, [Act(number, verb, subject, audience, person_id, member_id, detail, custody)]
    )  # first: it uses a consent up
    with as_node(connection):  # one's own handling may be new, and then not yet among those that one sees
        events.append(
            connection,
            id=number,
            happened_at=node.clock.now(),
            person_id=person_id,
            member_id=member_id,
            verb=verb,
            subject=subject,
            detail=detail,
            audience=audience,
        )
    return number


class Entry(NamedTuple):
    """What `record_all` records: as the arguments of `record`."""

    verb: str
    subject: str
    audience: int
    person_id: UUID | None
    member_id: UUID | None
    detail: Mapping[str, Any]


def record_all(node: Node, connection: Connection, entries: Sequence[Entry]) -> None:
    """As `record`, for many changes in one transaction, in their order."""
    acts = [Act(node.ids.new(), e.verb, e.subject, e.audience, e.person_id, e.member_id, e.detail) for e in entries]
    now = node.clock.now()
    events.append_all(
        connection,
        [
            events.Happening(act.id, now, act.verb, act.subject, act.audience, act.detail, act.person_id, act.member_id)
            for act in acts
        ],
    )
    write(node, connection, acts)


def own(member_id: UUID | None) -> Handling:
    """The handling of what concerns one member alone; without a member nobody but the node sees it."""
    return Handling(tlp=Tlp.RED, originators=frozenset({member_id}) if member_id else frozenset())


def between_two(one: UUID, other: UUID) -> Handling:
    """The handling of what is between two members and nobody else's."""
    return Handling(tlp=Tlp.RED, originators=frozenset({one, other}))
