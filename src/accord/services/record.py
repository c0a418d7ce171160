"""The one way in which a change of state is recorded. The custody log will replace its inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accord.model.handling import Handling, Tlp
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
) -> None:
    """Appends an event in the caller's transaction, so that the change and its record stand or fall together.

    Without an audience the event is the acting member's own, or, when no member acts, the node's alone.
    """
    if audience is None:
        audience = audiences.intern(connection, own(member_id))
    events.append(
        connection,
        id=node.ids.new(),
        happened_at=node.clock.now(),
        person_id=person_id,
        member_id=member_id,
        verb=verb,
        subject=subject,
        detail=dict(detail or {}),
        audience=audience,
    )


def own(member_id: UUID | None) -> Handling:
    """The handling of what concerns one member alone; without a member nobody but the node sees it."""
    return Handling(tlp=Tlp.RED, originators=frozenset({member_id}) if member_id else frozenset())
