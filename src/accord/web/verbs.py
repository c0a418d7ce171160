"""The verbs that pages call but other services own: handing in, planning anew. `bootstrap` may give others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.handling import Handling
from accord.model.reading import Reading
from accord.policy.duties import Verb
from accord.services import browse_plans, contribute
from accord.services.browse import Signed
from accord.services.browse_plans import Under, WhatIf
from accord.services.contribute import SharedFile
from accord.services.exchange import Reach
from accord.services.node import Node
from accord.services.permit import permit
from accord.store import members
from accord.store.engine import node_transaction


class Receipt(NamedTuple):
    """What a submission gives: the work that goes on after it (None: none), and the contributions."""

    work_id: UUID | None
    contributions: tuple[UUID, ...]


Preview = Callable[[Node, Signed, Sequence[SharedFile]], Sequence[Reading]]
Submit = Callable[[Node, Signed, Sequence[SharedFile], Handling], Receipt]
Refresh = Callable[[Node, Signed], UUID | None]
AskWhatIf = Callable[[Node, Signed, WhatIf], dict[str, Any] | Under]


def preview(_node: Node, _signed: Signed, files: Sequence[SharedFile]) -> list[Reading]:
    """What would be recognised; nothing is kept."""
    return contribute.preview(files)


def submit(node: Node, signed: Signed, files: Sequence[SharedFile], handling: Handling) -> Receipt:
    """Keeps the files at once, as contributions of the person's member; leads are looked for by whoever runs jobs."""
    permit(signed, Verb.CONTRIBUTE)
    with node_transaction(node.engine) as connection:
        member = members.get(connection, signed.member_id)
    taken = contribute.submit(node, member, files, _Silent(), handling=handling, person_id=signed.person_id)
    return Receipt(None, tuple(one.contribution for one in taken))


def refresh(_node: Node, _signed: Signed) -> None:
    """Whoever runs jobs finds leads anew."""
    return


def nothing_due(_node: Node) -> None:
    """Whoever runs jobs looks what is due."""


class _Silent:
    """Progress that nobody watches: the browser waits for the receipt."""

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        pass


@dataclass(frozen=True, slots=True)
class Verbs:
    """What pages and programs may ask of the node.

    `what_if` gives a plan document of the stored form, made under the question's conditions; None: not offered.
    `reach`: how other systems are reached; None: this node reaches none. `exchange` begins what is due.
    `webhook_key`: the public key (JWK) that webhooks are signed with; empty: this node sends none.
    """

    preview: Preview = preview
    submit: Submit = submit
    refresh: Refresh = refresh
    what_if: AskWhatIf | None = browse_plans.what_if
    reach: Reach | None = None
    exchange: Callable[[Node], None] = nothing_due
    webhook_key: Mapping[str, str] = field(default_factory=dict)
