"""Who is asking: the session cookie, and the check that a form was sent from one of our own pages."""

from __future__ import annotations

import secrets
from typing import Any

from anyio import to_thread
from litestar.datastructures import Cookie, FormMultiDict, Headers

from accord.model.errors import LimitError, RefusedError
from accord.services import sign_in, tokens
from accord.services.browse import Signed
from accord.web import limits
from accord.web.errors import SignedOutError
from accord.web.limits import Limits
from accord.web.render import PageRequest

COOKIE, DOOR_COOKIE = "accord-session", "accord-door"
HOST_PREFIX = "__Host-"
"""Over https: browsers take such a cookie from this very host alone, secure, for all paths (RFC 6265bis, 4.1.3.2)."""
OPEN_PATHS = ("/enter", "/static/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_FORM_BYTES = 256 * 1024
"""Forms of words. Files have a limit of their own."""
UPLOAD_PATHS = frozenset({"/contributions/preview", "/evidence/new", "/effect/bring"})
NOTHING_THERE = "nothing-there"
"""The option of the route for addresses that are none: nothing to protect there, so nobody is sent to sign in."""
STREAM_PATHS = "/evidence/uploads/"
"""Pieces of files of any size: bytes, no form. Each request is bounded by its handler and carries its token."""


async def admit(request: PageRequest) -> None:
    """Runs before every handler: finds the session, and refuses changes that did not come from our own pages.

    Leaves `request.state.signed` and, for changes, `request.state.form`. Raises `SignedOutError`, `RefusedError`,
    `LimitError`, `TooManyError`.
    """
    path = request.url.path
    if path.startswith("/static/"):
        request.state.signed = None
        return
    token = request.cookies.get(cookie_name(request), "")
    signed = await to_thread.run_sync(sign_in.who, request.app.state.node, token) if token else None
    request.state.signed = signed
    _paced(request, signed)
    if request.route_handler.opt.get(NOTHING_THERE):
        return
    if signed is None and not path.startswith(OPEN_PATHS):
        raise SignedOutError("You are not signed in, or your session ended.", action="Sign in.")
    if request.method in SAFE:
        return
    _same_origin(request.headers)
    if path.startswith(STREAM_PATHS) and signed is not None:
        if not _fits({"csrf": request.headers.get("x-accord-csrf", "")}, signed):
            raise RefusedError("This request is not from a page of your present session.", action="Reload the page.")
        return
    _bounded(request.headers, path)
    form = await request.form()
    request.state.form = form
    if signed is not None and not _fits(form, signed):
        raise RefusedError(
            "This form is not from a page of your present session.",
            action="Go back, reload the page, and send it again.",
        )


async def admit_program(request: PageRequest, scope: str) -> Signed:
    """Who a program acts for, by the token in its `Authorization: Bearer` (RFC 6750, section 2.1), at one door.

    For the faces of programs, in place of `admit`: cookies count for nothing there, so no form is needed either.
    Raises `SignedOutError` (with no word on why), `RefusedError` (a token for another door), `TooManyError`.
    """
    given = request.headers.get("authorization", "")
    kind, _, token = given.partition(" ")
    node, buckets = request.app.state.node, _limits(request)
    signed = None
    if kind.lower() == "bearer":
        signed = await to_thread.run_sync(tokens.who_token, node, token.strip(), scope)
    if signed is None:
        buckets.take("door", address_of(request), limits.DOOR)
        raise SignedOutError("This needs a token that works.", action="Make one on your page, and send it as Bearer.")
    buckets.take("token", signed.token_hash, limits.TOKEN)
    request.state.signed = signed
    return signed


def signed_in(request: PageRequest) -> Signed:
    """The person who is signed in. Raises `SignedOutError`."""
    signed: Signed | None = request.state.signed
    if signed is None:
        raise SignedOutError("You are not signed in, or your session ended.", action="Sign in.")
    return signed


def field(request: PageRequest, name: str) -> str:
    """A form's text field; empty when it is not there. NUL, which no database text may hold, is dropped."""
    value = request.state.form.get(name, "")
    return value.replace("\x00", "") if isinstance(value, str) else ""


def fields(request: PageRequest, name: str, most: int = 20) -> list[str]:
    """A form's text fields of one name."""
    values = request.state.form.getall(name, [])[:most]
    return [value.replace("\x00", "") for value in values if isinstance(value, str)]


def cookie_name(request: PageRequest, name: str = COOKIE) -> str:
    return f"{HOST_PREFIX}{name}" if request.url.scheme == "https" else name


def session_cookie(request: PageRequest, token: str) -> Cookie:
    """HttpOnly, this site only, secure where the page is; ends with the browser, and on the server before."""
    secure = request.url.scheme == "https"
    return Cookie(key=cookie_name(request), value=token, path="/", httponly=True, samesite="lax", secure=secure)


def no_session_cookie(request: PageRequest) -> Cookie:
    """Takes the session's cookie out of the browser."""
    secure = request.url.scheme == "https"
    return Cookie(key=cookie_name(request), value="", path="/", max_age=0, httponly=True, samesite="lax", secure=secure)


def door_of(request: PageRequest) -> str:
    """The secret of a browser in which nobody is signed in yet; empty when it has none."""
    given = request.cookies.get(cookie_name(request, DOOR_COOKIE), "")
    return given if 20 <= len(given) <= 100 else ""


def door_cookie(request: PageRequest, door: str) -> Cookie:
    """Ties what begins at the door to this browser. Lax: the provider of an account sends people back here."""
    secure = request.url.scheme == "https"
    name = cookie_name(request, DOOR_COOKIE)
    return Cookie(key=name, value=door, path="/", httponly=True, samesite="lax", secure=secure, max_age=900)


def agent_of(request: PageRequest) -> str:
    return request.headers.get("user-agent", "")


def address_of(request: PageRequest) -> str:
    """The other end of the connection; behind a proxy on this machine, what that says it is (uvicorn's doing)."""
    return request.client.host if request.client else "-"


def _paced(request: PageRequest, signed: Signed | None) -> None:
    buckets, changes = _limits(request), request.method not in SAFE
    if signed is not None:
        buckets.take("session", signed.token_hash, limits.SESSION)
        if changes:
            buckets.take("changes", signed.token_hash, limits.CHANGES)
        return
    address = address_of(request)
    buckets.take("address", address, limits.STRANGER)
    if changes:
        buckets.take("door", address, limits.DOOR)


def _limits(request: PageRequest) -> Limits:
    kept: Limits = request.app.state.limits
    return kept


def _fits(form: FormMultiDict | Any, signed: Signed) -> bool:
    given = form.get("csrf")
    return isinstance(given, str) and secrets.compare_digest(given.encode(), signed.csrf.encode())


def _same_origin(headers: Headers) -> None:
    """Browsers say where a request comes from; what says it comes from elsewhere is refused."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError("This request comes from another site.", action="Open Accord itself.")


def _bounded(headers: Headers, path: str) -> None:
    length = headers.get("content-length", "")
    if path not in UPLOAD_PATHS and (not length.isdigit() or int(length) > MAX_FORM_BYTES):
        raise LimitError("The form is larger than this page takes.", action="Shorten what you wrote.")
