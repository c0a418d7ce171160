"""What the members of a made-up world contribute."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, update

from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.reading import Claim, Drop, Mention, Reading, Relation
from accord.model.selectors import SelectorKind as K
from accord.store import audiences, bulk, contributions
from accord.store.tables import contribution

from .directory import MEMBERS, NOW, WORDS, member_id, person_id
from .thing import handling

STATES = ("received", "vetted", "used", "action", "unused")
POOL = [(K.IPV4, f"192.0.2.{n}") for n in range(1, 6)] + [(K.DOMAIN, f"fee-{n}.example") for n in range(1, 6)]
POOL += [(K.MALWARE, "greywren"), (K.EMAIL, "kit@mail.example")]


class Shared(NamedTuple):
    """A contribution as its member hands it in."""

    id: UUID
    member: int
    reading: Reading
    handling: Handling
    state: str
    withdrawn: bool


def draw(dice: random.Random, seed: int, number: int) -> Shared:
    member = dice.randrange(len(MEMBERS))
    word = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:8]
    title = f"{dice.choice(WORDS)} {word}"
    path = f"{dice.choice(['2026', 'in/box'])}/{word}.csv"
    values = [*dice.sample(POOL, dice.randint(2, 6)), (K.DOMAIN, f"only-{word}.example")]
    mentions = [Mention(kind, value, 0, line) for line, (kind, value) in enumerate(values, 1)]
    claims = [
        Claim(f"note--{derived_id('note', word, str(n))}", "note", f'{{"type":"note","content":"{word} {n}"}}'.encode())
        for n in range(dice.choice([1, 2, 12]))
    ]
    # Versions of a few objects, also the same text twice: members hold what others hold, or another version of it.
    objects = [(int(word[n], 16) % 4, int(word[n + 1], 16) % 4 + 1) for n in range(0, 6, 2)]
    claims += [_version(which, day) for which, day in dict(objects).items()]
    drops = [Drop(n, f"Not understood {word}", f"excerpt {word}") for n in range(dice.randint(0, 2))]
    seen = NOW - timedelta(days=dice.randint(1, 60))
    reading = Reading(
        path,
        "csv",
        title,
        claims=claims,
        mentions=mentions,
        relations=[Relation(0, 1, "row")],
        drops=drops,
        seen_from=seen - timedelta(days=9),
        seen_to=seen,
    )
    digest = hashlib.sha256(path.encode()).digest()
    number_ = contributions.contribution_id(member_id(member), path, digest)
    return Shared(number_, member, reading, handling(dice, member), dice.choice(STATES), withdrawn=dice.random() < 0.08)


def _version(which: int, day: int) -> Claim:
    """A version of one of few objects; the second is STIX 2.0."""
    number = f"indicator--{derived_id('indicator', str(which))}"
    said = {"type": "indicator", "id": number, "created": "2026-10-01T00:00:00.000Z"}
    said |= {"modified": f"2026-10-0{day}T00:00:00.000Z"} | ({} if day == 2 else {"spec_version": "2.1"})
    return Claim(number, "indicator", json.dumps(said).encode())


def put(connection: Connection, one: Shared) -> int:
    """Keeps it with its parts, as intake does; its audience."""
    audience = audiences.intern(connection, one.handling)
    digest = hashlib.sha256(one.reading.path.encode()).digest()
    received = NOW - timedelta(hours=int(one.id.int % 200))
    who = {"member_id": member_id(one.member), "received_by": person_id(one.member)}
    number, _ = contributions.add(
        connection, one.reading, digest=digest, size=100, audience=audience, received_at=received, **who
    )
    parts = {"claims": one.reading.claims, "mentions": one.reading.mentions, "relations": one.reading.relations}
    bulk.write(connection, number, audience, **parts, drops=one.reading.drops, moment=lambda: received)
    values: dict[str, Any] = {"state": one.state, "state_reason": f"{one.state} {one.reading.title}"}
    if one.withdrawn:
        values["withdrawn_at"] = NOW - timedelta(hours=1)
    connection.execute(update(contribution).where(contribution.c.id == number).values(**values))
    return audience
