"""Members of the alliance and what they can do: the directory."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from accord.model.errors import AbsentError
from accord.model.ids import derived_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind
from accord.store.tables import capability, member
from accord.store.texts import storable

_CAPABILITY_FIELDS = tuple(
    column.name for column in capability.c if column.name not in {"id", "member_id", "action", "target_kinds"}
)


def put(connection: Connection, given: Member, joined_at: datetime) -> None:
    """Adds a member, or brings name, kind, country, handling and capabilities up to date; `joined_at` is kept.

    Members are found by id; another member with the same slug raises the database's error for a duplicate.
    """
    values = {
        "slug": storable(given.slug),
        "name": storable(given.name),
        "kind": str(given.kind),
        "country": storable(given.country),
        "tlp": given.tlp,
        "noted": [storable(note) for note in given.noted],
    }
    row = insert(member).values(id=given.id, joined_at=joined_at, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[member.c.id], set_=values))
    connection.execute(delete(capability).where(capability.c.member_id == given.id))
    rows = [_to_row(given.id, place, what) for place, what in enumerate(given.capabilities)]
    if rows:
        connection.execute(insert(capability), rows)


def get(connection: Connection, number: UUID) -> Member:
    """One member with its capabilities. Raises `AbsentError`."""
    return _one(connection, member.c.id == number)


def by_slug(connection: Connection, slug: str) -> Member:
    """The member of that folder name. Raises `AbsentError`."""
    return _one(connection, member.c.slug == slug)


def every(connection: Connection) -> list[Member]:
    """All members with their capabilities, by slug."""
    capabilities = defaultdict(list)
    for row in connection.execute(select(capability).order_by(capability.c.member_id, capability.c.id)):
        capabilities[row.member_id].append(_to_capability(row))
    rows = connection.execute(select(member).order_by(member.c.slug))
    return [_to_member(row, tuple(capabilities[row.id])) for row in rows]


def _one(connection: Connection, condition: Any) -> Member:
    row = connection.execute(select(member).where(condition)).one_or_none()
    if row is None:
        raise AbsentError(
            "There is no such member.",
            action="Members enter when `accord run` reads their folders; Alliance lists them.",
        )
    what = select(capability).where(capability.c.member_id == row.id).order_by(capability.c.id)
    return _to_member(row, tuple(_to_capability(found) for found in connection.execute(what)))


def _to_member(row: Row[Any], capabilities: tuple[Capability, ...]) -> Member:
    kind = MemberKind(row.kind)
    return Member(row.id, row.slug, row.name, kind, row.country, capabilities, row.tlp, tuple(row.noted))


def _to_row(member_id: UUID, place: int, what: Capability) -> dict[str, Any]:
    values = {name: getattr(what, name) for name in _CAPABILITY_FIELDS}
    lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    return {
        **values,
        **lists,
        "id": derived_id("capability", str(member_id), str(place)),
        "member_id": member_id,
        "action": str(what.action),
        "target_kinds": sorted(str(kind) for kind in what.target_kinds),
    }


def _to_capability(row: Row[Any]) -> Capability:
    values = {name: getattr(row, name) for name in _CAPABILITY_FIELDS}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    kinds = frozenset(SelectorKind(kind) for kind in row.target_kinds)
    return Capability(ActionType(row.action), kinds, **{**values, **lists})
