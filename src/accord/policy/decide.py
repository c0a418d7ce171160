"""The one rule on who may see a thing: `decide`. It fails closed and gives its reasons in words.

What speaks against a viewer, in this order; the numbers are repeated at the code.

0. Who runs the node (role administrator) reads no intelligence, their own member's included.
1. A rule that this version does not know, or a purpose that nobody defined: nobody may.
2. Retention (`retain_until`): nobody may any more.
3. Originators may always. Everybody else only if none of the following speaks against it.
4. Embargo and expiry.
5. Without a member (the public): only TLP:CLEAR without any circle or originator's control.
6. Exclusion by name, circles, TLP:RED without a circle, originator's control, jurisdiction.
7. Purpose: not among those it was given for; stricter PAP or TLP than the purpose bears; H0 to H2; the 4x4 grade.
8. H3: limits in words, which no program can check: only who was permitted by name.

What is derived from several things (`Handling.also`) may be seen by those who may see each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accord.model.handling import Handling, HandlingCode, Tlp
from accord.policy.purposes import PURPOSES, Purpose

RUNS_NODE = "administrator"
"""The role of `duties.Role.ADMINISTRATOR`, which that module takes from here."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking. `member_id` None: nobody known, the public. `country`: ISO 3166-1 alpha-2, empty if unknown."""

    member_id: UUID | None
    circles: frozenset[UUID] = frozenset()
    role: str = ""
    country: str = ""
    anyone: bool = False
    """Stands for any member whatever, known or not (`policy.pools.ANYONE`): an exclusion of anybody excludes it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be seen, and the sentences that say why; `reasons` is never empty."""

    allowed: bool
    reasons: tuple[str, ...]


def decide(viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Decision:
    """Whether this viewer may see a thing of this handling for this purpose (empty: none named) at this time.

    Every condition that speaks against it is named. Pure and total: no handling, purpose or viewer makes it raise.
    """
    against = tuple(_against(viewer, handling, purpose, now))
    for part in handling.also:
        decision = decide(viewer, part, purpose, now)
        against += () if decision.allowed else decision.reasons
    if against:
        return Decision(allowed=False, reasons=tuple(dict.fromkeys(sorted(against) if handling.also else against)))
    if viewer.member_id is not None and viewer.member_id in handling.originators:
        return Decision(allowed=True, reasons=("It is the viewer's own.",))
    return Decision(allowed=True, reasons=(f"{handling.tlp.label} and no condition speaks against it.",))


def moves_with_time(handling: Handling) -> bool:
    """Whether the passing of time alone can change a decision on it."""
    instants = (handling.embargo_until, handling.expires_at, handling.retain_until)
    return any(instants) or any(moves_with_time(part) for part in handling.also)


def _against(viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Iterator[str]:
    wanted = PURPOSES.get(purpose)
    if RUNS_NODE in viewer.role.split("+"):  # 0
        yield "Who runs the node reads no intelligence."
    if handling.unknown:  # 1
        yield "It carries a rule that this version of Accord does not know."
    if wanted is None:
        yield "Nobody defined the purpose that was named."
        return
    if handling.retain_until is not None and now >= handling.retain_until:  # 2
        yield f"It was to be kept until {handling.retain_until:%Y-%m-%d} and is due to be erased."
    if viewer.member_id is not None and viewer.member_id in handling.originators:  # 3
        return
    yield from _of_time(handling, now)
    yield from _of_person(viewer, handling)
    yield from _of_use(viewer, handling, purpose, wanted)


def _of_time(handling: Handling, now: datetime) -> Iterator[str]:  # 4
    if handling.embargo_until is not None and now < handling.embargo_until:
        yield f"It is under embargo until {handling.embargo_until:%Y-%m-%d %H:%M %Z}."
    if handling.expires_at is not None and now >= handling.expires_at:
        yield f"It was shared until {handling.expires_at:%Y-%m-%d %H:%M %Z}."


def _of_person(viewer: Viewer, handling: Handling) -> Iterator[str]:
    if viewer.member_id is None:  # 5
        # FIRST TLP 2.0, TLP:CLEAR: "no limit on disclosure"; a circle is a limit.
        if handling.tlp is not Tlp.CLEAR or handling.circles is not None or handling.originator_control:
            yield "Only members of the alliance may see it."
    elif viewer.member_id in handling.excluded_members or (viewer.anyone and handling.excluded_members):  # 6
        yield "Its originator excluded this member."
    if viewer.member_id is not None and handling.circles is not None and not handling.circles & viewer.circles:
        yield "The viewer is in none of the circles it was given to."
    if viewer.member_id is not None and handling.circles is None and handling.tlp is Tlp.RED:
        # FIRST TLP 2.0, TLP:RED: "for the eyes and ears of individual recipients only": none were named.
        yield "TLP:RED without a circle is for its originator alone."
    if viewer.member_id is not None and handling.originator_control and viewer.member_id not in handling.permitted:
        yield "Its originator keeps control of it and has not permitted this member."
    if handling.jurisdictions is not None and viewer.country not in handling.jurisdictions:
        yield "It may not leave the jurisdictions its originator named."


def _of_use(viewer: Viewer, handling: Handling, name: str, purpose: Purpose) -> Iterator[str]:  # 7
    permitted = viewer.member_id is not None and viewer.member_id in handling.permitted
    if handling.purposes is not None and name not in handling.purposes:
        yield "It was not given for this purpose."
    if handling.pap > purpose.pap:
        yield f"{handling.pap.label} does not allow {purpose.words}."
    if handling.tlp > purpose.tlp:
        yield f"{handling.tlp.label} does not allow {purpose.words}."
    if HandlingCode.H0 in handling.codes and not purpose.fights_crime:
        yield "H0: it is to be used only to prevent and fight crime."
    if HandlingCode.H1 in handling.codes and purpose.court and not permitted:
        yield "H1: it may not be used in court without its originator's permission."
    if HandlingCode.H2 in handling.codes and purpose.passes_on and not permitted:
        yield "H2: it may not be passed on without its originator's permission."
    if purpose.acts and is_weak(handling):
        yield f"Graded {handling.grade.label if handling.grade else ''}, it is too uncertain for {purpose.words}."
    if HandlingCode.H3 in handling.codes and not permitted:  # 8
        yield f"H3: its originator set limits that only people can check: {handling.limits or 'not written down'}."


def is_weak(handling: Handling) -> bool:
    """Whether its 4x4 grade says that the source, or the information, cannot be judged (X or 4)."""
    return handling.grade is not None and (handling.grade.source == "X" or handling.grade.information == 4)
