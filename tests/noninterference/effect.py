"""Declarations of a made-up world, and what was measured of half of them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from accord.impact import Declaration, Frequency, Intervention, Rung, declaration_text
from accord.model.ids import derived_id
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


def put(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    """A frozen declaration, measured in half of the cases; the finding is as small as pages bear."""
    number, member = thing.values["number"], thing.values["member"]
    day = NOW.date() - timedelta(days=100)
    asked = Declaration(
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
    who, text = (member_id(member), person_id(member)), declaration_text(asked)
    watches = number == 3
    effects.freeze(connection, effects.Frozen(thing.id, *who, at, asked.digest, text, watches, []), audience)
    if number % 2:
        own, found = derived_id("measurement", str(thing.id)), _found(asked, day)
        kept = effects.Measured(own, thing.id, *who, at, "series", "a.csv", b"0" * 32, "call", found)
        effects.keep(connection, kept, audience)


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
