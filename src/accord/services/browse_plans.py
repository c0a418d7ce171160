"""What if a member refuses, an act falls away, the budget changes? Planned anew on the map a person may see."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.maps import Map
from accord.model.members import Member
from accord.policy.duties import Verb
from accord.services import maps, plans
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.plans import Planned
from accord.store import browse_activity, members


class WhatIf(NamedTuple):
    """A question to the planner. `refused_members`: slugs. `budget` in working days, None for no bound."""

    refused_members: frozenset[str] = frozenset()
    struck_actions: frozenset[str] = frozenset()
    budget: float | None = None


class _Made(NamedTuple):
    of: tuple[UUID, datetime]
    chart: Map
    members: list[Member]
    planned: Planned


_latest: dict[str, _Made] = {}
_lock = threading.Lock()
"""The plan that questions start from is made once for each drawing of the map, not for each question."""


def what_if(node: Node, signed: Signed, question: WhatIf) -> dict[str, Any]:
    """A plan document under these conditions; nothing is kept. Raises `AbsentError` when there is no map yet."""
    permit(signed, Verb.READ)
    with reading(node, signed) as connection:
        row = browse_activity.latest_graph(connection, signed.member_id)
        everyone = members.every(connection)
    if row is None:
        raise AbsentError("There is no map to plan on yet.", action="Wait for the first leads.")
    made = _made(node, row, everyone)
    known = {act.id for act in made.planned.acts}
    slugs = {member.slug for member in everyone}
    answer = plans.again(
        made.planned,
        without_members=sorted(question.refused_members & slugs),
        without_actions=sorted(question.struck_actions & known),
        budget=question.budget,
    )
    return plans.document(answer, made.chart, made.members)


def _made(node: Node, row: Any, everyone: list[Member]) -> _Made:
    key, of = node.database_url, (row.id, row.made_at)
    with _lock:
        found = _latest.get(key)
        if found is None or found.of != of or found.members != everyone:
            chart = maps.from_document(row.document)
            found = _Made(of, chart, everyone, plans.make(chart, everyone, _Silent()))
            _latest[key] = found
        return found


class _Silent:
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        pass
