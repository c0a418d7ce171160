"""Leads between the contributions of a made-up world, and what members say of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.leads import Lead, Reason
from accord.store import events, judgements

from .directory import MEMBERS, NOW, member_id, person_id
from .parcels import Shared


class Linked(NamedTuple):
    """A lead between two of the world's contributions, by their places."""

    lead: Lead
    a: int
    b: int


class Said(NamedTuple):
    """A member's judgement of a lead, by their places."""

    id: UUID
    lead: int
    member: int
    verdict: str
    reason: str


def draw(shared: Sequence[Shared], dice: random.Random) -> list[Linked]:
    """Leads between contributions that share something; their reasons name only what both hold."""
    drawn = []
    for i, one in enumerate(shared):
        for j, other in enumerate(shared[:i]):
            both = {(m.kind, m.value) for m in one.reading.mentions} & {
                (m.kind, m.value) for m in other.reading.mentions
            }
            if one.member == other.member or not both or dice.random() < 0.4:
                continue
            a, b = sorted((one.id, other.id))
            reasons = tuple(Reason("infrastructure", kind, value, value, 0.1, 100.0, 2) for kind, value in sorted(both))
            number = derived_id("lead", str(a), str(b))
            told = f"Both hold {len(both)} things: {one.reading.title} and {other.reading.title}."
            score = round(dice.random(), 3)
            lead = Lead(number, a, b, score, len(both), score, 0.0, reasons, told)
            drawn.append(Linked(lead, i, j))
    return drawn


def draw_words(
    linked: Sequence[Linked], sees: Callable[[int, Linked], bool], dice: random.Random, seed: int
) -> list[Said]:
    """Judgements by members that see both sides of a lead."""
    drawn = []
    for number in range(2 * len(linked)):
        place, member = dice.randrange(len(linked)), dice.randrange(len(MEMBERS))
        if sees(member, linked[place]):
            verdict = dice.choice(["confirmed", "rejected"])
            words = f"because {number} of {seed}"
            drawn.append(Said(derived_id("judgement", str(number)), place, member, verdict, words))
    return drawn


def judge(connection: Connection, said: Said, lead: Lead) -> None:
    """As `services.judge` does it: under the audience that the lead carries."""
    audience = judgements.audience_of(connection, lead.id)
    assert audience is not None
    at = NOW - timedelta(minutes=int(said.id.int % 900))
    who = {"person_id": person_id(said.member), "member_id": member_id(said.member)}
    judgements.undo(connection, lead.id, member_id(said.member), at)
    given = judgements.Judgement(said.id, lead.id, *who.values(), said.verdict, said.reason, at)
    judgements.put(connection, given, audience)
    detail = {"reason": said.reason}
    number = derived_id("event", str(said.id))
    verb, subject = f"lead {said.verdict}", str(lead.id)
    head = {"id": number, "happened_at": at, "verb": verb, "subject": subject, "audience": audience}
    events.append(connection, **head, detail=detail, **who)


def both_seen(may: Callable[[Handling], bool], shared: Sequence[Shared], one: Linked) -> bool:
    return all(may(shared[n].handling) for n in (one.a, one.b))
