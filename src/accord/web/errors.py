"""The one table from errors to HTTP: problem+json (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from accord.model.errors import (
    AbsentError,
    AccordError,
    CancelledWorkError,
    ConflictError,
    InputError,
    LimitError,
    NodeError,
    RefusedError,
)
from accord.web.headers import ALWAYS
from accord.web.limits import TooManyError
from accord.web.render import PageRequest, html
from accord.web.texts import _

log = structlog.get_logger("accord.web")


class SignedOutError(AccordError):
    """Nobody is signed in, or the session ended."""


STATUS: tuple[tuple[type[AccordError], int], ...] = (
    (SignedOutError, 401),
    (TooManyError, 429),
    (RefusedError, 403),
    (AbsentError, 404),
    (ConflictError, 409),
    (CancelledWorkError, 409),
    (LimitError, 413),
    (InputError, 422),
    (NodeError, 503),
    (AccordError, 500),
)
"""The first that fits counts."""
_TITLES = {
    400: _("This request cannot be read"),
    401: _("You are not signed in"),
    403: _("This is not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    409: _("Somebody was faster"),
    413: _("Too large"),
    422: _("This cannot be used"),
    429: _("Too often"),
    503: _("The node cannot work at the moment"),
}


def status_of(error: AccordError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def on_accord_error(request: PageRequest, error: AccordError) -> Response[Any]:
    """One of ours: says what happened and what to do."""
    status = status_of(error)
    if status == 401 and _wants_page(request) and request.method == "GET":
        return Redirect("/enter", status_code=303)
    answer = _answer(request, status, error.message, error.action)
    if isinstance(error, TooManyError):
        answer.headers["retry-after"] = str(error.wait_s)
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"  # RFC 9110, section 11.6.1: a 401 names a way
    return answer


def on_http_error(request: PageRequest, error: HTTPException) -> Response[Any]:
    """One of the framework's: no such route, wrong method, a malformed request. Its own words stay inside."""
    status = error.status_code
    if status == 404:
        return _answer(request, 404, _("There is no page at this address."), _("Check it, or begin at the start."))
    if status == 413:
        return _answer(request, 413, _("The request is larger than this node takes."), _("Send it in parts."))
    if status < 500:
        return _answer(request, status, _("The request is not one that this page takes."), _("Go back and try again."))
    return on_unknown_error(request, error)


def on_unknown_error(request: PageRequest, error: Exception) -> Response[Any]:
    """A mistake of ours. It goes to the log with a mark that the page shows too; nothing inside goes out."""
    mark = request.app.state.node.ids.new().hex[:12]
    kind = type(error).__name__
    log.error("page_failed", mark=mark, method=request.method, route=_route(request), error=kind, at=_at(error))
    message = _("Accord made a mistake; nothing was changed by this request.")
    return _answer(request, 500, message, _("Try again; if it stays, tell whoever runs this node: {m}").format(m=mark))


def _at(error: Exception) -> list[str]:
    """Where it happened: places in the code alone, since messages and values may hold what people shared."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename.rsplit('/site-packages/', 1)[-1]}:{frame.lineno}" for frame in frames]


def _route(request: PageRequest) -> str:
    handler = request.scope.get("route_handler")
    return str(handler) if handler else "-"


def _wants_page(request: PageRequest) -> bool:
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "") and "HX-Request" not in request.headers


def _answer(request: PageRequest, status: int, message: str, action: str) -> Response[Any]:
    title = _TITLES.get(status, _("Something went wrong"))
    if _wants_page(request):
        signed = getattr(request.state, "signed", None)
        page = html(request, "error.html", status=status, title=title, message=message, action=action, signed=signed)
        page.headers.update(ALWAYS)
        return page
    problem = {"type": "about:blank", "title": title, "status": status, "detail": f"{message} {action}".strip()}
    # Where no route fits, no middleware runs: errors carry the headers themselves.
    return Response(problem, status_code=status, media_type="application/problem+json", headers=dict(ALWAYS))
