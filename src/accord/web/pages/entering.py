"""Signing in by a one-time link, signing out, and one's own sessions."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from accord.services import sign_in
from accord.web.errors import SignedOutError
from accord.web.render import THEME_COOKIE, THEMES, PageRequest, html, page
from accord.web.sessions import COOKIE, field, session_cookie, signed_in
from accord.web.threads import threaded


@get("/enter")
@threaded
def show_door(request: PageRequest) -> Response[Any]:
    """Says how one gets in."""
    if request.state.signed:
        return Redirect("/", status_code=303)
    return html(request, "enter.html", person=None)


@get("/enter/{token:str}")
@threaded
def show_link(request: PageRequest, token: FromPath[str]) -> Response[str]:
    """Asks for confirmation: programs that look at links in mails must not use them up."""
    person = sign_in.whose_link(request.app.state.node, token)
    return html(request, "enter.html", person=person)


@post("/enter/{token:str}")
@threaded
def use_link(request: PageRequest, token: FromPath[str]) -> Response[Any]:
    """Signs in, with a session of its own whatever cookie came along."""
    session = sign_in.enter(request.app.state.node, token, request.headers.get("user-agent", ""))
    return Redirect("/", status_code=303, cookies=[session_cookie(request, session)])


@post("/leave")
@threaded
def leave(request: PageRequest) -> Response[Any]:
    """Ends this session."""
    sign_in.leave(request.app.state.node, signed_in(request))
    return _gone()


@post("/leave-everywhere")
@threaded
def leave_everywhere(request: PageRequest) -> Response[Any]:
    """Ends every session of this person."""
    sign_in.leave_everywhere(request.app.state.node, signed_in(request))
    return _gone()


@get("/me")
@threaded
def show_me(request: PageRequest) -> Response[str]:
    """Who I am here, and where I am signed in."""
    signed = signed_in(request)
    return page(request, "me.html", sessions=sign_in.my_sessions(request.app.state.node, signed))


@post("/me/theme")
@threaded
def choose_theme(request: PageRequest) -> Response[Any]:
    """Light, dark, or as the system has it; kept in the browser."""
    if request.state.signed is None:
        raise SignedOutError("You are not signed in.", action="Use a sign-in link.")
    choice = field(request, "theme")
    cookie = Cookie(key=THEME_COOKIE, value=choice if choice in THEMES else "auto", path="/", samesite="lax")
    return Redirect("/", status_code=303, cookies=[cookie])


def _gone() -> Response[Any]:
    return Redirect("/enter", status_code=303, cookies=[Cookie(key=COOKIE, value="", path="/", max_age=0)])


HANDLERS = [show_door, show_link, use_link, leave, leave_everywhere, show_me, choose_theme]
