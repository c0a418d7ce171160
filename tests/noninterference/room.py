"""Rows of the evidence room and of case files, as their services leave them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from accord.custody.chain import Link, digest_of
from accord.custody.item import Act
from accord.model.errors import ConflictError
from accord.model.ids import derived_id
from accord.store import cases, evidence


def put(connection: Connection, thing: Any, member: int, at: datetime, audience: int) -> None:
    from . import worlds

    who = (worlds.person_id(member), worlds.member_id(member))
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
        _case(connection, thing, who, at, audience, [worlds.person_id(n) for n in thing.values["people"]])


def _item(connection: Connection, thing: Any, who: tuple[UUID, UUID], at: datetime, audience: int) -> None:
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
    connection: Connection, thing: Any, who: tuple[UUID, UUID], at: datetime, audience: int, people: list[UUID]
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
