"""Webhooks: set up, stopped, and whether what was sent arrived."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.policy import duties
from accord.policy.duties import Verb
from accord.services import webhooks
from accord.web.cursors import from_cursor, to_cursor
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded


@get("/webhooks")
@threaded
def show_webhooks(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    cursor = request.query_params.get("before", "")
    deliveries = webhooks.list_deliveries(node, signed, before=from_cursor(cursor, "tu"))
    may = duties.may(signed.role, Verb.EXCHANGE, signed.scopes)
    return page(
        request,
        "webhooks.html",
        hooks=webhooks.list_webhooks(node, signed),
        deliveries=deliveries.rows,
        next=f"/webhooks?before={to_cursor(deliveries.more)}" if deliveries.more else "",
        first="/webhooks" if cursor else "",
        verbs=webhooks.VERBS,
        key=request.app.state.verbs.webhook_key,
        may=may.allowed,
        why=may.reasons[0],
    )


@post("/webhooks")
@threaded
def add_webhook(request: PageRequest) -> Response[Any]:
    verbs = [str(verb) for verb in request.state.form.getall("verb", [])]
    webhooks.add(request.app.state.node, signed_in(request), field(request, "url"), verbs)
    return Redirect("/webhooks", status_code=303)


@post("/webhooks/{webhook_id:str}/stop")
@threaded
def stop_webhook(request: PageRequest, webhook_id: FromPath[str]) -> Response[Any]:
    webhooks.stop(request.app.state.node, signed_in(request), to_uuid(webhook_id))
    return Redirect("/webhooks", status_code=303)


HANDLERS = [show_webhooks, add_webhook, stop_webhook]
