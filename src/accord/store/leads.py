"""Leads as kept: found anew by a job, judged by people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from accord.model.leads import Lead, Reason
from accord.model.selectors import SelectorKind
from accord.store.tables import contribution, judgement, lead, member

BATCH = 1_000


def replace(connection: Connection, found: Iterable[tuple[Lead, int]], now: datetime) -> None:
    """Keeps these leads (each with its audience); those no longer found go, unless somebody judged them.

    A lead found before keeps the time at which it was first found.
    """
    rows = [_row(item, audience, now) for item, audience in found]
    judged = exists().where(judgement.c.lead_id == lead.c.id)
    gone = select(lead.c.id).where(~judged)
    before = {row[0] for row in connection.execute(gone)} - {row["id"] for row in rows}
    for part in _parts(sorted(before)):
        connection.execute(delete(lead).where(lead.c.id.in_(part)))
    for part in _parts(rows):
        fresh = insert(lead).values(part)
        changed = {c.name: fresh.excluded[c.name] for c in lead.c if c.name not in ("id", "found_at")}
        connection.execute(fresh.on_conflict_do_update(index_elements=[lead.c.id], set_=changed))
    # What was said of a lead is never seen by more, or by fewer, than see the lead.
    follows = (judgement.c.lead_id == lead.c.id) & (judgement.c.audience != lead.c.audience)
    connection.execute(update(judgement).where(follows).values(audience=lead.c.audience))


def best(connection: Connection, limit: int) -> list[Lead]:
    """The strongest leads that the transaction may see, best first."""
    query = select(lead).order_by(lead.c.score.desc(), lead.c.id).limit(limit)
    return [
        Lead(
            row.id,
            row.a,
            row.b,
            row.score,
            row.shared,
            row.infrastructure,
            row.name,
            tuple(_reason(item) for item in row.reasons),
            row.sentence,
        )
        for row in connection.execute(query)
    ]


def _row(item: Lead, audience: int, now: datetime) -> dict[str, Any]:
    return {
        "id": item.id,
        "a": item.a,
        "b": item.b,
        "score": item.score,
        "shared": item.shared,
        "infrastructure": item.infrastructure,
        "name": item.name,
        "kinds": sorted({str(reason.kind) for reason in item.reasons}),
        "sentence": item.sentence,
        "reasons": [{**reason._asdict(), "via": [str(id_) for id_ in reason.via]} for reason in item.reasons],
        "found_at": now,
        "audience": audience,
    }


def _reason(item: dict[str, Any]) -> Reason:
    other = item.get("kind_b")
    typed = {
        "kind": SelectorKind(item["kind"]),
        "kind_b": SelectorKind(other) if other else None,
        "via": tuple(UUID(id_) for id_ in item["via"]),
    }
    return Reason(**{**item, **typed})


def _parts(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def count(connection: Connection) -> int:
    """How many leads the transaction may see."""
    return int(connection.scalar(select(func.count()).select_from(lead)) or 0)


def rows_for_csv(connection: Connection) -> list[tuple[str, str, str, str, float, int, str, str]]:
    """Member and path of both sides, score, shared, kinds, explanation; best first."""
    one, two = contribution.alias(), contribution.alias()
    mine, theirs = member.alias(), member.alias()
    query = (
        select(
            mine.c.slug,
            one.c.path,
            theirs.c.slug,
            two.c.path,
            lead.c.score,
            lead.c.shared,
            func.array_to_string(lead.c.kinds, " "),
            lead.c.sentence,
        )
        .join(one, one.c.id == lead.c.a)
        .join(mine, mine.c.id == one.c.member_id)
        .join(two, two.c.id == lead.c.b)
        .join(theirs, theirs.c.id == two.c.member_id)
        .order_by(lead.c.score.desc(), lead.c.id)
    )
    return [tuple(row) for row in connection.execute(query)]
