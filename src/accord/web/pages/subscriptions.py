"""Subscriptions to other systems: how each stands, set up, paused, run now, removed and put back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.model.errors import InputError
from accord.policy import duties
from accord.policy.duties import Verb
from accord.services import browse_alliance, subscriptions, taxii_collections
from accord.services.browse import Signed
from accord.services.exchange import KEPT_REMOVED
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.subscriptions import Wish
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded
from accord.web.verbs import Verbs

HERE = "/subscriptions"
EVERY = (15, 60, 360, 1_440)
"""Minutes, as the form offers them."""


@get(HERE)
@threaded
def show_subscriptions(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    may = duties.may(signed.role, Verb.EXCHANGE, signed.scopes)
    listed = subscriptions.list_subscriptions(node, signed)
    return page(
        request,
        "subscriptions.html",
        standing=[one for one in listed if one.removed_at is None],
        removed=[one for one in listed if one.removed_at is not None],
        by_hand=subscriptions.list_by_hand(node, signed),
        members=browse_alliance.list_members(node, signed),
        collections=_collections(node, signed),
        every=EVERY,
        kept_removed=KEPT_REMOVED,
        may=may.allowed,
        why=may.reasons[0],
    )


@post(HERE)
@threaded
def add_subscription(request: PageRequest) -> Response[Any]:
    verbs: Verbs = request.app.state.verbs
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EXCHANGE)
    if verbs.reach is None:
        raise InputError("This node reaches no other systems.", action="Ask whoever runs it.")
    subscriptions.add(node, signed, verbs.reach, _wish(request))
    return _back(request)


@post("/subscriptions/{subscription_id:str}/{act:str}")
@threaded
def change_subscription(request: PageRequest, subscription_id: FromPath[str], act: FromPath[str]) -> Response[Any]:
    acts = {
        "pause": subscriptions.pause,
        "resume": subscriptions.resume,
        "run": subscriptions.run_now,
        "remove": subscriptions.remove,
        "restore": subscriptions.put_back,
    }
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EXCHANGE)
    number = to_uuid(subscription_id if act in acts else "")
    acts[act](node, signed, number)
    return _back(request)


def _back(request: PageRequest) -> Response[Any]:
    request.app.state.verbs.exchange(request.app.state.node)  # what is due begins now, not at the next look
    return Redirect(HERE, status_code=303)


def _wish(request: PageRequest) -> Wish:
    minutes = field(request, "every")
    root, _, collection = field(request, "collection").partition("/")
    return Wish(
        direction=field(request, "direction"),
        url=field(request, "url").strip(),
        kind=field(request, "kind"),
        root=root,
        collection=collection,
        receiver=_receiver(field(request, "receiver")),
        login=field(request, "login").strip(),
        secret=field(request, "secret").strip(),
        every=timedelta(minutes=int(minutes)) if minutes.isdecimal() and int(minutes) in EVERY else timedelta(0),
    )


def _receiver(text: str) -> UUID | None:
    return to_uuid(text) if text else maybe_uuid(text)


def _collections(node: Node, signed: Signed) -> list[tuple[str, str]]:
    """What comes in goes there, and goes out from there: as the form's values, and in words."""
    circles = taxii_collections.collections(node, signed, taxii_collections.CIRCLES)
    return [(f"{taxii_collections.CIRCLES}/{one.id}", one.title) for one in circles if one.writes]


HANDLERS = [show_subscriptions, add_subscription, change_subscription]
