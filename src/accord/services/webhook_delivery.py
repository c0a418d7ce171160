"""Deliveries of webhooks: entered for what happened, made one after the other for each receiver, all beside each other.

Whether the member may see the event is asked when the delivery is entered, and again when it is made. A delivery is
tried at once and then after the pauses of `PAUSES`. A receiver that is slow, or does not answer, holds up only itself:
it has one thread at a time, for one delivery once it has failed, and a member has few of them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import orjson
import structlog

from accord.model.errors import AccordError
from accord.model.ids import derived_id
from accord.policy.decide import Viewer
from accord.services.browse import PURPOSE
from accord.services.node import Node
from accord.services.record import own
from accord.store import audiences, webhooks
from accord.store.engine import begin, node_transaction
from accord.store.webhooks import Delivery, Receiver

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
LOOKS_BACK = timedelta(hours=1)
"""Events are looked for so far back each time: one that was written in a long transaction shows late."""
CLAIMED = timedelta(minutes=5)
"""A delivery is kept from other processes for so long: many times what one call may take (adapters.webhook_sender)."""
MOST_ENTERED = 2_000
"""Events of one webhook that one round enters."""
RECEIVERS, OF_A_MEMBER = 16, 4
"""Served beside each other."""
TURN = 50
"""Deliveries of one receiver before others have their turn."""
_log = structlog.get_logger("accord.webhooks")

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body to an address, signed; the status of the answer. Raises `AccordError` (adapters.webhook_sender)."""


class Couriers:
    """Makes deliveries in threads; a context manager that waits at its end for what is under way."""

    def __init__(self, node: Node, post: Post) -> None:
        self._node, self._post = node, post
        self._threads = ThreadPoolExecutor(RECEIVERS, thread_name_prefix="accord-webhook")
        self._lock = threading.Lock()
        self._under_way: dict[Receiver, Future[int]] = {}
        self._tried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

    def round(self) -> None:
        """Enters what happened, and sends for whatever is due; waits for no receiver."""
        enter(self._node)
        self.send()

    def send(self) -> None:
        """Gives every receiver that something is due for a thread, as far as there are any."""
        with node_transaction(self._node.engine) as connection:
            receivers = webhooks.receivers_due(connection, self._node.clock.now())
        with self._lock:
            of_member = Counter(one.member_id for one in self._under_way)
            for one in receivers:
                if len(self._under_way) >= RECEIVERS:
                    return
                if one in self._under_way or of_member[one.member_id] >= OF_A_MEMBER:
                    continue
                of_member[one.member_id] += 1
                self._under_way[one] = self._threads.submit(self._serve, one)

    def finish(self) -> int:
        """Waits until nothing is under way; how many deliveries were tried since the last call."""
        while True:
            with self._lock:
                waiting = list(self._under_way.values())
                if not waiting:
                    tried, self._tried = self._tried, 0
                    return tried
            wait(waiting)

    def _serve(self, receiver: Receiver) -> int:
        done, arrived = 0, True
        try:
            while arrived and done < TURN and (row := self._claimed(receiver.webhook_id)) is not None:
                outcome = _deliver(self._node, self._post, row)
                with node_transaction(self._node.engine) as connection:
                    webhooks.tried(connection, row.id, **outcome)
                arrived = outcome.get("state") in (webhooks.DELIVERED, webhooks.WITHDRAWN)
                done += 1
        except Exception as error:  # noqa: BLE001  in a thread that nobody waits for: the claim ends, and it is tried again
            _log.error("webhook_failed", error=type(error).__name__)
        finally:
            with self._lock:
                self._under_way.pop(receiver, None)
                self._tried += done
        return done

    def _claimed(self, webhook_id: UUID) -> Any:
        now = self._node.clock.now()
        with node_transaction(self._node.engine) as connection:
            return webhooks.claim_next(connection, webhook_id, now, now + CLAIMED)


def enter(node: Node) -> int:
    """Enters a delivery for every event that a webhook's member may see; how many are new."""
    now, added = node.clock.now(), 0
    with node_transaction(node.engine) as connection:
        every = webhooks.every(connection)
    for row in every:
        since = max(row.made_at, now - LOOKS_BACK)
        viewer = Viewer(member_id=row.member_id, country=row.country)
        with node_transaction(node.engine) as connection:
            known = webhooks.entered_since(connection, row.id, since)
        with begin(node.engine, viewer, now, purpose=PURPOSE) as connection:
            found = webhooks.events_since(connection, since, row.verbs, known, MOST_ENTERED)
        with node_transaction(node.engine) as connection:
            audience = audiences.intern(connection, own(row.member_id))
            entered = [
                Delivery(derived_id("webhook-delivery", str(row.id), str(event)), row.id, event, now, audience)
                for event in found
            ]
            added += webhooks.enqueue(connection, entered)
    return added


def _deliver(node: Node, post: Post, row: Any) -> dict[str, Any]:
    now = node.clock.now()
    with begin(node.engine, Viewer(member_id=row.member_id, country=row.country), now, purpose=PURPOSE) as connection:
        event = webhooks.event_of(connection, row.event_id)
    if event is None:
        gone = "The member may no longer see this event."
        return {"state": webhooks.WITHDRAWN, "ended_at": now, "message": gone}
    tries = row.tries + 1
    status, message = None, ""
    try:
        status = post(row.url, body_of(row.id, row.webhook_id, event), {"accord-delivery": str(row.id)})
    except AccordError as error:
        message = str(error)[:300]
    if status is not None and 200 <= status < 300:
        return {"state": webhooks.DELIVERED, "tries": tries, "ended_at": now, "status": status, "message": ""}
    message = message or f"The receiver answered {status}."
    failed = {"tries": tries, "status": status, "message": message}
    if tries > len(PAUSES) or status == 410:  # 410 Gone: it says itself that it wants no more
        return {**failed, "state": webhooks.GIVEN_UP, "ended_at": now}
    return {**failed, "due_at": now + PAUSES[tries - 1]}


def body_of(delivery_id: UUID, webhook_id: UUID, event: Any) -> bytes:
    """What is sent: JSON with sorted keys, so that the same delivery is the same bytes at every try."""
    about = {
        "id": str(event.id),
        "verb": event.verb,
        "subject": event.subject,
        "member": event.slug,
        "happened_at": event.happened_at.isoformat(),
    }
    return orjson.dumps(
        {"version": 1, "delivery": str(delivery_id), "webhook": str(webhook_id), "event": about},
        option=orjson.OPT_SORT_KEYS,
    )
