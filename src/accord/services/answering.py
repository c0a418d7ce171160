"""Answering, once, what another member asked or said of a contribution; or taking that back while it waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.record import record
from accord.store import between
from accord.store.between import TAKEN_BACK
from accord.store.engine import Connection
from accord.store.handling_tables import feedback, widening_request

REQUESTS, WORDS = widening_request, feedback
"""The two sorts of what is put before an originator."""


def to_answer(connection: Connection, sort: Any, signed: Signed, number: UUID) -> Any:
    """What waits for this person's member. Raises `AbsentError`, `RefusedError` (another answers it)."""
    row = _one(connection, sort, number)
    if row.originator_id != signed.member_id:
        raise RefusedError(f"Only {row.originator_name} answers this.", action="Wait for their answer.")
    return row


def answer(node: Node, connection: Connection, signed: Signed, sort: Any, row: Any, *, given: str, reason: str) -> None:
    """Closes it, in the words of its sort. Raises `ConflictError` when it is closed already."""
    now = node.clock.now()
    if not between.answer(connection, sort, row.id, given, reason, person_id=signed.person_id, now=now):
        raise already_answered()
    verb = f"{row.kind if sort is WORDS else 'request'} {given.replace('-', ' ')}"
    told(node, connection, signed, verb, about=row.contribution_id, title=row.title, audience=row.audience)


def take_back(node: Node, signed: Signed, sort: Any, number: UUID) -> None:
    """Takes back what this member said or asked. Raises `AbsentError`, `RefusedError`, `ConflictError` (answered)."""
    with reading(node, signed) as connection:
        row = _one(connection, sort, number)
        if row.member_id != signed.member_id:
            raise RefusedError("Another member said this.", action="Answer it instead.")
        answer(node, connection, signed, sort, row, given=TAKEN_BACK, reason="")


def told(
    node: Node, connection: Connection, signed: Signed, verb: str, *, about: UUID, title: str, audience: int
) -> None:
    """Records it, for the two members that it is between."""
    record(
        node,
        connection,
        verb,
        str(about),
        person_id=signed.person_id,
        member_id=signed.member_id,
        detail={"title": title},
        audience=audience,
    )


def already_answered() -> ConflictError:
    """A colleague was faster."""
    return ConflictError("It has been answered already.", action="Reload the page.")


def _one(connection: Connection, sort: Any, number: UUID) -> Any:
    row = between.one(connection, sort, number)
    if row is None:
        raise AbsentError("There is nothing of that kind, or nothing that you may see.", action="Look in your inbox.")
    return row
