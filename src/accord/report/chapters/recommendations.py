"""Recommendations, each computed from the facts, with an owner and the figure it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from accord.report.chapters.able import reach
from accord.report.document import Column, Paragraph, Section, Table, figure_of, numeric, runs
from accord.report.facts import Facts
from accord.report.text import count, listed, number, sentence, shortened, spelt
from accord.report.words import selector_kind

SECRETARIAT = "Alliance secretariat"
_MOST_KINDS = 4
_FEWEST_DROPS = 10  # fewer are accidents, and not worth anybody's afternoon


class Recommendation(NamedTuple):
    """What to do, who owns it, the figure it rests on and the method of that figure."""

    text: str
    owner: str
    why: str
    method: str


def chapter(facts: Facts) -> Section:
    """The recommendations as a table, most pressing first."""
    found = recommendations(facts)
    if not found:
        text = runs(
            "Nothing in the records calls for one: all was read, every kind of target has a member who can act."
        )
        return Section("recommendations", "Recommendations", (Paragraph(text),))
    table = Table(
        "recommendations-table",
        f"{sentence(spelt(len(found), 'recommendation'))} with their owners",
        (
            numeric("No.", share=0.4),
            Column("Recommendation", share=4),
            Column("Owner", share=1.8),
            Column("Because", share=2.6),
        ),
        tuple(
            (runs(str(place)), runs(each.text), runs(each.owner), runs(figure_of(each.why, each.method)))
            for place, each in enumerate(found, 1)
        ),
    )
    return Section("recommendations", "Recommendations", (table,))


def recommendations(facts: Facts) -> list[Recommendation]:
    """What the facts call for, in order: who is missing, what hinders the plan, what hinders the pool."""
    return [
        *_missing(facts),
        *_wanted(facts),
        *_plan(facts),
        *_judgements(facts),
        *_silent(facts),
        *_formats(facts),
        *_unlinked(facts),
    ]


def _missing(facts: Facts) -> Iterator[Recommendation]:
    if not any(member.member.capabilities for member in facts.members):
        return  # then who is here is asked first, see `_silent`
    lacking = [(kind, many) for kind, many, names in reach(facts) if not names]
    for kind, many in lacking[:_MOST_KINDS]:
        things = selector_kind(kind, many=True)
        yield Recommendation(
            f"Invite a member who can act on {things}, or ask a present one to state that it can.",
            SECRETARIAT,
            f"{count(many, selector_kind(kind), things)} on the map, nobody who can act",
            "map",
        )


def _plan(facts: Facts) -> Iterator[Recommendation]:
    plan = facts.plan or {}
    for slug in list(plan.get("indispensable") or [])[:3]:
        name = facts.name(str(slug))
        yield Recommendation(
            f"Find a second member with the capability that only {name} has.",
            SECRETARIAT,
            f"the plan fails without {name}",
            "plan",
        )
    steps = plan.get("steps") or []
    bare = [step for step in steps if not step.get("power")]
    for member in sorted({step["member"] for step in bare}):
        numbers = [str(step["number"]) for step in bare if step["member"] == member]
        yield Recommendation(
            "State the legal power on which the action rests.",
            member,
            f"step{'s' if len(numbers) > 1 else ''} {shortened(numbers, 4)} without a power",
            "plan",
        )
    slow = max(steps, key=lambda step: (step["lead_time_hours"], -step["number"]), default=None)
    if slow and slow["lead_time_hours"] > 72:
        yield Recommendation(
            "Prepare the order beforehand, so that all can act in the same hour.",
            slow["member"],
            f"step {slow['number']} takes {number(slow['lead_time_hours'])} hours, longer than any other",
            "plan",
        )


def _wanted(facts: Facts) -> Iterator[Recommendation]:
    """Acts that would help and that nobody present may do, as the planner names them."""
    for act in list((facts.plan or {}).get("wanted") or [])[:3]:
        targets = int(act["targets"])
        yield Recommendation(
            f"Win as a member, or ask for help, who can do this: {act['title']}. Needed: {act['power']}.",
            SECRETARIAT,
            f"{count(targets, 'thing')} on the map within nobody's reach",
            "plan",
        )


def _judgements(facts: Facts) -> Iterator[Recommendation]:
    strong = [lead for lead in facts.leads if lead.lead.score >= 0.75 and not lead.verdict]
    if not strong:
        return
    pairs = Counter(tuple(sorted((lead.a.member, lead.b.member))) for lead in strong)
    (a, b), many = min(pairs.items(), key=lambda kv: (-kv[1], kv[0]))
    yield Recommendation(
        "Judge the strong leads between them: confirm or reject, with a reason.",
        listed([facts.name(a), facts.name(b)]),
        f"{count(many, 'strong lead')} of {number(len(strong))} that nobody has judged",
        "leads",
    )


def _silent(facts: Facts) -> Iterator[Recommendation]:
    silent = [m.member.name for m in facts.members if not m.member.capabilities]
    if silent:
        yield Recommendation(
            "State what you can do, or that you only share: a few lines in member.toml.",
            shortened(silent, 4),
            f"{count(len(silent), 'member')} of {len(facts.members)} stated no capability",
            "register",
        )


def _formats(facts: Facts) -> Iterator[Recommendation]:
    worst = sorted(
        (m for m in facts.members if m.drops_by_reason and m.drops >= _FEWEST_DROPS),
        key=lambda m: (-m.drops, m.member.slug),
    )[:3]
    for m in worst:
        reason, many = max(m.drops_by_reason, key=lambda item: item[1])
        yield Recommendation(
            f"Mend the export, or tell the node how to read it: “{reason.rstrip('.')}”.",
            m.member.name,
            f"{number(many)} of its {count(m.drops, 'drop')} have this reason",
            "intake",
        )


def _unlinked(facts: Facts) -> Iterator[Recommendation]:
    alone = Counter(c.member for c in facts.contributions if not c.leads)
    if alone:
        slug, many = min(alone.items(), key=lambda kv: (-kv[1], kv[0]))
        yield Recommendation(
            "Look through the contributions that nothing links: add names or hosts they lack, or say what is sought.",
            facts.name(slug),
            f"{number(many)} of {count(sum(alone.values()), 'contribution')} linked to nothing",
            "leads",
        )
