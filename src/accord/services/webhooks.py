"""Webhooks: a member is told at an address of its own that something happened, and nothing that it may not see.

What is sent names the event alone (verb, subject, member, instant); the content is fetched with a token, under the
policy of that moment, so that recall and narrowing reach it. How it gets there: `webhook_delivery`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accord.model.errors import AbsentError, InputError, LimitError
from accord.policy.duties import Verb
from accord.services.browse import Page, Signed, reading
from accord.services.node import Node
from accord.services.own_audience import own_audience
from accord.services.permit import permit
from accord.services.record import record
from accord.store import webhooks

MOST = 20
"""Webhooks of one member."""
MAX_URL = 500
MAX_VERBS = 20
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
