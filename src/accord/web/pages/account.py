"""One's own account: passkeys, linked account, sessions, colours."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from accord.services import openid, passkeys, recovery, sign_in
from accord.services.site import site_of
from accord.web.ids import to_uuid
from accord.web.render import THEME_COOKIE, THEMES, PageRequest, html, page
from accord.web.sessions import agent_of, field, session_cookie, signed_in
from accord.web.threads import threaded


@get("/me")
@threaded
def show_me(request: PageRequest) -> Response[str]:
    """Who I am here, how I sign in, and where I am signed in."""
    node, signed = request.app.state.node, signed_in(request)
    return page(
        request,
        "me.html",
        sessions=[(sign_in.session_name(row), row) for row in sign_in.my_sessions(node, signed)],
        passkeys=passkeys.list_passkeys(node, signed),
        fresh=passkeys.is_fresh(node, signed),
        site=site_of(node),
        accounts=openid.linked(node, signed) if openid.is_offered(node) else None,
        claims=[claim for claim in recovery.list_open(node, signed) if claim.mine] if signed.claimed else [],
    )


@post("/me/theme")
@threaded
def choose_theme(request: PageRequest) -> Response[Any]:
    """Light, dark, or as the system has it; kept in the browser."""
    signed_in(request)
    choice = field(request, "theme")
    cookie = Cookie(key=THEME_COOKIE, value=choice if choice in THEMES else "auto", path="/", samesite="lax")
    return Redirect("/", status_code=303, cookies=[cookie])


@post("/me/passkeys/ask", status_code=200)
@threaded
def ask_new(request: PageRequest) -> Response[Any]:
    """What the browser needs to make a passkey."""
    return Response(passkeys.ask_new(request.app.state.node, signed_in(request)))


@post("/me/passkeys", status_code=200)
@threaded
def add_passkey(request: PageRequest) -> Response[Any]:
    """Keeps a passkey that the browser made; the session goes on under a new secret."""
    node, signed = request.app.state.node, signed_in(request)
    session = passkeys.add(node, signed, field(request, "credential"), field(request, "name"), agent_of(request))
    return Response({"to": "/me"}, cookies=[session_cookie(request, session)])


@post("/me/passkeys/{passkey_id:str}/name")
@threaded
def rename_passkey(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    passkeys.rename(request.app.state.node, signed_in(request), to_uuid(passkey_id), field(request, "name"))
    return Redirect("/me", status_code=303)


@post("/me/passkeys/{passkey_id:str}/remove")
@threaded
def remove_passkey(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    passkeys.remove(request.app.state.node, signed_in(request), to_uuid(passkey_id))
    return Redirect("/me", status_code=303)


@post("/me/again/ask", status_code=200)
@threaded
def ask_again(request: PageRequest) -> Response[Any]:
    """What the browser needs to show that its owner is still there."""
    return Response(passkeys.ask_again(request.app.state.node, signed_in(request)))


@post("/me/again", status_code=200)
@threaded
def show_again(request: PageRequest) -> Response[Any]:
    """A fresh session for who showed their passkey again."""
    node, signed = request.app.state.node, signed_in(request)
    session = passkeys.show_again(node, signed, field(request, "credential"), agent_of(request))
    return Response({"to": "/me"}, cookies=[session_cookie(request, session)])


@post("/me/sessions/end")
@threaded
def end_session(request: PageRequest) -> Response[Any]:
    """Ends one of my sessions."""
    sign_in.leave_one(request.app.state.node, signed_in(request), field(request, "session"))
    return Redirect("/me", status_code=303)


@post("/me/account", status_code=200)
@threaded
def link_account(request: PageRequest) -> Response[str]:
    """Sends the browser to the provider, to link an account."""
    address = openid.begin_link(request.app.state.node, signed_in(request))
    return html(request, "away.html", address=address)


@post("/me/account/unlink")
@threaded
def unlink_account(request: PageRequest) -> Response[Any]:
    openid.unlink(request.app.state.node, signed_in(request))
    return Redirect("/me", status_code=303)


HANDLERS = [
    show_me, choose_theme, ask_new, add_passkey, rename_passkey, remove_passkey, ask_again, show_again, end_session,
    link_account, unlink_account,
]  # fmt: skip
