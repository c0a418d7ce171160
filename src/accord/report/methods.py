"""How the figures of a report are made, unless the run says it more exactly."""

from __future__ import annotations

from collections.abc import Iterable

from accord.report.document import Method
from accord.report.facts import Facts

_STANDARD: tuple[Method, ...] = (
    Method(
        "intake",
        "Intake",
        "Each file is kept as received and read once. What is recognised is counted by file; what is not is listed "
        "with file, line and reason.",
        "intake.json: members[].files[].selectors, members[].files[].dropped",
    ),
    Method(
        "selectors",
        "Selectors",
        "Identifiers are brought into one canonical form, so that two spellings count once. A selector is counted "
        "once for each member that holds it.",
        "intake.json: members[].files[].kinds, distinct by member",
    ),
    Method(
        "overlap",
        "Overlap",
        "For each pair of members, the distinct selectors that both hold. Values that prove nothing when shared "
        "(public resolvers, shared hosts, top sites) are left out.",
        "store.facts.shared: distinct selectors by the members that hold them",
    ),
    Method(
        "leads",
        "Leads",
        "A lead links two contributions of different members. Its score weighs each thing they share by how rarely "
        "it is shared by chance; what both hold and what both merely call by the same name are scored apart.",
        "leads.csv: rows; columns score, shared, kinds",
    ),
    Method(
        "map",
        "Map",
        "The things behind the leads with the links between them. Clusters are groups with more links inside than "
        "to the outside; harm is a relative figure that the map gives each thing.",
        "bundle.stix.json: infrastructure objects",
    ),
    Method(
        "plan",
        "Plan",
        "The planner chooses actions of members within a budget. What remains is the share of the mapped capability "
        "left after each step; the range says how sure that is.",
        "plan.json: steps[].residual, low, high",
    ),
    Method(
        "timeline",
        "Timeline",
        "Days on which what a contribution reports was seen, as its content says; contributions without dates "
        "are not shown.",
        "store.facts.contributions: seen_from, seen_to",
    ),
    Method(
        "register",
        "Register of members",
        "Capabilities are what each member stated of itself in its member file; nothing is assumed of one "
        "that stated none.",
        "member.toml: capabilities",
    ),
    Method(
        "feedback",
        "Feedback",
        "The state of a contribution follows from the record: received, vetted, used in a lead, in an action of the "
        "plan, with a measured outcome, or not used.",
        "leads.csv and plan.json, by contribution",
    ),
    Method(
        "barriers",
        "Barriers",
        "Every step that was blocked is recorded with its cause: legal, trust, format, capacity or priority.",
        "the record of refused and failed steps",
    ),
    Method(
        "outcomes",
        "Outcomes",
        "An effect is reported only when it was measured with a metric, a window and a comparison declared before "
        "the action day; always with its interval, null results too.",
        "the record of measured outcomes",
    ),
)


def methods_of(facts: Facts, used: Iterable[str]) -> tuple[Method, ...]:
    """The methods named by `used`, in standard order: as the run describes them, else as standard."""
    told = {method.key: Method(*method) for method in facts.methods}
    wanted = set(used)
    standard = [told.pop(method.key, method) for method in _STANDARD if method.key in wanted]
    return (*standard, *told.values())


def standard(*keys: str) -> tuple[Method, ...]:
    """Standard methods by key, in standard order."""
    return tuple(method for method in _STANDARD if method.key in keys)
