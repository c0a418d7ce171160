"""A row of a made-up world with a handling of its own, and the handlings that members give."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.handling import Handling, HandlingCode, Pap, Tlp
from accord.model.ids import derived_id

from .directory import MEMBERS, NOW, member_id


class Thing(NamedTuple):
    """An event, a piece of work, a map, an item of evidence…; `values` always hold its `member` by place, or None."""

    table: str
    id: UUID
    handling: Handling
    values: dict[str, Any]


def handling(dice: random.Random, member: int) -> Handling:
    """One of the ways in which members share; about half of the others may see it."""
    own, others = member_id(member), [member_id(n) for n in range(len(MEMBERS)) if n != member]
    day = timedelta(days=1)
    chosen: dict[str, Any] = dice.choice(
        [
            {},
            {},
            {"tlp": Tlp.GREEN},
            {"tlp": Tlp.CLEAR, "pap": Pap.CLEAR},
            {"tlp": Tlp.AMBER_STRICT},
            {"tlp": Tlp.RED},
            {"tlp": Tlp.RED},
            {"circles": frozenset({derived_id("circle", "none of these")})},
            {"excluded_members": frozenset(dice.sample(others, 2))},
            {"jurisdictions": frozenset({dice.choice(["AA", "BB", "CC"])})},
            {"embargo_until": NOW + dice.choice([-1, 1]) * day},
            {"expires_at": NOW + dice.choice([-1, 1]) * day},
            {"retain_until": NOW + dice.choice([-1, 1]) * day},
            {"originator_control": True, "permitted": frozenset(dice.sample(others, 2))},
            {
                "codes": frozenset({HandlingCode.H3}),
                "limits": "Ask first",
                "permitted": frozenset(dice.sample(others, 1)),
            },
            {"codes": frozenset({HandlingCode.H1, HandlingCode.H2})},
            {"purposes": frozenset({"disrupt"})},
            {"unknown": frozenset({'{"name":"tomorrow"}'})},
        ]
    )
    return Handling(**{"tlp": Tlp.AMBER, "originators": frozenset({own}), **chosen})
