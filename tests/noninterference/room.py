"""Rows of the evidence room and of case files, as their services leave them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from accord.custody.chain import Link, digest_of
from accord.custody.item import Act
from accord.model.errors import ConflictError
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.policy.lattice import meet
from accord.store import cases, evidence

from .directory import MEMBERS, WORDS, member_id, person_id
from .parcels import Shared
from .thing import Thing, handling


def draw(shared: Sequence[Shared], seed: int) -> list[Thing]:
    """Items under custody, what was found in them, and cases that name both; with dice of their own."""
    dice, items = random.Random(f"room of {seed}"), []
    for number in range(6):
        member = dice.randrange(len(MEMBERS))
        word = f"{dice.choice(WORDS)} item {number} of {seed}"
        state = dice.choice(["sealed", "out", "hold", "offered", ""])
        values = {"member": member, "word": word, "state": state, "bytes": dice.choice(["one", "two", ""])}
        items.append(Thing("evidence", derived_id("item", str(number)), handling(dice, member), values))
    things = list(items)
    for number in range(4):
        item, one = dice.choice(items), dice.choice(shared)
        values = {"member": item.values["member"], "item": item.id, "contribution": one.id, "word": f"found {number}"}
        both = meet(item.handling, one.handling)
        things.append(Thing("evidence_finding", derived_id("finding", str(number)), both, values))
    for number in range(4):
        people = sorted(dice.sample(range(len(MEMBERS)), 2))
        given = derived_id("case", str(number))
        subjects = [dice.choice(items).id, dice.choice(shared).id]
        values = {"member": people[0], "people": people, "word": f"case {number}", "subjects": subjects}
        seen = Handling(tlp=Tlp.RED, circles=frozenset({given}))
        things.append(Thing("case_file", given, seen, values))
    return things


def put(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    member = thing.values["member"]
    who = (person_id(member), member_id(member))
    if thing.table == "evidence":
        _item(connection, thing, who, at, audience)
    elif thing.table == "evidence_finding":
        refers = {"item_id": thing.values["item"], "contribution_id": thing.values["contribution"]}
        known = {"id": thing.id, "note": thing.values["word"], "person_id": who[0], "linked_at": at}
        with connection.begin_nested() as savepoint:  # the same two may have been drawn twice
            try:
                evidence.put_finding(connection, **refers, **known, audience=audience)
            except ConflictError:
                savepoint.rollback()
    else:
        _case(connection, thing, who, at, audience, [person_id(n) for n in thing.values["people"]])


def _item(connection: Connection, thing: Thing, who: tuple[UUID, UUID], at: datetime, audience: int) -> None:
    given, state = thing.values, thing.values["state"]
    digest = hashlib.sha256(given["bytes"].encode()).digest() if given["bytes"] else None
    words = {"title": given["word"], "reference": f"EX {given['word']}", "description": f"About {given['word']}"}
    more = {"authority": "Code", "place": "Lab", "file_name": "disk.img", "kind": "image" if digest else "thing"}
    out = {"sealed": state == "sealed", "out_to": "Lab" if state == "out" else ""}
    offered = {
        "offered_to": "somebody elsewhere" if state == "offered" else "",
        "hold": "Appeal" if state == "hold" else "",
    }
    sized = {"size": 9 if digest else None, "sha256": digest, "blake3": digest, "parents": []}
    evidence.put(
        connection, id=thing.id, member_id=who[1], holder_id=who[1], **words, **more, **out, **offered, **sized,
        acquired_at=at, registered_at=at, registered_by=who[0], audience=audience,
    )  # fmt: skip
    previous = b""
    for number, act in enumerate((Act.ACQUIRE, Act.ACCESS)):
        said = {"reason": f"{act} of {given['word']}", "authority": "Code"}
        when = at + timedelta(minutes=number)
        link = Link(
            derived_id("link", str(thing.id), act), thing.id, number, act, when, when, *who, said, previous, b""
        )
        link = replace(link, digest=digest_of(link))
        evidence.add_event(connection, link, audience, derived_id("record", str(link.id)))
        previous = link.digest


def _case(  # noqa: PLR0917
    connection: Connection, thing: Thing, who: tuple[UUID, UUID], at: datetime, audience: int, people: list[UUID]
) -> None:
    given = thing.values
    texts = {
        "title": given["word"],
        "reference": "",
        "summary": f"About {given['word']}",
        "authority": "",
        "closing": "",
    }
    cases.put(connection, id=thing.id, member_id=who[1], opened_by=who[0], opened_at=at, **texts, audience=audience)
    for place, person in enumerate(people):
        cases.put_person(connection, thing.id, person, "member" if place else "lead", at)
    kinds = [
        ("note", "", None),
        ("evidence", "evidence", given["subjects"][0]),
        ("contribution", "contribution", given["subjects"][1]),
    ]
    for kind, subject_kind, subject in kinds:
        row = {"kind": kind, "text": f"{kind} of {given['word']}", "state": "", "zone": "", "written_at": at}
        cases.put_entry(
            connection, id=derived_id("entry", str(thing.id), kind), case_id=thing.id, audience=audience, **row,
            subject_kind=subject_kind, subject_id=subject, person_id=who[0],
        )  # fmt: skip
