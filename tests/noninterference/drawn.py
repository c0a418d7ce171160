"""Events, work, and what is drawn in a made-up world: maps, plans, reports."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.services.node import Node
from accord.store import events
from accord.store.tables import graph, plan, report, work

from .directory import MEMBERS, member_id, person_id
from .parcels import Shared
from .thing import Thing, handling


def draw(shared: list[Shared], dice: random.Random, seed: int) -> list[Thing]:
    things = []
    for one in shared:
        detail = {"path": one.reading.path, "title": one.reading.title}
        values = {"verb": "contribution received", "subject": str(one.id), "detail": detail, "member": one.member}
        things.append(Thing("event", derived_id("event", str(one.id)), one.handling, values))
    for number in range(5):
        member = dice.randrange(len(MEMBERS))
        state = dice.choice(["waiting", "running", "done", "failed"])
        values = {"state": state, "message": f"work {number} of {seed}", "member": member}
        things.append(Thing("work", derived_id("work", str(number)), handling(dice, member), values))
    for table in ("graph", "plan", "report"):
        things.append(Thing(table, derived_id(table, "all"), Handling(), {"member": None, "word": f"{table} all"}))
        for member in dice.sample(range(len(MEMBERS)), 2):
            own = handling(dice, member)
            for_whom = dice.choice([member, None])
            number_ = derived_id(table, str(member))
            things.append(Thing(table, number_, own, {"member": for_whom, "word": f"{table} {member}"}))
    return things


def put_act(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    """An event or a piece of work."""
    given = dict(thing.values)
    member = given.pop("member")
    if thing.table == "event":
        who = {"person_id": person_id(member), "member_id": member_id(member)}
        events.append(connection, id=thing.id, happened_at=at, audience=audience, **given, **who)
        return
    fixed = {"task": "intake", "title": given["message"], "stage": "intake", "done": 1, "total": 3, "tries": 1}
    ended = at if given["state"] in ("done", "failed") else None
    row = {**fixed, **given, "id": thing.id, "cancel_asked": False, "asked_at": at, "ended_at": ended}
    connection.execute(insert(work).values(**row, audience=audience, person_id=person_id(member)))


def put(connection: Connection, node: Node, thing: Thing, at: datetime, audience: int, drawings: Any) -> None:  # noqa: PLR0917
    """A map, plan or report."""
    word, member = thing.values["word"], thing.values["member"]
    row: dict[str, Any] = {"id": thing.id, "made_at": at, "audience": audience}
    row["for_member"] = None if member is None else member_id(member)
    if thing.table == "graph":
        document = drawings.make_map(random.Random(word), 30)
        connection.execute(insert(graph).values(**row, document=document))
    elif thing.table == "plan":
        document = {**drawings.make_plan(), "sentence": f"The {word} says so."}
        connection.execute(insert(plan).values(**row, document=document))
    else:
        digest = node.blobs.put(f"<!doctype html><title>{word}</title>".encode())
        pdf = node.blobs.put(f"%PDF {word}".encode())
        connection.execute(insert(report).values(**row, title=f"The {word}", html_digest=digest, pdf_digest=pdf))
