"""What the TAXII face answers: envelopes around texts from the database, and errors in TAXII's own form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from accord.model.errors import (
    AbsentError,
    AccordError,
    ConflictError,
    InputError,
    LimitError,
    NodeError,
    RefusedError,
    UnreadableError,
)
from accord.services.taxii_receive import instant_text
from accord.web.limits import TooManyError

MEDIA_TYPE = "application/taxii+json;version=2.1"
log = structlog.get_logger("accord.web")


class UnauthorisedError(AccordError):
    """No token, or one that is not valid (any more)."""


class NotAcceptableError(AccordError):
    """The client takes no answer that this server has."""


class MediaTypeError(AccordError):
    """The request's content is of another kind."""


class MalformedError(InputError):
    """The request's address or filters cannot be read."""


STATUS: tuple[tuple[type[AccordError], int], ...] = (
    (UnauthorisedError, 401),
    (TooManyError, 429),
    (RefusedError, 403),
    (AbsentError, 404),
    (NotAcceptableError, 406),
    (ConflictError, 409),
    (LimitError, 413),
    (MediaTypeError, 415),
    (MalformedError, 400),
    (UnreadableError, 422),
    (InputError, 400),
    (NodeError, 503),
    (AccordError, 500),
)
"""TAXII 2.1, section 1.6.7; the first that fits counts."""
_TITLES = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    406: "No such representation",
    413: "Too large",
    415: "Wrong media type",
    422: "The content cannot be used",
    429: "Too many requests",
    503: "The node cannot work at the moment",
}


def answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    """JSON as bytes, as TAXII's media type."""
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def resource(document: Any, status: int = 200) -> Response[bytes]:
    return answer(orjson.dumps(document), status)


def envelope(
    key: str, body: bytes, *, more: str | None, first: datetime | None, last: datetime | None
) -> Response[bytes]:
    """A page: `key` is `objects` or `versions`, `body` its elements with commas between; `{}` when there are none.

    The elements are not looked into: they go out as they came in.
    """
    if first is None or last is None:
        return answer(b"{}")
    head = b'{"more":true,"next":' + orjson.dumps(more) if more else b'{"more":false'
    dates = {"x-taxii-date-added-first": instant_text(first), "x-taxii-date-added-last": instant_text(last)}
    return answer(b"".join((head, b',"', key.encode(), b'":[', body, b"]}")), headers=dates)


def on_accord_error(_request: Request[Any, Any, Any], error: AccordError) -> Response[bytes]:
    """One of ours, in TAXII's form (section 3.6.1)."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    answered = _error(status, f"{error.message} {error.action}".strip())
    if isinstance(error, TooManyError):
        answered.headers["retry-after"] = str(error.wait_s)
    return answered


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """One of the framework's; its own words stay inside."""
    if error.status_code >= 500:
        return on_unknown_error(request, error)
    words = {404: "There is nothing at this address.", 405: "This resource does not take this method."}
    words[413] = "The content is longer than `max_content_length` of the API root."
    return _error(error.status_code, words.get(error.status_code, "This request is not one of TAXII 2.1."))


def on_unknown_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: it goes to the log, with a mark that the answer has too."""
    mark = request.app.state.node.ids.new().hex[:12]
    log.error("taxii_failed", mark=mark, method=request.method, error=type(error).__name__)
    return _error(500, "Accord made a mistake; nothing was changed by this request.", mark)


def _error(status: int, description: str, mark: str = "") -> Response[bytes]:
    title = _TITLES.get(status, "Something went wrong")
    document = {"title": title, "description": description, "http_status": str(status)}
    headers = {"www-authenticate": 'Bearer realm="accord", Basic realm="accord"'} if status == 401 else None
    return answer(orjson.dumps(document | ({"error_id": mark} if mark else {})), status, headers)
