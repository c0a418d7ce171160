"""Declarations of a made-up world, and what was measured of half of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from accord.impact import Declaration, Frequency, Intervention, Rung, declaration_text
from accord.model.ids import derived_id
from accord.policy.lattice import meet
from accord.store import effects

from .directory import MEMBERS, NOW, member_id, person_id
from .thing import Thing, handling


def draw(dice: random.Random, seed: int) -> list[Thing]:
    things = []
    for number in range(4):
        member = dice.randrange(len(MEMBERS))
        values = {"member": member, "number": number}
        own = derived_id("declaration", f"{seed}/{number}")
        things.append(Thing("declaration", own, handling(dice, member), values))
    return things


def draw_measured(things: Sequence[Thing], seed: int) -> list[Thing]:
    """Half of the declarations were measured, under handlings of their own, never wider; with dice of their own."""
    dice, measured = random.Random(f"effect of {seed}"), []
    for of in things:
        if of.table == "declaration" and of.values["number"] % 2:
            under = meet(of.handling, handling(dice, of.values["member"]))
            values = {"member": of.values["member"], "of": of}
            measured.append(Thing("measurement", derived_id("measurement", str(of.id)), under, values))
    return measured


def put(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    """A frozen declaration."""
    asked, member = _asked(thing), thing.values["member"]
    who, text = (member_id(member), person_id(member)), declaration_text(asked)
    watches = thing.values["number"] == 3
    effects.freeze(connection, effects.Frozen(thing.id, *who, at, asked.digest, text, watches, []), audience)


def put_measurement(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    """What was found of a declaration; as small as pages bear."""
    of, member = thing.values["of"], thing.values["member"]
    found = _found(_asked(of), NOW.date() - timedelta(days=100))
    who = (member_id(member), person_id(member))
    kept = effects.Measured(thing.id, of.id, *who, at, "series", "a.csv", b"0" * 32, "call", found)
    effects.keep(connection, kept, audience)


def _asked(thing: Thing) -> Declaration:
    number = thing.values["number"]
    day = NOW.date() - timedelta(days=100)
    return Declaration(
        metric=f"Measure {number} of {thing.id}",
        unit="cases",
        rung=tuple(Rung)[number % 3],
        population=f"place {thing.id}",
        column="cases",
        frequency=Frequency.WEEK,
        window_first=day - timedelta(weeks=60),
        window_last=NOW.date(),
        interventions=(Intervention("the day", day),),
        declared_at=day - timedelta(days=9),
    )


def _found(asked: Declaration, day: date) -> dict[str, Any]:
    """A finding in the form of `impact.plain`, without measuring anything."""
    change = {"name": "the day", "day": day.isoformat(), "periods": 9, "percent": -9.0, "low": -20.0, "high": 3.0}
    change |= {"p": 0.2, "observed": 90.0, "averted": 9.0, "averted_low": -3.0, "averted_high": 20.0, "visible": 20.0}
    return {
        "declaration": {"metric": asked.metric, "unit": "cases", "frequency": "week", "retrospective": False},
        "verdict": "no effect shown",
        "null": True,
        "sentence": f"None shown: {asked.metric}.",
        "changes": [change],
        "placebos": {"dates": 0, "found": 0, "alarm": False, "changes": []},
        "displacement": None,
        "synthetic": None,
        "another_method": None,
        "assumptions": [],
        "chart": [{"day": day.isoformat(), "observed": 9.0, "expected": 10.0, "low": 8.0, "high": 12.0}],
    }
