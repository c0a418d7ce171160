"""Pulling from a collection elsewhere what is new there; resumable at every page.

Where a subscription stands is kept in the transaction that keeps what came, so that a stop loses and repeats nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from accord.model.exchange import Peer, PeerError
from accord.model.ports import Progress
from accord.services import taxii_receive
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.taxii_receive import Received, instant_text
from accord.store import subscriptions
from accord.store.engine import node_transaction

PAGE = 1_000
MAX_PAGES = 10_000
"""Of one run: a server that never ends is left for the next time."""
OVERLAP = timedelta(hours=1)
"""Asked for again where a server does not say when it added things: its clock may be another."""


def pull(node: Node, row: Any, signed: Signed, peer: Peer, progress: Progress, *, received: Received | None) -> None:
    """Takes in all that is new. Raises `PeerError`, `AbsentError`, `RefusedError`; `CancelledWorkError`."""
    collection = taxii_receive.writable(node, signed, row.root, row.collection)
    place, after = row.place, row.added_after
    began = None if place else node.clock.now() - OVERLAP
    seen = after
    for number in range(MAX_PAGES):
        progress.report("pulling", number, None, row.url)
        try:
            page = peer.page(instant_text(after) if after else "", place, PAGE)
        except PeerError as error:
            if not place or error.status not in (400, 404, 410):
                raise
            # The place is too old for the other server: begin again where nothing can have been missed.
            place = ""
            continue
        seen = max(filter(None, (seen, _moment(page.last))), default=None)
        ended = not page.more or not page.size
        if page.more and not page.place and seen == after:
            raise PeerError("The other server says that there is more, and not where.")
        place = "" if ended else page.place
        if ended or not place:  # section 3.5: without a `next` one goes on from the last date
            after = seen or began or after
        values = {"place": place, "added_after": after}

        def along(connection: Any, count: int = page.size, values: dict[str, Any] = values) -> None:
            subscriptions.moved(connection, row.id, count, **values)

        if page.size:
            host = urlsplit(row.url).netloc
            taxii_receive.take_in(node, signed, collection, page.envelope, received, along=along, came_from=host)
        else:
            with node_transaction(node.engine) as connection:
                along(connection)
        if ended:
            return


def _moment(text: str) -> datetime | None:
    """The instant that another server wrote; None for what is none."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
