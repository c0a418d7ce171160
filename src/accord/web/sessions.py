"""Who is asking: the session cookie, and the check that a form was sent from one of our own pages."""

from __future__ import annotations

import secrets
from typing import Any

from anyio import to_thread
from litestar.datastructures import Cookie, FormMultiDict, Headers

from accord.model.errors import LimitError, RefusedError
from accord.services import sign_in
from accord.services.browse import Signed
from accord.web.errors import SignedOutError
from accord.web.render import PageRequest

COOKIE = "accord-session"
OPEN_PATHS = ("/enter", "/static/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_FORM_BYTES = 256 * 1024
"""Forms of words. Files have a limit of their own."""
UPLOAD_PATHS = frozenset({"/contributions/preview", "/evidence/new"})
STREAM_PATHS = "/evidence/uploads/"
"""Pieces of files of any size: bytes, no form. Each request is bounded by its handler and carries its token."""


async def admit(request: PageRequest) -> None:
    """Runs before every handler: finds the session, and refuses changes that did not come from our own pages.

    Leaves `request.state.signed` and, for changes, `request.state.form`. Raises `SignedOutError`, `RefusedError`,
    `LimitError`.
    """
    path = request.url.path
    token = request.cookies.get(COOKIE, "")
    signed = await to_thread.run_sync(sign_in.who, request.app.state.node, token) if token else None
    request.state.signed = signed
    if signed is None and not path.startswith(OPEN_PATHS):
        raise SignedOutError("You are not signed in, or your session ended.", action="Use a sign-in link.")
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


def signed_in(request: PageRequest) -> Signed:
    """The person who is signed in. Raises `SignedOutError`."""
    signed: Signed | None = request.state.signed
    if signed is None:
        raise SignedOutError("You are not signed in, or your session ended.", action="Use a sign-in link.")
    return signed


def field(request: PageRequest, name: str) -> str:
    """A form's text field; empty when it is not there. NUL, which no database text may hold, is dropped."""
    value = request.state.form.get(name, "")
    return value.replace("\x00", "") if isinstance(value, str) else ""


def session_cookie(request: PageRequest, token: str) -> Cookie:
    """HttpOnly, this site only, secure where the page is; ends with the browser, and on the server before."""
    return Cookie(
        key=COOKIE, value=token, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


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
