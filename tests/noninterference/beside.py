"""What stands beside contributions in a made-up world: requests, words, notices, copies, receipts, decisions."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert

from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.policy.codec import to_document
from accord.policy.lattice import meet
from accord.services.record import between_two, own
from accord.store import audiences, handling_tables

TIED = frozenset({"tear_line", "copy", "receipt", "handling_change", "stated_marking"})
"""Rows with a foreign key: they are there only where their contribution is."""


class Row(NamedTuple):
    """A row of one of the tables; `of`: the contributions it cannot be without."""

    table: str
    handling: Handling
    of: tuple[UUID, ...]
    values: dict[str, Any]


def make(world: Any, now: datetime, member_id: Callable[[int], UUID], person_id: Callable[[int], UUID]) -> list[Row]:
    """With dice of its own, so that the rest of the world stays as it was. Anybody may have asked or said something
    about anything: they may have seen it before it was narrowed."""
    dice = random.Random(f"beside {world.seed}")
    rows: list[Row] = []
    for number, one in enumerate(world.shared):
        owner, about = member_id(one.member), {"contribution_id": one.id}
        for other in dice.sample([n for n in range(5) if n != one.member], 2):
            said = _said(dice, f"{world.seed}/{number}/{other}", now)
            who = {"member_id": member_id(other), "person_id": person_id(other), "originator_id": owner}
            between = between_two(owner, member_id(other))
            told = {**about, "title": one.reading.title, **who}
            rows.append(Row("feedback", between, (), {**told, **said[0]}))
            rows.append(Row("widening_request", between, (), {**told, **said[1]}))
            notice = {key: value for key, value in told.items() if key != "person_id"}
            rows.append(Row("notice", between, (), {**notice, **said[2]}))
            had = {"member_id": member_id(other), "path": "taxii", "first_at": now - timedelta(days=3), "last_at": now}
            rows.append(Row("copy", own(owner), (one.id,), {**about, **had}))
            taken = {"digest": derived_id("document", str(one.id)).bytes, "made_at": now - timedelta(hours=1)}
            taken |= {"kind": dice.choice(["report", "plan", "map"]), "first_at": now, "last_at": now, **who}
            rows.append(Row("document_copy", own(owner), (), taken))
        change = {
            "id": derived_id("change", str(one.id)),
            "kind": "narrowed",
            "widens": [],
            "person_id": person_id(one.member),
        }
        change |= {"before": to_document(Handling(tlp=Tlp.CLEAR)), "after": to_document(one.handling)}
        change |= {"reason": f"decided {number} of {world.seed}", "changed_at": now - timedelta(days=2)}
        rows.append(Row("handling_change", own(owner), (one.id,), {**about, **change}))
        stated = {**about, "handling": to_document(Handling(tlp=Tlp.GREEN))}
        rows.append(Row("stated_marking", own(owner), (one.id,), stated))
    rows += _receipts(world, dice, now)
    rows += _tear_lines(world, now, member_id, person_id)
    return rows


def write(connection: Connection, rows: list[Row], keep: Callable[[Handling], bool], there: set[UUID]) -> None:
    """Puts in those that `keep` lets through."""
    for row in rows:
        if keep(row.handling) and set(row.of) <= there:
            table = getattr(handling_tables, row.table)
            audience = audiences.intern(connection, row.handling)
            connection.execute(insert(table).values(**row.values, audience=audience))


def _said(dice: random.Random, word: str, now: datetime) -> list[dict[str, Any]]:
    at = now - timedelta(days=dice.randint(1, 40))
    answered = dice.random() < 0.4
    answer = {"answer_reason": f"answered {word}" if answered else "", "answered_at": now if answered else None}
    kind = dice.choice(["sighting", "correction", "rating"])
    detail = {"sighting": {"count": 3}, "rating": {"stars": 4}}.get(kind, {})
    feedback = {"id": derived_id("feedback", word), "kind": kind, "words": f"said {word}", "detail": detail}
    feedback |= {"said_at": at, "answer": dice.choice(["accepted", "declined"]) if answered else "", **answer}
    asked = {"id": derived_id("request", word), "wish": dice.choice(["prosecute", "share", "change"])}
    asked |= {"reason": f"asked {word}", "asked_at": at, "due_at": at + timedelta(days=14)}
    asked |= {"answer": dice.choice(["granted", "refused"]) if answered else "", **answer}
    notice = {"id": derived_id("notice", word), "kind": dice.choice(["recalled", "narrowed"])}
    notice |= {"reason": f"told {word}", "sent_at": at, "acknowledged_at": now if answered else None}
    return [feedback, asked, notice]


def _receipts(world: Any, dice: random.Random, now: datetime) -> list[Row]:
    rows = []
    for number, one in enumerate(world.linked):
        under = meet(world.shared[one.a].handling, world.shared[one.b].handling)
        for side in (one.a, one.b):
            of = world.shared[side].id
            values = {
                "contribution_id": of,
                "state": dice.choice(["used", "unused"]),
                "source": f"lead:{one.lead.id}:x",
            }
            values |= {"id": derived_id("receipt", str(of), str(number)), "reason": f"told {number} of {world.seed}"}
            values |= {"given_at": now - timedelta(hours=number), "undone_at": dice.choice([None, now])}
            rows.append(Row("receipt", under, (of,), values))
    return rows


def _tear_lines(
    world: Any, now: datetime, member_id: Callable[[int], UUID], person_id: Callable[[int], UUID]
) -> list[Row]:
    """Some contributions are the released version of another one of the same member."""
    rows, taken = [], set()
    for full in world.shared:
        for released in world.shared:
            if released.member == full.member and released.id != full.id and not {released.id, full.id} & taken:
                taken |= {released.id, full.id}
                values = {"released_id": released.id, "full_id": full.id, "left_out": {}, "made_at": now}
                values |= {"person_id": person_id(full.member)}
                rows.append(Row("tear_line", own(member_id(full.member)), (released.id, full.id), values))
    return rows
