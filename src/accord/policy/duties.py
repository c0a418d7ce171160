"""Who may do what: roles, verbs and the separation of duties, as data with one rule over each table.

`may` answers for a role, `apart` for a person who already had a part in the same thing, `fit` for roles held together.
Each gives a decision with its reasons in words; all are total: a role or scope that nobody defined allows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from accord.policy.decide import RUNS_NODE, Decision


class Role(StrEnum):
    ANALYST = "analyst"
    INVESTIGATOR = "investigator"
    LIAISON = "liaison"
    APPROVER = "approver"
    STEWARD = "steward"
    OVERSEER = "overseer"
    ADMINISTRATOR = RUNS_NODE


class Verb(StrEnum):
    """What services do for people. The value completes the sentence "a role may …"."""

    OWN_ACCOUNT = "keep their own passkeys, tokens and sessions"
    READ = "read intelligence"
    READ_RECORD = "read the record"
    CONTRIBUTE = "hand in contributions"
    WITHDRAW = "withdraw their member's contributions"
    JUDGE = "judge leads"
    TELL_BACK = "tell originators of sightings, proposals and ratings"
    NARROW = "narrow the handling of their member's things"
    ASK_WIDER = "ask an originator for wider handling"
    GRANT_WIDER = "widen the handling of their member's things"
    EXPORT = "export what they may see"
    EXCHANGE = "set up feeds, subscriptions and webhooks"
    DISCUSS = "take part in cells and requests for information"
    CASE = "lead cases"
    EVIDENCE = "take evidence into custody and open it"
    PLAN = "make plans"
    REQUEST = "ask for an action to be approved"
    APPROVE = "approve plans and actions"
    ACT = "carry out their member's actions and report on them"
    MEASURE = "declare and measure effects"
    REPORT = "make reports"
    VOUCH = "vouch for a colleague who lost their passkeys"
    ENROL = "enter people and give them roles"
    SUSPEND = "shut people and members out"
    RUN_NODE = "run the node"


_READS = frozenset({Verb.OWN_ACCOUNT, Verb.READ, Verb.READ_RECORD})
_SHARES = frozenset({Verb.CONTRIBUTE, Verb.WITHDRAW, Verb.TELL_BACK, Verb.NARROW, Verb.ASK_WIDER, Verb.EXPORT})
_ANALYSES = frozenset({Verb.JUDGE, Verb.DISCUSS, Verb.PLAN, Verb.MEASURE, Verb.REPORT, Verb.VOUCH})

DUTIES: Mapping[Role, frozenset[Verb]] = MappingProxyType(
    {
        Role.ANALYST: _READS | _SHARES | _ANALYSES,
        Role.INVESTIGATOR: _READS | _SHARES | _ANALYSES | {Verb.CASE, Verb.EVIDENCE, Verb.REQUEST, Verb.ACT},
        Role.LIAISON: _READS | _SHARES | {Verb.JUDGE, Verb.DISCUSS, Verb.REQUEST, Verb.ACT, Verb.VOUCH},
        Role.APPROVER: _READS | {Verb.DISCUSS, Verb.APPROVE, Verb.GRANT_WIDER, Verb.VOUCH},
        Role.STEWARD: _READS
        | _SHARES
        | {Verb.DISCUSS, Verb.GRANT_WIDER, Verb.EXCHANGE, Verb.REPORT, Verb.VOUCH, Verb.SUSPEND},
        Role.OVERSEER: _READS,
        Role.ADMINISTRATOR: frozenset({Verb.OWN_ACCOUNT, Verb.ENROL, Verb.SUSPEND, Verb.RUN_NODE, Verb.VOUCH}),
    }
)
"""Role → what it may do. Whether a thing may be *seen* is not here: `decide` says that."""


class Rule(NamedTuple):
    """Two duties of one thing that one person may not do both, or two roles that one person may not hold both."""

    first: str
    second: str
    reason: str


SEPARATIONS = (
    Rule(Verb.REQUEST, Verb.APPROVE, "Who asks for an action does not approve it."),
    Rule(Verb.PLAN, Verb.APPROVE, "Who made a plan does not approve it."),
    Rule(Verb.APPROVE, Verb.ACT, "Who approved an action does not report it done."),
    Rule(Verb.APPROVE, Verb.APPROVE, "Two approvals come from two people."),
    Rule(Verb.ASK_WIDER, Verb.GRANT_WIDER, "Who asks for wider handling does not grant it."),
    Rule(Verb.OWN_ACCOUNT, Verb.VOUCH, "Nobody vouches for themselves."),
    Rule(Verb.OWN_ACCOUNT, Verb.ENROL, "Nobody gives themselves a role."),
    Rule(Verb.OWN_ACCOUNT, Verb.SUSPEND, "Nobody shuts themselves out."),
)
"""On one thing: who did the first does not do the second."""

_ALONE = {
    Role.OVERSEER: "Who oversees changes nothing, so an overseer holds no other role.",
    Role.ADMINISTRATOR: "Who runs the node reads no intelligence, so an administrator holds no other role.",
}
_ASKS_AND_APPROVES = "Whoever may ask for actions may not hold the role that approves them."
EXCLUSIONS = (
    *(Rule(alone, other, reason) for alone, reason in _ALONE.items() for other in Role if other is not alone),
    Rule(Role.APPROVER, Role.INVESTIGATOR, _ASKS_AND_APPROVES),
    Rule(Role.APPROVER, Role.LIAISON, _ASKS_AND_APPROVES),
    Rule(Role.APPROVER, Role.ANALYST, "Who makes plans may not hold the role that approves them."),
)
"""Roles that one person may not hold together."""

SCOPES: Mapping[str, frozenset[Verb]] = MappingProxyType(
    {
        "read": frozenset({Verb.READ, Verb.READ_RECORD, Verb.EXPORT}),
        "write": frozenset(Verb) - _READS - {Verb.EXPORT, Verb.VOUCH, Verb.ENROL, Verb.SUSPEND, Verb.RUN_NODE},
        "admin": frozenset({Verb.ENROL, Verb.SUSPEND, Verb.RUN_NODE}),
        "taxii": frozenset(),
        "misp": frozenset(),
        "api": frozenset(),
    }
)
"""What a program's token may be for. `taxii`, `misp` and `api` name doors, and open them; the others are what may be
done behind them. No scope holds a person's own account: a token cannot make tokens, nor vouch for anybody."""
JOINED = "+"
"""Between the roles of a person who holds several, as kept."""


class Deed(NamedTuple):
    """Somebody's part in a thing."""

    verb: Verb
    person_id: UUID


def roles_of(kept: str) -> frozenset[Role]:
    """The roles in a person's entry; none when one of them is unknown or they do not go together."""
    try:
        roles = frozenset(Role(part) for part in kept.split(JOINED))
    except ValueError:
        return frozenset()
    return roles if fit(roles).allowed else frozenset()


def fit(roles: Iterable[Role]) -> Decision:
    """Whether one person may hold these roles together."""
    held = frozenset(roles)
    against = tuple(dict.fromkeys(rule.reason for rule in EXCLUSIONS if rule.first in held and rule.second in held))
    if not held:
        against = ("A person needs a role.",)
    return Decision(allowed=not against, reasons=against or ("The roles go together.",))


def may(kept: str, verb: Verb, scopes: Iterable[str] | None = None) -> Decision:
    """Whether a person of these roles may do this; `scopes`: those of the token they use, None for a session."""
    roles = roles_of(kept)
    if not any(verb in DUTIES[role] for role in roles):
        who = " and ".join(sorted(roles)) or "person without a valid role"
        able = " or ".join(f"{_article(role)} {role}" for role in Role if verb in DUTIES[role])
        return Decision(allowed=False, reasons=(f"This is for {able}: {_article(who)} {who} may not {verb}.",))
    if scopes is not None and not any(verb in SCOPES.get(scope, frozenset()) for scope in scopes):
        return Decision(allowed=False, reasons=(f"The token was not made to {verb}.",))
    return Decision(allowed=True, reasons=(f"It is among the duties of the role: {verb}.",))


def apart(verb: Verb, person_id: UUID, earlier: Iterable[Deed]) -> Decision:
    """Whether a person may do this after what was done on the same thing, by themselves or others."""
    own = {deed.verb for deed in earlier if deed.person_id == person_id}
    against = tuple(rule.reason for rule in SEPARATIONS if rule.second == verb and rule.first in own)
    return Decision(allowed=not against, reasons=against or ("They had no part in it that speaks against it.",))


def scopes_for(kept: str) -> tuple[str, ...]:
    """Scopes that a token of a person of these roles can have: doors, and those of which a role does something."""
    duties = frozenset(verb for role in roles_of(kept) for verb in DUTIES[role])
    return tuple(scope for scope, verbs in SCOPES.items() if duties and (not verbs or verbs & duties))


def _article(word: str) -> str:
    return "an" if word[:1] in "aeio" else "a"
