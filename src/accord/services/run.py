"""The main job: what members share goes in; leads, a map, a plan and an Insight Report come out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.metadata import version
from typing import Any, NamedTuple

import orjson

from accord.disruption.assumed import Power, is_assumed, rows_of
from accord.model.ids import derived_id
from accord.model.leads import Lead
from accord.model.maps import Map
from accord.model.members import Member
from accord.model.ports import Progress
from accord.report.facts import Facts
from accord.report.insight import insight_report
from accord.report.intake import MemberIntake
from accord.services import leads, maps, plans
from accord.services.browse_documents import MADE_FROM
from accord.services.contribute import SharedFile, submit, withdraw_missing
from accord.services.derived import ANY_MEMBER, FOR_MEMBERS, begun, handling_of_derived, still, until_kept
from accord.services.facts import gather
from accord.services.members import register
from accord.services.node import Node
from accord.services.outputs import intake_of
from accord.services.receipts import MATCHED, VETTED
from accord.services.record import record
from accord.services.reports import keep as keep_report
from accord.store import audiences, contributions, drawn, facts, members, upkeep
from accord.store import leads as kept_leads
from accord.store.engine import Connection, begin, node_transaction

VERSION = version("accord")
LONGEST_STATEMENT_MS = 1_800_000


class Shares(NamedTuple):
    """What one member hands in; `files` is read as it is needed. `noted`: what was not a share, and why."""

    member: Member
    files: Iterable[SharedFile]
    total: int
    noted: Sequence[str]
    paths: Sequence[str] = ()
    """Every file of the member, read or not: what came from a path that is gone is withdrawn."""


def take_in(
    node: Node, shares: Iterable[Shares], progress: Progress, *, total: int | None = None
) -> list[MemberIntake]:
    """Registers each member and keeps what it shares. `total`: files of all members, for the bar."""
    intake = []
    done = 0
    for share in shares:
        register(node, share.member)
        taken = list(submit(node, share.member, share.files, _Part(progress, done, total), total=share.total))
        done += share.total
        withdraw_missing(node, share.member, share.paths, [item.contribution for item in taken])
        intake.append(intake_of(share.member.slug, share.member.name, (*share.member.noted, *share.noted), taken))
    with node_transaction(node.engine) as connection:
        upkeep.analyse(connection)
    return intake


def find_and_plan(
    node: Node, progress: Progress, *, budget: float | None = None, powers: Sequence[Power] = ()
) -> tuple[Map, dict[str, Any]]:
    """Finds the leads anew, draws the map, plans, keeps all three, and moves contributions on to what they led to.

    `powers`: assumed where no member can act; every act on one is marked. Raises `OvertakenError` when something was
    taken back or narrowed meanwhile: `derived.until_kept` begins anew.
    """
    begun_at = begun(node)
    source = made_from(node, budget, powers)
    with _as_any_member(node) as connection:
        before, drawn_before = drawn.newest_plan(connection), drawn.newest_map(connection)
    if before is not None and drawn_before is not None and before.get(MADE_FROM) == source:
        for stage in ("leads", "map", "plan"):
            progress.report(stage, 1, 1, "nothing new since the last time")
        return maps.from_document(drawn_before), before
    found = leads.find(node, progress)
    with _as_any_member(node) as connection:
        chart, selector_ids = maps.draw(connection, progress)
        seen = maps.seen(connection, selector_ids, node.clock.now())
        everyone = members.every(connection)
        handling = handling_of_derived(connection)
    made = plans.make(chart, everyone, progress, budget=budget, powers=powers)
    document = {**plans.document(made, chart, everyone), "powers": rows_of(powers), MADE_FROM: source}
    with node_transaction(node.engine) as connection:
        still(connection, begun_at)
        now = node.clock.now()
        _advance(connection, found, made, selector_ids, now)
        if _same(drawn_before, maps.document(chart)) and _same(before, document, but=MADE_FROM):
            # Members see what they saw: a new date or an event would tell them that somebody handed something in.
            drawn.change_plan(connection, derived_id("plan", "members"), document)
            return chart, document
        audience = audiences.intern(connection, handling)
        drawn.keep_map(connection, derived_id("map", "members"), maps.document(chart, seen), now, audience)
        drawn.keep_plan(connection, derived_id("plan", "members"), document, now, audience)
        record(node, connection, "plan made", "members", detail={"steps": len(made.plan.steps)}, audience=audience)
    return chart, document


def _same(kept: dict[str, Any] | None, made: dict[str, Any], *, but: str = "") -> bool:
    """Whether a kept document says what the made one does, apart from one of its fields."""
    read_back = orjson.loads(orjson.dumps(made))  # as the database would give it: lists, not tuples
    return kept is not None and {**kept, but: None} == {**read_back, but: None}


def _as_any_member(node: Node) -> AbstractContextManager[Connection]:
    """A transaction that sees what every member sees, with the time that long work takes."""
    return begin(node.engine, ANY_MEMBER, node.clock.now(), statement_timeout_ms=LONGEST_STATEMENT_MS)


def made_from(node: Node, budget: float | None, powers: Sequence[Power] = ()) -> str:
    """Digest of all that leads, map and plan depend on: what stands, who can act, budget, powers, this version."""
    with node_transaction(node.engine) as connection:
        everyone = orjson.dumps(members.every(connection), default=sorted)  # the kinds of a capability are a set
        parts = [contributions.digest_of_all(connection).encode(), everyone, repr(budget).encode(), VERSION.encode()]
    if powers:
        parts.append(orjson.dumps(rows_of(powers)))
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def refresh(node: Node, progress: Progress, *, title: str = "Insight Report") -> None:
    """Leads, map, plan and report anew, from all that stands now."""
    until_kept(lambda: _refresh(node, progress, title))


def _refresh(node: Node, progress: Progress, title: str) -> None:
    begun_at = begun(node)
    chart, plan = find_and_plan(node, progress)
    progress.report("report", 0, 2, "writing")
    report = insight_report(facts_of(node, chart, plan, title))
    progress.report("report", 1, 2, "typesetting")
    keep_report(node, report, node.typesetter.typeset(report), begun_at)
    progress.report("report", 2, 2, "")


def facts_of(node: Node, chart: Map, plan: dict[str, Any], title: str) -> Facts:
    """What the report says, from what every member may see.

    What the plan was made from is the node's own note: it holds numbers that differ between nodes.
    """
    plan = {key: value for key, value in plan.items() if key != MADE_FROM}
    with _as_any_member(node) as connection:
        return gather(node, connection, chart, plan, title, tlp=handling_of_derived(connection).tlp)


def audience_of_members(node: Node) -> int:
    """The audience of what every member of the node may see."""
    with node_transaction(node.engine) as connection:
        return audiences.intern(connection, FOR_MEMBERS)


def lead_rows(node: Node) -> list[tuple[str, str, str, str, float, int, str, str]]:
    """Every lead that all members may see, best first, in the columns of leads.csv."""
    with _as_any_member(node) as connection:
        return kept_leads.rows_for_csv(connection)


def _advance(
    connection: Connection, found: Sequence[Lead], made: plans.Planned, selector_ids: Sequence[int], now: datetime
) -> None:
    """What was found by computing moves nothing further than vetted: the rest is up to people (`services.receipts`)."""
    acts = {act.id: act for act in made.acts}
    planned = [acts[step.action] for step in made.plan.steps if not is_assumed(step.member)]
    hit = sorted({selector_ids[i] for act in planned for i in act.targets})
    facts.advance(connection, facts.holders(connection, hit), VETTED, "The draft plan would act on something it names.")
    matched = leads.told(connection, (lead for lead in found if lead.score >= maps.FLOOR), now)
    facts.advance(connection, matched, VETTED, MATCHED)


class _Part:
    """One member's share of the bar of all."""

    def __init__(self, progress: Progress, before: int, total: int | None) -> None:
        self._progress = progress
        self._before = before
        self._total = total

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        self._progress.report(stage, self._before + done, self._total or total, detail)
