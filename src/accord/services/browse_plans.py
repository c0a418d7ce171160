"""What if a member refuses, an act falls away, the budget changes? Planned anew on the map a person may see."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.disruption.assumed import Power, common_powers, holder_name, powers_from
from accord.model.errors import AbsentError, AccordError
from accord.model.maps import Map
from accord.model.members import Member
from accord.policy.duties import Verb
from accord.services import maps, plans
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.plans import Planned
from accord.store import browse_activity, members

WAIT_S = 1.5
"""A plan that takes longer than this to make is waited for on a page of its own, which can stop it."""
MOST_KEPT = 8
"""Plans kept ready for questions: each may hold a map of 5,000 things, some 20 MB."""


class WhatIf(NamedTuple):
    """A question to the planner. `refused_members`: slugs. `budget` in working days, None for the plan's own.

    `assume`: also plan with common powers that no member has stated. `wanted`: keys of the map that somebody proposes.
    `asking`: a name that an open page gave itself; its next question, or a stop,
    ends the one before. It changes no answer.
    """

    refused_members: frozenset[str] = frozenset()
    struck_actions: frozenset[str] = frozenset()
    budget: float | None = None
    forbidden_jurisdictions: frozenset[str] = frozenset()
    assume: bool = False
    wanted: frozenset[str] = frozenset()
    asking: str = ""


class Under(NamedTuple):
    """The plan is being made; it can be stopped, and is then the best so far."""

    stage: str


class _Of(NamedTuple):
    """What a plan is made from: whose map, which drawing, under which assumption."""

    node: str
    member: UUID
    drawing: UUID
    made_at: datetime
    assume: bool


@dataclass(slots=True, eq=False)
class _Made:
    """A plan that questions start from, or the making of it."""

    chart: Map
    members: list[Member]
    ready: threading.Event = field(default_factory=threading.Event)
    halt: threading.Event = field(default_factory=threading.Event)
    planned: Planned | None = None
    document: dict[str, Any] | None = None
    """The plan as it was kept, when questions start from that."""
    error: AccordError | None = None
    stage: str = ""

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:  # noqa: ARG002  a Progress
        self.stage = detail or self.stage


_made: OrderedDict[_Of, _Made] = OrderedDict()
_asked: dict[tuple[str, UUID, str], threading.Event] = {}
"""What ends the question that a page is asking now: of which node, whose page, its name."""
_lock = threading.Lock()
"""Guards the dictionaries alone: nobody waits for another's plan."""


def what_if(node: Node, signed: Signed, question: WhatIf) -> dict[str, Any] | Under:
    """A plan document under these conditions, or that it is being made; nothing is kept.

    Raises `AbsentError` when there is no map yet.
    """
    asking, question = question.asking, question._replace(asking="")
    base = _base(node, signed, question)
    if not base.ready.wait(WAIT_S):
        return Under(base.stage)
    if base.error is not None:
        raise base.error
    if question == WhatIf(assume=question.assume):
        return _as_made(base)
    with _halt_of(node, signed, asking) as halt:
        made = _again(base, question, stop=halt.is_set)
    known = {act.id: act for act in made.acts}
    told = plans.document(made, base.chart, base.members)
    told["struck"] = [[one, known[one].title] for one in sorted(question.struck_actions & known.keys())]
    names = {member.slug: member.name for member in base.members}
    told["refused"] = [[slug, names.get(slug) or holder_name(slug)] for slug in sorted(question.refused_members)]
    if question.wanted:
        told["proposed"] = _proposed(made, base.chart, question.wanted & {node.key for node in base.chart.nodes})
    return told


def deeper(node: Node, signed: Signed, question: WhatIf) -> dict[str, Any] | None:
    """What takes as long again: `members` with who is indispensable, and `more`, what a fifth more budget buys.

    None while the plan is being made.
    """
    base = _base(node, signed, question)
    if not base.ready.wait(WAIT_S) or base.planned is None:
        return None
    bare = question == WhatIf(assume=question.assume)
    made = base.planned if bare and base.document is None else _again(base, question, weigh=True)
    if made.more is None:
        richer = _again(base, question._replace(budget=plans.MORE * made.plan.cost))
        made = made._replace(more=richer.plan if made.plan.cost else None)
    told = plans.document(made, base.chart, base.members)
    return {"members": told["members"], "more": told["more"]}


def _as_made(base: _Made) -> dict[str, Any]:
    assert base.planned is not None
    return base.document or plans.document(base.planned, base.chart, base.members)


@contextmanager
def _halt_of(node: Node, signed: Signed, asking: str) -> Iterator[threading.Event]:
    """What ends this question early; that of the question before, of the same page, is set."""
    key, mine = (node.database_url, signed.person_id, asking), threading.Event()
    if not asking:
        yield mine
        return
    with _lock:
        before, _asked[key] = _asked.get(key), mine
    if before is not None:
        before.set()
    try:
        yield mine
    finally:
        with _lock:
            if _asked.get(key) is mine:
                del _asked[key]


def _again(base: _Made, question: WhatIf, *, weigh: bool = False, stop: Callable[[], bool] | None = None) -> Planned:
    assert base.planned is not None
    made = base.planned
    return plans.again(
        made,
        without_members=sorted(question.refused_members & {act.member for act in made.acts}),
        without_actions=sorted(question.struck_actions & {act.id for act in made.acts}),
        without_jurisdictions=sorted(question.forbidden_jurisdictions),
        budget=question.budget,
        wanted_targets=question.wanted & {node.key for node in base.chart.nodes},
        weigh=weigh,
        stop=stop,
    )


def stop(node: Node, signed: Signed, question: WhatIf) -> None:
    """Ends what a page is asking, or the making of the plan that questions start from: it is then the best so far."""
    permit(signed, Verb.PLAN)
    if question.asking:
        with _lock:
            halt = _asked.get((node.database_url, signed.person_id, question.asking))
        if halt is not None:
            halt.set()
        return
    _base(node, signed, question).halt.set()


def _base(node: Node, signed: Signed, question: WhatIf) -> _Made:
    permit(signed, Verb.READ)
    with reading(node, signed) as connection:
        row = browse_activity.latest_graph(connection, signed.member_id)
        kept = browse_activity.latest_plan(connection, signed.member_id)
        everyone = members.every(connection)
    if row is None:
        raise AbsentError("There is no map to plan on yet.", action="Wait for the first leads.")
    of = _Of(node.database_url, signed.member_id, row.id, row.made_at, question.assume)
    powers = _powers(kept.document if kept else {}) if question.assume else ()
    with _lock:
        found = _made.get(of)
        if found is not None and found.members == everyone:
            _made.move_to_end(of)
            return found
        found = _Made(maps.from_document(row.document), everyone)
        _made[of] = found
        while len(_made) > MOST_KEPT:
            _made.popitem(last=False)[1].halt.set()
    if kept is not None and bool(kept.document.get("assumed")) == question.assume:
        found.planned = plans.remembered(found.chart, everyone, kept.document, powers)
    if kept is not None and found.planned is not None:
        found.document = kept.document
        found.ready.set()
    else:
        threading.Thread(target=_make, args=(found, powers, _forget(of)), name="accord-plan", daemon=True).start()
    return found


def _powers(kept: dict[str, Any]) -> Sequence[Power]:
    """Those that the kept plan assumes, else the common ones."""
    rows = kept.get("powers") or []
    return powers_from(rows) if rows else common_powers()


def _make(found: _Made, powers: Sequence[Power], forget: Callable[[], None]) -> None:
    try:
        found.planned = plans.make(found.chart, found.members, found, powers=powers, stop=found.halt.is_set)
    except AccordError as error:
        found.error = error
        forget()
    except Exception:
        found.error = AccordError(
            "The plan could not be made.", action="Ask again; if it stays so, say which question."
        )
        forget()
        raise
    finally:
        found.ready.set()


def _forget(of: _Of) -> Callable[[], None]:
    def forget() -> None:
        with _lock:
            _made.pop(of, None)

    return forget


def _proposed(made: Planned, chart: Map, wanted: frozenset[str]) -> dict[str, Any]:
    """What became of what somebody proposed: hit by which steps, in reach of acts left out, or in nobody's."""
    targets = {act.id: {chart.nodes[i].key for i in act.targets} for act in made.acts}
    steps = [step.action for step in made.plan.steps]
    hit = {number: len(wanted & targets[one]) for number, one in enumerate(steps, 1) if wanted & targets[one]}
    covered = wanted & set().union(*(targets[one] for one in steps)) if steps else frozenset()
    reachable = wanted & set().union(*targets.values()) if targets else frozenset()
    left = [act.title for act in made.acts if act.id not in steps and targets[act.id] & (wanted - covered)]
    return {
        "total": len(wanted),
        "hit": len(covered),
        "steps": sorted(hit),
        "left_out": len(reachable - covered),
        "left_acts": left[:12],
        "beyond": len(wanted - reachable),
    }
