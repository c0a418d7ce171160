"""Webhooks: a member is told at an address of its own that something happened, and nothing that it may not see.

What is sent names the event alone (verb, subject, member, instant); the content is fetched with a token, under the
policy of that moment, so that recall and narrowing reach it. Whether the member may see the event is asked when the
delivery is entered, and again when it is made. A delivery is tried at once and then after the pauses of `PAUSES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from accord.model.errors import AbsentError, AccordError, InputError, LimitError
from accord.model.ids import derived_id
from accord.policy.decide import Viewer
from accord.policy.duties import Verb
from accord.services.browse import PURPOSE, Page, Signed, reading
from accord.services.node import Node
from accord.services.own_audience import own_audience
from accord.services.permit import permit
from accord.services.record import own, record
from accord.store import audiences, webhooks
from accord.store.engine import begin, node_transaction
from accord.store.webhooks import Delivery

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
LOOKS_BACK = timedelta(hours=1)
"""Events are looked for so far back each time: one that was written in a long transaction shows late."""
CLAIMED = timedelta(minutes=5)
MOST = 20
"""Webhooks of one member."""
MAX_URL = 500
MAX_VERBS = 20
BATCH = 200
PAGE = 50
VERBS = (
    "contribution received",
    "contribution withdrawn",
    "contribution shared again",
    "handling changed",
    "lead confirmed",
    "lead rejected",
    "judgement undone",
    "leads found",
    "plan made",
    "report made",
    "member registered",
)
"""What may be chosen; without a choice it is everything that happens."""


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook; `verbs` empty: all events."""

    id: UUID
    url: str
    verbs: tuple[str, ...]
    made_at: datetime
    person_name: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery. `state`: waiting, delivered, given-up, withdrawn; `status`: of the receiver's last answer."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    state: str
    tries: int
    made_at: datetime
    due_at: datetime
    ended_at: datetime | None
    status: int | None
    message: str


Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body to an address, signed; the status of the answer. Raises `AccordError` (adapters.webhook_sender)."""


def add(node: Node, signed: Signed, url: str, verbs: Sequence[str]) -> UUID:
    """Sets a webhook up for the person's member. Raises `RefusedError`, `InputError`, `LimitError`."""
    permit(signed, Verb.EXCHANGE)
    address = check_url(url)
    chosen = list(dict.fromkeys(verbs))
    unknown = [verb for verb in chosen if verb not in VERBS]
    if unknown:
        raise InputError(f"There is no event {ascii(unknown[0])[:60]}.", action="Choose from the list.", path="verbs")
    number = node.ids.new()
    with reading(node, signed) as connection:
        if len(webhooks.of_member(connection, signed.member_id)) >= MOST:
            raise LimitError(f"A member has at most {MOST} webhooks.", action="Stop one that is not needed.")
        audience = own_audience(node, connection, signed)
        webhooks.put(
            connection,
            id=number,
            member_id=signed.member_id,
            person_id=signed.person_id,
            url=address,
            verbs=chosen,
            made_at=node.clock.now(),
            audience=audience,
        )
        detail = {"host": urlsplit(address).hostname or "", "verbs": chosen}
        record(
            node,
            connection,
            "webhook set up",
            str(number),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail=detail,
            audience=audience,
        )
    return number


def stop(node: Node, signed: Signed, number: UUID) -> None:
    """Ends a webhook of the person's member. Raises `RefusedError`, `AbsentError`."""
    permit(signed, Verb.EXCHANGE)
    with reading(node, signed) as connection:
        row = webhooks.one(connection, number)
        if row is None or row.member_id != signed.member_id or not webhooks.stop(connection, number, node.clock.now()):
            raise AbsentError("There is no such webhook of your member.", action="Reload the list.")
        audience = own_audience(node, connection, signed)
        record(
            node,
            connection,
            "webhook stopped",
            str(number),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={},
            audience=audience,
        )


def list_webhooks(node: Node, signed: Signed) -> list[WebhookView]:
    """The webhooks of the person's member."""
    with reading(node, signed) as connection:
        rows = webhooks.of_member(connection, signed.member_id)
    return [WebhookView(row.id, row.url, tuple(row.verbs), row.made_at, row.person_name) for row in rows]


def list_deliveries(
    node: Node,
    signed: Signed,
    *,
    webhook_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> Page[DeliveryView]:
    """Deliveries of the member's webhooks (or of one), newest first. Raises `AbsentError` for another's webhook."""
    with reading(node, signed) as connection:
        mine = [row.id for row in webhooks.of_member(connection, signed.member_id)]
        if webhook_id is not None and webhook_id not in mine:
            raise AbsentError("There is no such webhook of your member.", action="Look in the list.")
        wanted = mine if webhook_id is None else [webhook_id]
        rows = webhooks.deliveries(connection, wanted, before, limit + 1)
    views = [_delivery(row) for row in rows[:limit]]
    return Page(views, (views[-1].made_at, views[-1].id) if len(rows) > limit else None)


def check_url(text: str) -> str:
    """The address as kept. Raises `InputError` for one that is no plain http(s) address."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("https", "http") and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        fits = False
    if not fits or len(address) > MAX_URL or not address.isascii() or not address.isprintable() or " " in address:
        raise InputError("A webhook needs an https address.", action="Check what you entered.", path="url")
    if parts.username or parts.password or parts.fragment:
        raise InputError("A webhook's address holds no password and no `#`.", action="Take it out.", path="url")
    return address


def rounds(node: Node, post: Post) -> int:
    """One round of the node: enters what happened, makes what is due. How many deliveries were tried."""
    enter(node)
    return deliver(node, post)


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
            found = webhooks.events_since(connection, since, row.verbs, known, BATCH * 10)
        with node_transaction(node.engine) as connection:
            audience = audiences.intern(connection, own(row.member_id))
            entered = [
                Delivery(derived_id("webhook-delivery", str(row.id), str(event)), row.id, event, now, audience)
                for event in found
            ]
            added += webhooks.enqueue(connection, entered)
    return added


def deliver(node: Node, post: Post) -> int:
    """Makes the deliveries whose time has come; how many."""
    now = node.clock.now()
    with node_transaction(node.engine) as connection:
        rows = webhooks.due(connection, now, BATCH)
        webhooks.claim(connection, [row.id for row in rows], now + CLAIMED)
    for row in rows:
        outcome = _deliver(node, post, row)
        with node_transaction(node.engine) as connection:
            webhooks.tried(connection, row.id, **outcome)
    return len(rows)


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


def _delivery(row: Any) -> DeliveryView:
    return DeliveryView(
        row.id,
        row.webhook_id,
        row.event_id,
        row.state,
        row.tries,
        row.made_at,
        row.due_at,
        row.ended_at,
        row.status,
        row.message,
    )
