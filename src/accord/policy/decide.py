"""The one rule on who may see a thing: `decide`. It fails closed and gives its reasons in words.

First version: originator, exclusion, expiry, embargo, circles, TLP 2.0, purpose, jurisdiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accord.model.handling import Handling, Tlp


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking. `member_id` None: nobody known, the public. `country`: ISO 3166-1 alpha-2, empty if unknown."""

    member_id: UUID | None
    circles: frozenset[UUID] = frozenset()
    role: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be seen, and the sentences that say why; `reasons` is never empty."""

    allowed: bool
    reasons: tuple[str, ...]


def decide(viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Decision:
    """Whether this viewer may see a thing of this handling for this purpose (empty: none named) at this time.

    Originators always may. Everybody else may unless a condition speaks against it; all that do are named. What is
    derived from several things may be seen by those who may see each of them.
    """
    against = tuple(
        r for part in handling.also if not (d := decide(viewer, part, purpose, now)).allowed for r in d.reasons
    )
    if against:
        return Decision(allowed=False, reasons=tuple(dict.fromkeys(sorted(against))))
    if viewer.member_id is not None and viewer.member_id in handling.originators:
        return Decision(allowed=True, reasons=("It is the viewer's own.",))
    against = (*_of_time(handling, now), *_of_person(viewer, handling), *_of_use(viewer, handling, purpose))
    if against:
        return Decision(allowed=False, reasons=against)
    return Decision(allowed=True, reasons=(f"{handling.tlp.label} and no condition speaks against it.",))


def _of_time(handling: Handling, now: datetime) -> tuple[str, ...]:
    against = []
    if handling.embargo_until is not None and now < handling.embargo_until:
        against.append(f"It is under embargo until {handling.embargo_until:%Y-%m-%d %H:%M %Z}.")
    if handling.expires_at is not None and now >= handling.expires_at:
        against.append(f"Its retention ended on {handling.expires_at:%Y-%m-%d}.")
    return tuple(against)


def _of_person(viewer: Viewer, handling: Handling) -> tuple[str, ...]:
    if viewer.member_id is None:
        # FIRST TLP 2.0, TLP:CLEAR: "no limit on disclosure"; a circle is a limit.
        public = handling.tlp is Tlp.CLEAR and handling.circles is None
        return () if public else ("Only members of the alliance may see it.",)
    against = []
    if viewer.member_id in handling.excluded_members:
        against.append("Its originator excluded this member.")
    if handling.circles is not None and not handling.circles & viewer.circles:
        against.append("The viewer is in none of the circles it was given to.")
    if handling.circles is None and handling.tlp is Tlp.RED:
        # FIRST TLP 2.0, TLP:RED: "for the eyes and ears of individual recipients only": none were named.
        against.append("TLP:RED without a circle is for its originator alone.")
    return tuple(against)


def _of_use(viewer: Viewer, handling: Handling, purpose: str) -> tuple[str, ...]:
    against = []
    if handling.purposes is not None and purpose not in handling.purposes:
        against.append("It was not given for this purpose.")
    if handling.jurisdictions is not None and viewer.country not in handling.jurisdictions:
        against.append("It may not leave the jurisdictions its originator named.")
    return tuple(against)
