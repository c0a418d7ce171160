"""The API as one router, mounted by `web.app`; it has its own way in and its own form of errors."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.exceptions import HTTPException

from accord.model.errors import AccordError
from accord.web.api import alliance, contributions, documents, exports, leads, tombstones, webhooks
from accord.web.api.admission import admit
from accord.web.api.openapi import PATH, read_document
from accord.web.api.problems import on_accord_error, on_http_error
from accord.web.errors import on_unknown_error

PARTS = (contributions, tombstones, leads, documents, alliance, exports, webhooks)
HANDLERS: tuple[Any, ...] = tuple(handler for part in PARTS for handler in part.HANDLERS)


def api_router() -> Router:
    """All of it under `/api/v1`."""
    return Router(
        PATH,
        route_handlers=[*HANDLERS, read_document],
        before_request=admit,
        exception_handlers={
            AccordError: on_accord_error,
            HTTPException: on_http_error,
            Exception: on_unknown_error,
        },
    )
