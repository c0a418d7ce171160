"""Who can act: capabilities that members stated, against what is on the map."""

from __future__ import annotations

from collections import Counter

from accord.model.members import Capability
from accord.report.document import Block, Callout, Column, Paragraph, Runs, Section, Table, numeric, runs
from accord.report.facts import Facts, MemberFacts
from accord.report.text import listed, number, sentence, shortened, spelt
from accord.report.words import action, selector_kind


def chapter(facts: Facts) -> Section:
    """Members with their capabilities, and kinds of targets with who reaches them."""
    able = [m for m in facts.members if m.member.capabilities]
    silent = [m.member.name for m in facts.members if not m.member.capabilities]
    blocks: list[Block] = []
    if not able:
        text = runs(
            "No member has stated what it can do, so nobody can be asked to act. A line in member.toml is enough."
        )
        return Section("able", "Who can act", (Callout("Nobody yet.", text, "attention"), _reach(facts)))
    said = f"{sentence(spelt(len(able), 'member'))} of {len(facts.members)} stated what they can do."
    if silent:
        said += f" {shortened(silent, 4)} {'has' if len(silent) == 1 else 'have'} not."
    blocks.append(Paragraph(runs(said)))
    rows = [_row(m, capability) for m in able for capability in m.member.capabilities]
    blocks.append(
        Table(
            "capabilities",
            "What members can do",
            (
                Column("Member", share=1.8),
                Column("Can", share=1.6),
                Column("Where", share=1.7),
                Column("Power", share=3),
                numeric("Hours to act", "register", 0.9),
                numeric("Success", "register", 0.8),
            ),
            tuple(rows[:60]),
            f"The first 60 of {number(len(rows))}." if len(rows) > 60 else "",
        )
    )
    blocks.append(_reach(facts))
    return Section("able", "Who can act", tuple(blocks))


def reach(facts: Facts) -> list[tuple[str, int, list[str]]]:
    """Kinds on the map with how many there are and the names of members who stated they can act on the kind."""
    kinds = Counter(node.kind for node in facts.network.nodes if node.shape not in ("report", "persona"))
    found = []
    for kind, many in sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0])):
        names = [
            m.member.name for m in facts.members if any(kind in set(c.target_kinds) for c in m.member.capabilities)
        ]
        found.append((kind, many, names))
    return found


def _row(member: MemberFacts, capability: Capability) -> tuple[Runs, ...]:
    where = [*capability.scope, *capability.jurisdiction]
    return (
        runs(member.member.name),
        runs(sentence(action(capability.action))),
        runs(shortened(where, 3) or "anywhere"),
        runs(capability.power or "not stated"),
        runs(number(capability.lead_time_hours)),
        runs(f"{capability.success * 100:.0f} %"),
    )


def _reach(facts: Facts) -> Table:
    rows = [
        (runs(sentence(selector_kind(kind, many=True))), runs(number(many)), runs(listed(names[:4]) or "nobody"))
        for kind, many, names in reach(facts)
    ]
    return Table(
        "reach",
        "What is on the map, and who can act on it",
        (
            Column("Kind", share=2),
            numeric("On the map", "map", 0.8),
            Column("Members who can act on the kind", share=3),
        ),
        tuple(rows),
        "Whether a member reaches a particular one depends on its scope and jurisdiction.",
    )
