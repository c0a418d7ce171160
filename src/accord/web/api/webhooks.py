"""`/api/v1/webhooks`: the addresses at which the asker's member is told that something happened."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from accord.model.errors import AbsentError
from accord.services import replies, webhooks
from accord.services.replies import Reply
from accord.web.api.admission import asking
from accord.web.api.asked import Cursor, Key, Limit, next_of, sent
from accord.web.api.shapes import Deliveries, DeliveryOut, NewWebhook, PublicKey, WebhookOut
from accord.web.cursors import from_cursor
from accord.web.render import PageRequest
from accord.web.threads import threaded

_TAGS = ["webhooks"]


@get("/webhooks", tags=_TAGS, summary="The webhooks of the asker's member")
@threaded
def list_webhooks(request: PageRequest) -> list[WebhookOut]:
    return [
        WebhookOut(one.id, one.url, list(one.verbs), one.made_at)
        for one in webhooks.list_webhooks(request.app.state.node, asking(request))
    ]


@post("/webhooks", tags=_TAGS, summary="Set one up", responses={201: ResponseSpec(WebhookOut, generate_examples=False)})
@threaded
def add_webhook(request: PageRequest, data: JSONBody[NewWebhook], idempotency_key: Key = None) -> Response[bytes]:
    node, signed = request.app.state.node, asking(request)

    def do() -> Reply:
        number = webhooks.add(node, signed, data.url, data.verbs)
        made = next(one for one in webhooks.list_webhooks(node, signed) if one.id == number)
        return Reply(201, msgspec.json.encode(WebhookOut(made.id, made.url, list(made.verbs), made.made_at)))

    return sent(replies.once(node, signed, idempotency_key or "", msgspec.json.encode(("webhook", data)), do))


@delete("/webhooks/{webhook_id:uuid}", tags=_TAGS, summary="Stop one")
@threaded
def stop_webhook(request: PageRequest, webhook_id: FromPath[UUID]) -> None:
    webhooks.stop(request.app.state.node, asking(request), webhook_id)


@get("/webhooks/{webhook_id:uuid}/deliveries", tags=_TAGS, summary="Its deliveries, newest first")
@threaded
def list_deliveries(
    request: PageRequest, webhook_id: FromPath[UUID], cursor: Cursor = "", limit: Limit = 50
) -> Deliveries:
    before = from_cursor(cursor, "tu")
    node, signed = request.app.state.node, asking(request)
    found = webhooks.list_deliveries(node, signed, webhook_id=webhook_id, before=before, limit=limit)
    items = [
        DeliveryOut(d.id, d.event_id, d.state, d.tries, d.made_at, d.due_at, d.ended_at, d.status, d.message)
        for d in found.rows
    ]
    return Deliveries(items, next_of(found.more))


@get("/webhooks/key", tags=_TAGS, summary="The public key of the node's webhooks, as a JWK")
@threaded
def read_key(request: PageRequest) -> PublicKey:
    key = request.app.state.verbs.webhook_key
    if not key:
        raise AbsentError("This node sends no webhooks.", action="Ask whoever runs it.")
    return PublicKey(**key)


HANDLERS = [list_webhooks, add_webhook, stop_webhook, list_deliveries, read_key]
