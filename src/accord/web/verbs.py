"""The verbs that pages call but other services own: handing in, planning anew. `bootstrap` gives the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.errors import NodeError
from accord.model.handling import Handling
from accord.model.reading import Reading
from accord.services.browse import Node, Signed


class HandedIn(NamedTuple):
    """A file as a person handed it in: its name (no folders of theirs), and its bytes."""

    path: str
    content: bytes


class Receipt(NamedTuple):
    """What a submission gives: the work that takes it in (None when it is done already), and the contributions."""

    work_id: UUID | None
    contributions: tuple[UUID, ...]


class WhatIf(NamedTuple):
    """A question to the planner. `budget` in working days, None for no bound."""

    refused_members: frozenset[str] = frozenset()
    struck_actions: frozenset[str] = frozenset()
    budget: float | None = None


Preview = Callable[[Node, Signed, Sequence[HandedIn]], Sequence[Reading]]
Submit = Callable[[Node, Signed, Sequence[HandedIn], Handling], Receipt]
AskWhatIf = Callable[[Node, Signed, WhatIf], dict[str, Any]]


def _not_here(*_given: Any) -> Any:
    raise NodeError("This node cannot do that yet.", action="Ask whoever runs it to bring Accord up to date.")


@dataclass(frozen=True, slots=True)
class Verbs:
    """`what_if` gives a plan document of the stored form, made under the question's conditions."""

    preview: Preview = _not_here
    submit: Submit = _not_here
    what_if: AskWhatIf | None = None
