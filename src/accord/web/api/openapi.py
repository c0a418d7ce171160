"""The OpenAPI 3.1 document: what Litestar makes of the handlers, with the one error shape in every place."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.router import Router

from accord.web.api.problems import MEDIA_TYPE
from accord.web.render import PageRequest

VERSION = "1.0.0"
PATH = "/api/v1"
_DESCRIPTION = (
    "Everything is answered as the bearer of the token may see it, by the same rule as the pages. Lists come in pages: "
    "`next` is the cursor of the following one, null at the end. A POST with an `Idempotency-Key` is done once."
)
_ERRORS = {
    "400": "The request does not fit this description.",
    "401": "No token, or none that this node knows.",
    "403": "The rules do not allow it.",
    "404": "No such thing, or none that the asker may know of.",
    "409": "Somebody was faster, or it is done already.",
    "413": "Larger than a stated bound.",
    "422": "It can be read, and cannot be used.",
    "429": "Too many requests; `Retry-After` says when the next one may come.",
    "503": "The node cannot work at the moment.",
}
_OF_CHANGES = ("409", "413")


@cache
def document_of(handlers: tuple[Any, ...]) -> bytes:
    """The document as JSON; the same for the same handlers."""
    config = OpenAPIConfig(title="Accord", version=VERSION, description=_DESCRIPTION, use_handler_docstrings=False)
    app = Litestar([Router(PATH, route_handlers=list(handlers))], openapi_config=config, logging_config=None)
    described: dict[str, Any] = app.openapi_schema.to_schema()
    described["paths"] = {
        path: item for path, item in sorted(described["paths"].items()) if not path.startswith("/schema")
    }
    for item in described["paths"].values():
        for method, operation in item.items():
            if method in ("get", "post", "put", "delete", "patch"):
                _tell_errors(method, operation)
    parts = described.setdefault("components", {})
    parts["schemas"] = dict(sorted({**parts.get("schemas", {}), "Problem": _problem()}.items()))
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    described["security"] = [{"token": []}]
    return msgspec.json.format(msgspec.json.encode(described, order="sorted"), indent=1)


def _tell_errors(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for status, words in _ERRORS.items():
        if method == "get" and status in _OF_CHANGES:
            continue
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers[status] = {"description": words, "content": content}
    content = answers.get("200", {}).get("content", {})
    if "text/csv" in content:
        content["application/json"] = {"schema": {"type": "array", "items": {"type": "object"}}}
    operation["responses"] = dict(sorted(answers.items()))


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    error = {"type": "object", "additionalProperties": text}
    return {
        "title": "Problem",
        "description": "RFC 9457. `errors` names each part of the request that cannot be used.",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "action": text,
            "errors": {"type": "array", "items": error},
        },
    }


@get("/openapi.json", include_in_schema=False)
async def read_document(request: PageRequest) -> Response[bytes]:
    """Open to everybody: it tells what the API can do, not what is there."""
    return Response(document_of(request.app.state.api_handlers), media_type="application/json")
