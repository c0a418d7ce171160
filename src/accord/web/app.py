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
from accord.web import witness
from accord.web.api.router import HANDLERS as API_HANDLERS
from accord.web.api.router import api_router
from accord.web.assets import FOLDER
from accord.web.drafts import MAX_DRAFT_BYTES, MAX_FILES, Drafts
from accord.web.errors import on_accord_error, on_http_error, on_unknown_error
from accord.web.headers import secured
from accord.web.limits import Limits
from accord.web.pages import (
    account,
    alliance,
    cases,
    consents,
    contributions,
    effect,
    entering,
    evidence,
    evidence_acts,
    evidence_uploads,
    exporting,
    handling,
    hooks,
    intake,
    leads,
    mapping,
    nowhere,
    people,
    planning,
    record,
    reports,
    saying,
    search,
    situation,
    subscriptions,
    tokens,
)
from accord.web.sessions import admit
from accord.web.taxii.face import Face
from accord.web.taxii.resources import ROUTER as TAXII
from accord.web.verbs import Verbs

PAGES = (
    situation,
    contributions,
    handling,
    intake,
    leads,
    mapping,
    planning,
    record,
    reports,
    alliance,
    saying,
    search,
    entering,
    witness,
    consents,
    account,
    tokens,
    people,
    evidence,
    evidence_acts,
    evidence_uploads,
    cases,
    exporting,
    hooks,
    subscriptions,
    effect,
    nowhere,
)
MAX_REQUEST_BYTES = MAX_DRAFT_BYTES + 2**20


def create_app(
    node: Node,
    verbs: Verbs | None = None,
    *,
    allowed_hosts: list[str] | None = None,
    limits: Limits | None = None,
    taxii: Face | None = None,
) -> Litestar:
    """The faces of a node. `verbs`: what `bootstrap` wires in for intake and planning; `taxii`: for TAXII clients.

    `limits`: None for the usual.
    """
    handlers: list[Any] = [handler for page in PAGES for handler in page.HANDLERS]
    handlers.append(create_static_files_router(path="/static", directories=[FOLDER], include_in_schema=False))
    handlers.append(TAXII)
    state: dict[str, Any] = {"node": node, "verbs": verbs or Verbs(), "drafts": Drafts()}
    state["limits"] = Limits() if limits is None else limits  # one that holds no bucket yet counts as false
    state |= {"taxii": taxii or Face(), "api_handlers": API_HANDLERS}
    handlers.append(api_router())
    return Litestar(
        route_handlers=handlers,
        before_request=admit,
        exception_handlers={
            AccordError: on_accord_error,
            HTTPException: on_http_error,
            Exception: on_unknown_error,
        },
        middleware=[secured],
        state=State(state),
        request_max_body_size=MAX_REQUEST_BYTES,
        multipart_form_part_limit=MAX_FILES + 20,
        openapi_config=None,
        allowed_hosts=allowed_hosts,
        logging_config=None,
        response_cache_config=ResponseCacheConfig(default_expiration=None),
    )
