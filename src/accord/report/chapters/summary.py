"""The answer first."""

from __future__ import annotations

from accord.report.document import (
    Block,
    Bullets,
    KeyNumber,
    KeyNumbers,
    Paragraph,
    Run,
    Runs,
    Section,
    figure_of,
    runs,
    strong,
)
from accord.report.facts import Facts
from accord.report.text import count, first_sentence, number, percent, sentence, spelt


def chapter(facts: Facts) -> Section:
    """What a reader must know who reads nothing else."""
    blocks: list[Block] = [Paragraph(answer(facts), lead=True), KeyNumbers(_numbers(facts))]
    points = _points(facts)
    if points:
        blocks.append(Bullets(tuple(points)))
    return Section("summary", "In short", tuple(blocks))


def answer(facts: Facts) -> Runs:
    """Two or three sentences: what was pooled, what was found, what can be done."""
    said: list[Run | str] = [
        f"{sentence(spelt(len(facts.members), 'member'))} pooled ",
        figure_of(count(len(facts.contributions), "contribution"), "intake"),
        ". ",
    ]
    if facts.lead_count:
        pairs = {frozenset((lead.a.member, lead.b.member)) for lead in facts.leads}
        said += [
            figure_of(sentence(spelt(facts.lead_count, "lead")), "leads"),
            f" {'links' if facts.lead_count == 1 else 'link'} what different members hold",
            f", across {spelt(len(pairs), 'pair')} of members. " if pairs else ". ",
        ]
    else:
        said.append("No lead links what different members hold. ")
    steps = facts.plan.get("steps", []) if facts.plan else []
    if facts.plan and steps:
        actors = len({step["member_slug"] for step in steps})
        said += [
            f"{sentence(spelt(len(steps), 'action'))} by {spelt(actors, 'member')} would leave about ",
            figure_of(percent(facts.plan["residual"]), "plan"),
            " of the mapped criminal capability working.",
        ]
    else:
        said.append("No member has stated a capability that reaches it, so there is no plan yet.")
    return runs(*said)


def _numbers(facts: Facts) -> tuple[KeyNumber, ...]:
    linked = sum(member.linked for member in facts.members)
    total = len(facts.contributions)
    numbers = [
        KeyNumber(number(total), "contributions pooled", "intake"),
        KeyNumber(number(sum(m.selectors for m in facts.members)), "selectors, counted once a member", "selectors"),
        KeyNumber(number(facts.lead_count), "leads between members", "leads"),
        KeyNumber(percent(linked / total) if total else "–", "of contributions are linked", "leads"),
        KeyNumber(number(len(facts.network.nodes)), "things on the map", "map"),
    ]
    if facts.plan and facts.plan.get("steps"):
        numbers += [
            KeyNumber(number(len(facts.plan["steps"])), "actions in the plan", "plan"),
            KeyNumber(number(facts.plan["cost"], 1).removesuffix(".0"), "working days that it costs", "plan"),
            KeyNumber(percent(facts.plan["residual"]), "of capability would remain", "plan"),
        ]
    return tuple(numbers)


def _points(facts: Facts) -> list[Runs]:
    points: list[Runs] = []
    if facts.leads:
        best = facts.leads[0]
        points.append(
            runs(
                strong("Strongest lead: "),
                f"{facts.name(best.a.member)} and {facts.name(best.b.member)}. ",
                first_sentence(best.lead.sentence),
            )
        )
    needed = [facts.name(slug) for slug in (facts.plan or {}).get("indispensable", [])]
    if needed:
        points.append(runs(strong("Cannot be replaced: "), f"without {needed[0]} the plan leaves much more standing."))
    measured = [outcome for outcome in facts.outcomes if not outcome.null]
    if not facts.outcomes:
        points.append(runs(strong("Not yet known: "), "nothing was acted on, so no effect has been measured."))
    else:
        points.append(
            runs(
                strong("Measured: "),
                f"{spelt(len(measured), 'effect')} of {spelt(len(facts.outcomes), 'measurement')}.",
            )
        )
    return points
