"""Parts of what a viewer may see: a circle's things, a member's own. Rules in the place of `decide`, never wider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accord.model.handling import Handling
from accord.policy.decide import Decision, Viewer, decide

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
