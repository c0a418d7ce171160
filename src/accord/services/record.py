"""The one way in which a change of state is recorded. The custody log will replace its inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.handling import Handling, Tlp
from accord.services.custody_facts import CustodyFacts
from accord.services.node import Node
from accord.store import audiences, events
from accord.store.engine import Connection


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
    number = node.ids.new()
    events.append(
        connection,
        id=number,
        happened_at=node.clock.now(),
        person_id=person_id,
        member_id=member_id,
        verb=verb,
        subject=subject,
        detail=dict(detail or {}),
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
    events.append_all(
        connection,
        [
            events.Happening(
                node.ids.new(),
                node.clock.now(),
                entry.verb,
                entry.subject,
                entry.audience,
                entry.detail,
                entry.person_id,
                entry.member_id,
            )
            for entry in entries
        ],
    )


def own(member_id: UUID | None) -> Handling:
    """The handling of what concerns one member alone; without a member nobody but the node sees it."""
    return Handling(tlp=Tlp.RED, originators=frozenset({member_id}) if member_id else frozenset())
