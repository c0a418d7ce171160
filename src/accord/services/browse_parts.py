"""The parts of one contribution, page by page, for programs: claims as received, selectors, the bytes themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError
from accord.services.browse import Page, Signed, reading
from accord.services.browse_contributions import SelectorView
from accord.services.node import Node
from accord.store import browse_contributions, parts
from accord.store.engine import Connection


def claims_of(node: Node, signed: Signed, contribution_id: UUID, after: int, limit: int) -> Page[Any]:
    """Claims from position `after` on: number, stix_id, type, raw. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        _there(connection, contribution_id)
        rows = browse_contributions.claims(connection, contribution_id, after, limit + 1)
    return Page(rows[:limit], (rows[limit].number,) if len(rows) > limit else None)


def selectors_of(
    node: Node, signed: Signed, contribution_id: UUID, *, kind: str, after: tuple[str, str] | None, limit: int
) -> Page[SelectorView]:
    """Selectors in order of kind and value. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        _there(connection, contribution_id)
        rows = browse_contributions.selectors(connection, contribution_id, kind, after, limit + 1)
        held = browse_contributions.holders(connection, [row.id for row in rows[:limit]])
    views = [SelectorView(row.kind, row.value, row.common, row.line, held.get(row.id, 1)) for row in rows[:limit]]
    return Page(views, (views[-1].kind, views[-1].value) if len(rows) > limit else None)


def original(node: Node, signed: Signed, contribution_id: UUID) -> tuple[str, bytes]:
    """Path and bytes of the file as received, bit for bit. Raises `AbsentError`.

    A member of an archive has the digest of the whole archive, which may hold what is under another handling: it is
    given to its own member alone.
    """
    with reading(node, signed) as connection:
        row = _there(connection, contribution_id)
        whole = browse_contributions.one(connection, contribution_id)
    mine = whole is not None and whole.member_id == signed.member_id
    if not mine and (whole is None or whole.withdrawn_at is not None):
        raise AbsentError("This contribution was withdrawn.", action="Ask its member.")
    if "!" in row.path and not mine:
        raise AbsentError(
            "This came in an archive, which is its member's own.", action="Read its claims and selectors instead."
        )
    return row.path, node.blobs.read(bytes(row.digest))


def _there(connection: Connection, contribution_id: UUID) -> Any:
    row = parts.head(connection, contribution_id)
    if row is None:
        raise AbsentError("There is no such contribution, or none that you may see.", action="Look in the list.")
    return row
