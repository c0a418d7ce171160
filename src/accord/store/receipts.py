"""What contributors are told came of their contributions, each receipt under the handling of what it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.model.ids import derived_id
from accord.store.handling_tables import receipt
from accord.store.tables import contribution
from accord.store.texts import storable

SHOWN = 100


class Receipt(NamedTuple):
    """`source`: `lead:<id>:<member>` or `plan:<id>`; `audience`: of what it came from."""

    contribution_id: UUID
    state: str
    source: str
    reason: str
    audience: int


def put_all(connection: Connection, given: Iterable[Receipt], now: datetime) -> None:
    """Gives receipts; one that was undone stands again."""
    rows = [
        {
            **one._asdict(),
            "reason": storable(one.reason),
            "id": derived_id("receipt", str(one.contribution_id), one.state, one.source),
            "given_at": now,
            "undone_at": None,
        }
        for one in given
    ]
    if rows:
        fresh = insert(receipt).values(rows)
        changed = {name: fresh.excluded[name] for name in ("reason", "given_at", "undone_at", "audience")}
        connection.execute(fresh.on_conflict_do_update(index_elements=[receipt.c.id], set_=changed))


def undo(connection: Connection, source: str, now: datetime) -> list[UUID]:
    """Takes back what came from a source; the contributions concerned."""
    change = update(receipt).where(receipt.c.source == source, receipt.c.undone_at.is_(None)).values(undone_at=now)
    return sorted(set(connection.execute(change.returning(receipt.c.contribution_id)).scalars()))


def standing(connection: Connection, ids: Sequence[UUID]) -> list[Row[Any]]:
    """The receipts of contributions that stand and that the transaction sees, newest first."""
    query = select(receipt).where(receipt.c.contribution_id.in_(ids), receipt.c.undone_at.is_(None))
    return list(connection.execute(query.order_by(receipt.c.given_at.desc(), receipt.c.id)))


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """All receipts of one contribution that this viewer sees, undone ones too, newest first."""
    query = select(receipt).where(receipt.c.contribution_id == contribution_id)
    return list(connection.execute(query.order_by(receipt.c.given_at.desc(), receipt.c.id).limit(SHOWN)))


def set_states(connection: Connection, given: Iterable[tuple[UUID, str, str]]) -> None:
    """Contribution, state, reason: as all who see the contribution may know them."""
    rows = [{"of": number, "to": state, "why": storable(reason)} for number, state, reason in given]
    if rows:
        change = update(contribution).where(contribution.c.id == bindparam("of"))
        connection.execute(change.values(state=bindparam("to"), state_reason=bindparam("why")), rows)
