"""Intelligence or evidence: what a thing may be used for before a judge, in one word and with its reasons.

What informal channels brought often fails in court (SIRIUS report; issue note on domain): so each claim says at once
which of the two it is. Evidence is what leads back to a sealed original under an unbroken chain; whether a court may
see it is another question, which its handling answers (H1, purposes, grade).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from accord.model.handling import Handling
from accord.policy.decide import Viewer, decide


class Court(StrEnum):
    YES = "yes"
    ASK = "ask"  # with its originator's permission
    NO = "no"


class Original(NamedTuple):
    """An item that a thing rests on, as far as its standing is concerned."""

    title: str
    sealed: bool
    broken: bool


class Standing(NamedTuple):
    """`evidence` False: intelligence. `reasons`: sentences, never empty."""

    evidence: bool
    court: Court
    reasons: tuple[str, ...]


def standing(viewer: Viewer, handling: Handling, originals: tuple[Original, ...], now: datetime) -> Standing:
    """What something under this handling is that rests on these originals. Pure and total."""
    sound = tuple(one for one in originals if one.sealed and not one.broken)
    decision = decide(viewer, handling, "prosecute", now)
    reasons = [f"It rests on a sealed original: {one.title}." for one in sound[:3]]
    reasons += [f"The chain of custody of {one.title} is broken." for one in originals if one.broken]
    reasons += [f"{one.title} is not sealed yet." for one in originals if not one.sealed and not one.broken]
    if not originals:
        reasons.append("Intelligence: no item under custody stands behind it.")
    if decision.allowed:
        return Standing(bool(sound), Court.YES if sound else Court.NO, tuple(reasons))
    asking = all(reason.startswith(("H1", "H2", "H3")) for reason in decision.reasons)
    return Standing(bool(sound), Court.ASK if asking and sound else Court.NO, (*reasons, *decision.reasons))
