"""Pushing to a collection elsewhere: what the member itself contributed, and policy lets the receiver have.

Who the receiver is, is stated with the subscription: a member of this alliance, decided on as everywhere; or somebody
outside, who gets what may be shared with a community outside. What an exchange brought never goes out again: it is not
this member's to give, and would come round as if somebody else had seen it too.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.model.exchange import Peer
from accord.model.ports import Progress
from accord.policy.within import Receiver
from accord.services import copies, taxii_collections
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.receivers import receiver_of
from accord.services.record import record
from accord.services.taxii_receive import instant_text
from accord.store import audiences, subscriptions, taxii_pages
from accord.store.engine import node_transaction
from accord.store.taxii_pages import Place, Wanted

PAGE = 1_000
MAX_PAGES = 10_000
"""Of one run: what is left is for the next."""
BROUGHT = "Another system brought it: it is not this member's own."


class Held(NamedTuple):
    """What does not go out now: objects by the reason, and the audiences that time or a circle may yet open."""

    reasons: dict[str, int]
    audiences: frozenset[int]


def held_back(node: Node, signed: Signed, root: str, key: str, receiver: Receiver) -> Held:
    """What of a member's own in a collection this receiver does not get now."""
    now = node.clock.now()
    with taxii_collections.looking(node, signed, root, key) as (connection, _):
        counted = taxii_pages.tally(connection, signed.member_id)
        known = audiences.handlings(connection, {one.audience for one in counted})
    reasons, closed = Counter[str](), set[int]()
    for one in counted:
        decision = receiver.decides(known[one.audience], now)
        if not decision.allowed:
            closed.add(one.audience)
        if one.brought:
            reasons[BROUGHT] += one.objects
        elif not decision.allowed:
            reasons[" ".join(decision.reasons)] += one.objects
    return Held(dict(reasons.most_common()), frozenset(closed))


def push(node: Node, row: Any, signed: Signed, peer: Peer, progress: Progress) -> None:
    """Sends all that is new. Raises `PeerError`, and `CancelledWorkError` from `progress`."""
    receiver = receiver_of(node, row.receiver_id)
    place = _begin(node, row, held_back(node, signed, row.root, row.collection, receiver))
    for number in range(MAX_PAGES):
        progress.report("pushing", number, None, row.url)
        wanted = Wanted(PAGE, place=place, every=True, specs=("2.0", "2.1"), of_member=row.member_id, own=True)
        with taxii_collections.looking(node, signed, row.root, row.collection, to=receiver) as (connection, _):
            page, last = taxii_pages.page_and_place(connection, wanted)
        if last is None:
            return
        if row.receiver_id is not None:
            copies.handed_out_of(node, row.receiver_id, page.of, "taxii")
        answer = peer.push(b'{"objects":[' + page.body + b"]}")
        refused = answer.get("failure_count", 0)
        note = f"{refused:,} objects were refused there." if isinstance(refused, int) and refused > 0 else ""
        place = last
        _sent(node, row, page.size, place, note)
        if page.more is None:
            return


def _begin(node: Node, row: Any, held: Held) -> Place | None:
    """Keeps what is held back, for people to see, and where to go on: from the beginning when something opened since.

    What an embargo or a circle closed lies behind the place already; what went out before goes again, which changes
    nothing there (TAXII 2.1, section 5.5: the same id and version is the same object).
    """
    opened = set(row.waiting) - held.audiences
    place = "" if opened else row.place
    with node_transaction(node.engine) as connection:
        values = {"held": held.reasons, "waiting": sorted(held.audiences), "place": place}
        subscriptions.change(connection, row.id, **values)
    return place_of(place)


def _sent(node: Node, row: Any, size: int, place: Place, note: str) -> None:
    text = f"{instant_text(place.added_at)}|{place.contribution_id}|{place.number}"
    with node_transaction(node.engine) as connection:
        subscriptions.moved(connection, row.id, size, place=text, message=note)
        record(
            node, connection, "objects pushed", str(row.id),
            member_id=row.member_id, detail={"objects": size, "url": row.url}, audience=row.audience,
        )  # fmt: skip


def place_of(text: str) -> Place | None:
    """The place that a subscription keeps; None: the beginning."""
    if not text:
        return None
    added_at, contribution_id, number = text.split("|")
    return Place(datetime.fromisoformat(added_at), UUID(contribution_id), int(number))
