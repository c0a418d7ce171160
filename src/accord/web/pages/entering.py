"""Signing in: by passkey, by a link's code, by an account elsewhere, by a colleague's word; and signing out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from accord.model.errors import AbsentError
from accord.services import openid, passkeys, recovery, sign_in
from accord.services.site import site_of
from accord.web.queries import text_of
from accord.web.render import PageRequest, html
from accord.web.sessions import (
    agent_of,
    door_cookie,
    door_of,
    field,
    no_session_cookie,
    session_cookie,
    signed_in,
)
from accord.web.threads import threaded


@get("/enter")
@threaded
def show_door(request: PageRequest) -> Response[Any]:
    """How one gets in. A link's code comes in the address's fragment, which only the page's script reads."""
    if request.state.signed:
        return Redirect("/", status_code=303)
    node = request.app.state.node
    return html(request, "enter.html", person=None, site=site_of(node), accounts=openid.is_offered(node))


@post("/enter/link", status_code=200)
@threaded
def show_link(request: PageRequest) -> Response[str]:
    """Asks for confirmation: programs that look at links in mails must not use them up."""
    token = _code(field(request, "token"))
    person = sign_in.whose_link(request.app.state.node, token)
    return html(request, "enter.html", person=person, token=token)


@post("/enter/use")
@threaded
def use_link(request: PageRequest) -> Response[Any]:
    """Signs in, with a session of its own whatever cookie came along."""
    session = sign_in.enter(request.app.state.node, _code(field(request, "token")), agent_of(request))
    return Redirect("/welcome", status_code=303, cookies=[session_cookie(request, session)])


@post("/enter/passkey/ask", status_code=200)
@threaded
def ask_passkey(request: PageRequest) -> Response[Any]:
    """What the browser needs to show a passkey."""
    return _at_door(request, lambda door: passkeys.ask_in(request.app.state.node, door))


@post("/enter/passkey", status_code=200)
@threaded
def use_passkey(request: PageRequest) -> Response[Any]:
    """Signs in whoever holds the passkey."""
    session = passkeys.come_in(
        request.app.state.node, door_of(request), field(request, "credential"), agent_of(request)
    )
    return Response({"to": "/"}, cookies=[session_cookie(request, session)])


@post("/enter/openid", status_code=200)
@threaded
def ask_account(request: PageRequest) -> Response[Any]:
    """Sends the browser to the provider, by a page: a form may lead nowhere but here."""
    door = door_of(request) or secrets.token_urlsafe(32)
    address = openid.begin_in(request.app.state.node, door)
    answer = html(request, "away.html", address=address)
    answer.set_cookie(door_cookie(request, door))
    return answer


@get("/enter/openid/back")
@threaded
def come_from_account(request: PageRequest) -> Response[Any]:
    """Where the provider sends people back to: to sign in, or, for who is signed in, to link the account."""
    node, signed = request.app.state.node, request.state.signed
    code, state = text_of(request, "code"), text_of(request, "state")
    if not openid.is_offered(node):
        raise AbsentError("There is no page at this address.", action="Use the menu, or search.")
    if signed is not None:
        openid.finish_link(node, signed, code=code, state=state)
        return Redirect("/me", status_code=303)
    session = openid.come_in(node, door_of(request), code=code, state=state, agent=agent_of(request))
    return Redirect("/", status_code=303, cookies=[session_cookie(request, session)])


@get("/enter/lost")
@threaded
def show_lost(request: PageRequest) -> Response[str]:
    """For who lost their passkeys: how one comes back."""
    return html(request, "lost.html", asked=None, ready=None)


@post("/enter/lost", status_code=200)
@threaded
def ask_recovery(request: PageRequest) -> Response[str]:
    """Takes the request; the answer looks the same whether there is such a person or not."""
    node = request.app.state.node
    asked = recovery.ask(node, field(request, "member"), field(request, "name"), agent_of(request))
    return html(request, "lost.html", asked=asked, ready=None)


@post("/enter/code", status_code=200)
@threaded
def use_recovery(request: PageRequest) -> Response[Any]:
    """Lets in whose time has come; says from when on, before that."""
    standing = recovery.come_back(request.app.state.node, field(request, "code"), agent_of(request))
    if standing.session is None:
        return html(request, "lost.html", asked=None, ready=standing.ready_at)
    return Redirect("/welcome", status_code=303, cookies=[session_cookie(request, standing.session)])


@get("/welcome")
@threaded
def welcome(request: PageRequest) -> Response[Any]:
    """After a link or a recovery: asks for a passkey, by which one comes back."""
    node, signed = request.app.state.node, signed_in(request)
    if passkeys.list_passkeys(node, signed):
        return Redirect("/", status_code=303)
    return html(request, "welcome.html", signed=signed, site=site_of(node))


@post("/leave")
@threaded
def leave(request: PageRequest) -> Response[Any]:
    """Ends this session."""
    sign_in.leave(request.app.state.node, signed_in(request))
    return _gone(request)


@post("/leave-everywhere")
@threaded
def leave_everywhere(request: PageRequest) -> Response[Any]:
    """Ends every session of this person."""
    sign_in.leave_everywhere(request.app.state.node, signed_in(request))
    return _gone(request)


def _at_door(request: PageRequest, ask: Callable[[str], dict[str, Any]]) -> Response[Any]:
    door = door_of(request) or secrets.token_urlsafe(32)
    return Response(ask(door), cookies=[door_cookie(request, door)])


def _code(given: str) -> str:
    """A link's code, also when somebody pastes the whole link."""
    return given.strip().rpartition("#")[2][: sign_in.MAX_TOKEN]


def _gone(request: PageRequest) -> Response[Any]:
    return Redirect("/enter", status_code=303, cookies=[no_session_cookie(request)])


HANDLERS = [
    show_door, show_link, use_link, ask_passkey, use_passkey, ask_account, come_from_account, show_lost, ask_recovery,
    use_recovery, welcome, leave, leave_everywhere,
]  # fmt: skip
