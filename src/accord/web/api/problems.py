"""Errors of the API as problem+json (RFC 9457), by the one table of `web.errors`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from accord.model.errors import AccordError, InputError
from accord.web.api.shapes import Problem
from accord.web.errors import on_unknown_error, status_of
from accord.web.headers import ALWAYS
from accord.web.limits import TooManyError
from accord.web.render import PageRequest

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 50
_WORDS = {
    401: ("You are not signed in", "Send a token of this node: `Authorization: Bearer …`."),
    404: ("There is nothing at this address.", "Read /api/v1/openapi.json."),
    405: ("This address does not take this method.", "Read /api/v1/openapi.json."),
    413: ("The request is larger than this node takes.", "Send it in parts."),
}


def on_accord_error(_request: PageRequest, error: AccordError) -> Response[bytes]:
    """One of ours: what happened and what to do."""
    errors = []
    if isinstance(error, InputError) and error.path:
        errors = [{"source": error.path, "line": str(error.line or ""), "message": error.message}]
    answer = problem(status_of(error), error.message, error.action, errors)
    if isinstance(error, TooManyError):
        answer.headers["retry-after"] = str(error.wait_s)
    return answer


def on_http_error(request: PageRequest, error: HTTPException) -> Response[Any]:
    """One of the framework's. What cannot be used is named by its place; the framework's own words stay inside."""
    if error.status_code >= 500:
        return on_unknown_error(request, error)
    if isinstance(error, ValidationException):
        faults = [
            {
                "source": str(one.get("source", "")),
                "key": str(one.get("key", "")),
                "message": str(one.get("message", ""))[:300],
            }
            for one in (error.extra if isinstance(error.extra, list) else [])[:_MOST_ERRORS]
            if isinstance(one, dict)
        ]
        return problem(400, "The request does not fit the description of this address.", "Mend what is named.", faults)
    detail, action = _WORDS.get(error.status_code, ("The request cannot be read.", "Read /api/v1/openapi.json."))
    answer = problem(error.status_code, detail, action)
    if error.headers and "allow" in {name.lower() for name in error.headers}:
        answer.headers["allow"] = error.headers[next(n for n in error.headers if n.lower() == "allow")]
    return answer


def problem(status: int, detail: str, action: str = "", errors: list[dict[str, str]] | None = None) -> Response[bytes]:
    """A problem; `type` is `about:blank`, so that `title` is the status's own phrase (section 4.2.1)."""
    body = Problem("about:blank", HTTPStatus(status).phrase, status, detail, action, errors or [])
    headers = dict(ALWAYS)
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="accord"'
    return Response(msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)
