"""Gather what the Insight Report says, from the records that any member may see."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from accord.model.handling import Tlp
from accord.model.maps import Map
from accord.model.members import Member
from accord.report.chapters import outcomes
from accord.report.facts import ContributionFacts, Facts, Lane, LeadFacts, MemberFacts, Overlap
from accord.services.node import Node
from accord.services.outcomes import outcomes_of
from accord.store import facts as counts
from accord.store import leads, members
from accord.store.engine import Connection

LEADS_GIVEN = 2_000
AMBER = "For members of the alliance and, where they need to know, those they serve."
BEYOND_AMBER = "For the members of the alliance alone, not for those they serve."
"""FIRST TLP 2.0: TLP:AMBER+STRICT restricts sharing to the organisation only."""
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


def gather(
    node: Node, connection: Connection, chart: Map, plan: Mapping[str, Any] | None, title: str, *, tlp: Tlp
) -> Facts:
    """Everything the report says, in one consistent view: the transaction decides what is in it, `tlp` goes on top.

    `made_at` is the newest instant that the records tell of, not the clock: the same records give the same report.
    """
    rows = counts.contributions(connection)
    by_id = {row.id: _contribution(row) for row in rows}
    verdicts = counts.verdicts(connection)
    best = leads.best(connection, LEADS_GIVEN)
    everyone = members.every(connection)
    seen = [row.seen_to for row in rows if row.seen_to and row.seen_to <= node.clock.now()]
    begun = [row.seen_from for row in rows if row.seen_from and row.seen_from > NO_DATE]
    pooled = _members(connection, everyone)
    measured, promised = outcomes_of(connection)
    return Facts(
        title=title,
        made_at=max(seen, default=NO_DATE),
        handling=tlp.label,
        restrictions=BEYOND_AMBER if tlp > Tlp.AMBER else AMBER,
        members=pooled,
        contributions=tuple(by_id.values()),
        leads=tuple(
            LeadFacts(lead, by_id[lead.a], by_id[lead.b], verdicts.get(lead.id, ""))
            for lead in best
            if lead.a in by_id and lead.b in by_id
        ),
        lead_count=leads.count(connection),
        overlap=_overlap(connection, everyone, {row.member.slug: row.selectors for row in pooled}),
        network=chart,
        lanes=_lanes(rows, everyone),
        plan=plan,
        seen_from=min(begun).date() if begun else None,
        seen_to=max(seen).date() if seen else None,
        records=_digest(rows),
        outcomes=measured,
        promised=promised,
        methods=outcomes.methods(measured),
        names={member.slug: member.name for member in everyone},
    )


def _members(connection: Connection, everyone: list[Member]) -> tuple[MemberFacts, ...]:
    totals = {row.slug: row for row in counts.totals(connection)}
    kinds: dict[str, list[tuple[str, int]]] = defaultdict(list)
    common: Counter[str] = Counter()
    for slug, kind, held, ordinary in counts.kinds(connection):
        kinds[slug].append((kind, held))
        common[slug] += ordinary
    reasons: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for slug, reason, times in counts.drops(connection):
        reasons[slug].append((reason, times))
    return tuple(
        MemberFacts(
            member=member,
            contributions=row.contributions,
            claims=row.claims,
            mentions=row.mentions,
            selectors=sum(held for _, held in kinds[member.slug]),
            kinds=tuple(kinds[member.slug]),
            common=common[member.slug],
            drops=sum(times for _, times in reasons[member.slug]),
            drops_by_reason=tuple(reasons[member.slug]),
            unreadable=row.unreadable,
            linked=row.linked,
        )
        for member in everyone
        if (row := totals.get(member.slug, counts.Totals(member.slug, 0, 0, 0, 0, 0)))
    )


def _contribution(row: counts.ContributionRow) -> ContributionFacts:
    return ContributionFacts(
        row.id,
        row.slug,
        row.path,
        row.title,
        row.format,
        row.selectors,
        row.drops,
        row.leads,
        row.state,
        row.state_reason,
        row.seen_from,
        row.seen_to,
    )


def _overlap(connection: Connection, everyone: list[Member], own: Mapping[str, int]) -> Overlap:
    """What two members share; on the diagonal what a member holds at all."""
    slugs = tuple(member.slug for member in everyone)
    place = {slug: i for i, slug in enumerate(slugs)}
    matrix = [[own.get(slug, 0) if i == j else 0 for j in range(len(slugs))] for i, slug in enumerate(slugs)]
    for holders, times in counts.shared(connection):
        for a in holders:
            for b in holders:
                if a != b:
                    matrix[place[a]][place[b]] += times
    return Overlap(slugs, tuple(tuple(row) for row in matrix))


def _lanes(rows: list[counts.ContributionRow], everyone: list[Member]) -> tuple[Lane, ...]:
    days: dict[str, Counter[date]] = {member.slug: Counter() for member in everyone}
    for row in rows:
        if row.day:
            days[row.slug][row.day] += 1
    return tuple(Lane(slug, tuple(sorted(counted.items()))) for slug, counted in sorted(days.items()))


def _digest(rows: list[counts.ContributionRow]) -> str:
    """SHA-256 over the digests of all contributions in order: what the report was made from."""
    lines = "".join(f"{row.slug}\t{row.path}\t{row.sha256}\n" for row in rows)
    return hashlib.sha256(lines.encode()).hexdigest()
