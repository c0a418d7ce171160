"""Who would see this, and why: the question a person asks before handing something in, answered by the rule itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from accord.model.handling import Handling
from accord.policy.decide import Decision, Viewer, decide

Who = TypeVar("Who")


class Reader(NamedTuple, Generic[Who]):
    """Somebody asked about: who (as the caller knows them), and the decision with its reasons."""

    who: Who
    decision: Decision


def audience_of(
    handling: Handling, viewers: Iterable[tuple[Who, Viewer]], now: datetime, *, purpose: str = ""
) -> list[Reader[Who]]:
    """The decision on each member or person, those who would see it first, else in the order given.

    `viewers` pairs whatever the caller shows (a name, a row) with the viewer it stands for.
    """
    readers = [Reader(who, decide(viewer, handling, purpose, now)) for who, viewer in viewers]
    return sorted(readers, key=lambda reader: not reader.decision.allowed)
