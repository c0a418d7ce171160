"""Parts of what a viewer may see: a circle's things, a member's own, what may go on to somebody.

Rules in the place of `decide`, never wider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accord.model.handling import Handling
from accord.policy.decide import Decision, Viewer, decide
from accord.policy.pools import ANYONE

Rule = Callable[[Viewer, Handling, str, datetime], Decision]

_ELSEWHERE = Decision(allowed=False, reasons=("It does not belong to this part.",))


@dataclass(frozen=True, slots=True)
class InCircle:
    """Only what was given to this circle by name, and then as `decide`."""

    circle: UUID

    def __call__(self, viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Decision:
        named = handling.circles is not None and self.circle in handling.circles
        return decide(viewer, handling, purpose, now) if named else _ELSEWHERE


@dataclass(frozen=True, slots=True)
class OfMember:
    """Only what this member is an originator of, and then as `decide`."""

    member: UUID

    def __call__(self, viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Decision:
        return decide(viewer, handling, purpose, now) if self.member in handling.originators else _ELSEWHERE


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who something would be handed to, and what for, as it is known here."""

    viewer: Viewer
    purpose: str

    def decides(self, handling: Handling, now: datetime) -> Decision:
        """Whether it may be handed to them; whose it is counts for nothing, since it leaves their hands."""
        return decide(self.viewer, handling, self.purpose, now)


OUTSIDE = Receiver(ANYONE, "share")
"""Somebody outside this alliance, in no circle, under no known jurisdiction: TLP:GREEN and what is freer."""


@dataclass(frozen=True, slots=True)
class GoesTo:
    """Only what may go on to a receiver, among what `within` lets the viewer see."""

    within: Rule
    receiver: Receiver

    def __call__(self, viewer: Viewer, handling: Handling, purpose: str, now: datetime) -> Decision:
        seen = self.within(viewer, handling, purpose, now)
        return self.receiver.decides(handling, now) if seen.allowed else seen
