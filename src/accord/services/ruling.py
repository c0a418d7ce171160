"""What a decision on contributions does, whoever made it and by whichever way it came: a page, a folder, TAXII, MISP.

In one transaction: the contribution changes, what is derived from it follows, members that had copies are told, and all
of it is recorded. What is under way meanwhile is begun anew (`services.derived`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accord.model.handling import Handling
from accord.policy.decide import Viewer, decide
from accord.policy.order import narrower
from accord.policy.pools import ANYONE
from accord.services.node import Node
from accord.services.record import Entry, between_two, own, record_all
from accord.store import audiences, contributions, copies, document_copies, members, rulings, turns
from accord.store.engine import Connection

NARROWED, WIDENED, RECALLED = "narrowed", "widened", "recalled"


class Ground(NamedTuple):
    """Whose contributions, and why, as those who had copies read it. `person_id`: who decided; None: nobody did."""

    member_id: UUID
    reason: str
    person_id: UUID | None = None


class Change(NamedTuple):
    """From which handling to which, of one contribution. `widens`: what became wider, in sentences."""

    before: Handling
    after: Handling
    widens: tuple[str, ...] = ()


def withdraw(node: Node, connection: Connection, ids: Collection[UUID], ground: Ground) -> int:
    """Puts tombstones on contributions of one member, for good where a person decides; how many members were told.

    Those withdrawn already are passed over, so that the same done twice, or by two at once, is done once. The node's
    transaction; whoever locks anything before it calls `turns.begin` before that.
    """
    turns.begin(connection)
    now = node.clock.now()
    gone = contributions.withdraw(connection, ids, now)
    if not gone:
        return 0
    before = {number: audiences.handling(connection, number) for number in {one.audience for one in gone}}
    follow(connection, [one.id for one in gone], before.values(), None, now)
    had = _holders(connection, gone, before, now)
    if ground.person_id is not None:
        for one in gone:
            under = before[one.audience]
            _keep(node, connection, one.id, RECALLED, Change(under, under), ground)
    told = tell(node, connection, ((one, had[one.id]) for one in gone), ground, kind=RECALLED)
    entries = [
        Entry(
            "contribution withdrawn",
            str(one.id),
            one.audience,
            ground.person_id,
            ground.member_id,
            {"title": one.title or one.path, "path": one.path, "reason": ground.reason},
        )
        for one in gone
    ]
    record_all(node, connection, entries)
    return told


def keep_away(node: Node, connection: Connection, one: rulings.Standing, ground: Ground) -> None:
    """Lets a tombstone that nobody decided on stand for good. As `withdraw` on transactions and locks."""
    turns.begin(connection)
    under = audiences.handling(connection, one.audience)
    _keep(node, connection, one.id, RECALLED, Change(under, under), ground)
    detail = {"title": one.title or one.path, "path": one.path, "reason": ground.reason}
    entry = Entry("tombstone confirmed", str(one.id), one.audience, ground.person_id, ground.member_id, detail)
    record_all(node, connection, [entry])


def relabel(
    node: Node, connection: Connection, changed: Collection[tuple[rulings.Standing, Change]], ground: Ground
) -> int:
    """Gives contributions other handlings, with all their parts; how many notices of it went to members with copies.

    Those are told who may no longer see what they had. The events are the caller's to record. As `withdraw` on
    transactions and locks.
    """
    turns.begin(connection)
    now, alike = node.clock.now(), defaultdict[Change, list[UUID]](list)
    for one, change in changed:
        contributions.relabel(connection, one.id, audiences.intern(connection, change.after))
        alike[change].append(one.id)
        if ground.person_id is not None:
            _keep(node, connection, one.id, WIDENED if change.widens else NARROWED, change, ground)
    for change, ids in alike.items():  # a folder whose member says another default has one for thousands
        follow(connection, ids, [change.before], change.after, now)
    had = copies.holders(connection, [one.id for one, _ in changed])
    viewers = {
        number: Viewer(number, country=members.get(connection, number).country) for number in set().union(*had.values())
    }
    lost = (
        (one, [number for number in had.get(one.id, ()) if _loses(viewers[number], change, now)])
        for one, change in changed
    )
    return tell(node, connection, lost, ground, kind=NARROWED)


def follow(
    connection: Connection,
    ids: Collection[UUID],
    before: Collection[Handling],
    after: Handling | None,
    now: datetime,
) -> None:
    """Brings what is derived from contributions in line with their new handling, or with what is gone (`after` None).

    What is drawn for all members (map, plan, report) was drawn from them only if any member could see them before; what
    becomes only wider hides nothing.
    """
    nobody = audiences.intern(connection, own(None))
    rulings.rederive(connection, ids, nobody, gone=after is None)
    shown = [one for one in before if decide(ANYONE, one, "", now).allowed]
    if shown and not (after is not None and all(narrower(one, after) for one in shown)):
        rulings.hide_drawn(connection, nobody)


def tell(
    node: Node,
    connection: Connection,
    about: Iterable[tuple[rulings.Standing | contributions.Gone, Collection[UUID]]],
    ground: Ground,
    *,
    kind: str,
    title: str = "",
) -> int:
    """Puts notices of contributions before members that had copies; how many.

    `about`: each with these members; `title`: of the part that it is about, where one is.
    """
    between: dict[UUID, int] = {}
    notices = []
    for one, told in about:
        for number in sorted(told):
            if number not in between:
                between[number] = audiences.intern(connection, between_two(ground.member_id, number))
            named = title or one.title or one.path
            given = (one.id, named, number, ground.member_id, kind, ground.reason, between[number])
            notices.append(copies.Notice(node.ids.new(), *given))
    copies.tell(connection, notices, node.clock.now())
    return len(notices)


def _holders(
    connection: Connection, gone: Collection[contributions.Gone], before: Mapping[int, Handling], now: datetime
) -> dict[UUID, set[UUID]]:
    """Who had each contribution of a member: itself, or a document drawn since it came, if ever any member saw it."""
    had = copies.holders(connection, [one.id for one in gone])
    earlier = rulings.earlier(connection, [one.id for one in gone])
    drawn_at = document_copies.newest(connection, next(iter(gone)).member_id)
    for one in gone:
        handlings = (before[one.audience], *earlier.get(one.id, ()))
        shown = bool(drawn_at) and any(decide(ANYONE, handling, "", now).allowed for handling in handlings)
        taken = {number for number, made_at in drawn_at.items() if shown and made_at >= one.received_at}
        had[one.id] = had.get(one.id, set()) | taken
    return had


def _keep(  # noqa: PLR0917  # which decision, on what, by whom and why
    node: Node, connection: Connection, number: UUID, kind: str, change: Change, ground: Ground
) -> None:
    """A decision of a person stands: no folder that is read again undoes it."""
    assert ground.person_id is not None
    alone = audiences.intern(connection, own(ground.member_id))
    made = rulings.Change(
        node.ids.new(), number, kind, *change, ground.reason, ground.person_id, node.clock.now()
    )  # fmt: skip
    rulings.put(connection, made, alone)


def _loses(viewer: Viewer, change: Change, now: datetime) -> bool:
    """Whether a member that had a copy may no longer see it."""
    return decide(viewer, change.before, "", now).allowed and not decide(viewer, change.after, "", now).allowed
