"""Answers what-if on the newest plan, quickly: the problem is built once for each map and kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

from accord.model.errors import AbsentError
from accord.model.maps import Map
from accord.model.members import Member
from accord.policy.decide import Viewer
from accord.services import maps, plans
from accord.services.node import Node
from accord.store import drawn, members
from accord.store.engine import begin


class Commander:
    """One for a process. A question costs under a second once the plan it asks about was built (some seconds)."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._built: tuple[dict[str, Any], list[Member], Map, plans.Planned] | None = None

    def ask(
        self,
        viewer: Viewer,
        *,
        without_members: Collection[str] = (),
        without_actions: Collection[str] = (),
        budget: float | None = None,
    ) -> dict[str, Any]:
        """The plan document under the question's conditions; nothing is stored. Raises `AbsentError` without a map."""
        with begin(self._node.engine, viewer, self._node.clock.now()) as connection:
            kept = drawn.newest_map(connection)
            everyone = members.every(connection)
        if kept is None:
            raise AbsentError("There is no map yet to plan on.", action="Contribute first, or wait for the work.")
        chart, made = self._of(kept, everyone)
        if without_members or without_actions or budget is not None:
            made = plans.again(made, without_members=without_members, without_actions=without_actions, budget=budget)
        return plans.document(made, chart, everyone)

    def _of(self, kept: dict[str, Any], everyone: list[Member]) -> tuple[Map, plans.Planned]:
        with self._lock:
            if self._built is None or self._built[0] != kept or self._built[1] != everyone:
                chart = maps.from_document(kept)
                self._built = (kept, everyone, chart, plans.make(chart, everyone, _Silent()))
            return self._built[2], self._built[3]


class _Silent:
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """The page shows no bar for a question."""
