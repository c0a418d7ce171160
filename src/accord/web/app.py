"""The application: routes, the one error table, headers, limits. It decides nothing; services do."""

from __future__ import annotations

from typing import Any

from litestar import Litestar
from litestar.config.response_cache import ResponseCacheConfig
from litestar.datastructures.state import State
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from accord.model.errors import AccordError
from accord.services.node import Node
from accord.web.assets import FOLDER
from accord.web.drafts import MAX_DRAFT_BYTES, MAX_FILES, Drafts
from accord.web.errors import on_accord_error, on_http_error, on_unknown_error
from accord.web.headers import secured
from accord.web.pages import (
    alliance,
    contributions,
    entering,
    handling,
    intake,
    leads,
    mapping,
    planning,
    reports,
    saying,
    search,
    situation,
)
from accord.web.sessions import admit
from accord.web.verbs import Verbs

PAGES = (
    *(situation, contributions, handling, saying, intake),
    *(leads, mapping, planning, reports, alliance, search, entering),
)
MAX_REQUEST_BYTES = MAX_DRAFT_BYTES + 2**20


def create_app(node: Node, verbs: Verbs | None = None, *, allowed_hosts: list[str] | None = None) -> Litestar:
    """The pages of a node. `verbs`: what `bootstrap` wires in for intake and planning."""
    handlers: list[Any] = [handler for page in PAGES for handler in page.HANDLERS]
    handlers.append(create_static_files_router(path="/static", directories=[FOLDER], include_in_schema=False))
    return Litestar(
        route_handlers=handlers,
        before_request=admit,
        exception_handlers={
            AccordError: on_accord_error,
            HTTPException: on_http_error,
            Exception: on_unknown_error,
        },
        middleware=[secured],
        state=State({"node": node, "verbs": verbs or Verbs(), "drafts": Drafts()}),
        request_max_body_size=MAX_REQUEST_BYTES,
        multipart_form_part_limit=MAX_FILES + 20,
        openapi_config=None,
        allowed_hosts=allowed_hosts,
        logging_config=None,
        response_cache_config=ResponseCacheConfig(default_expiration=None),
    )
