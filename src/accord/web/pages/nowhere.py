"""Whatever no other route takes: absent, for strangers too; within the frame of the pages for who is signed in."""

from __future__ import annotations

from litestar import route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from accord.model.errors import AbsentError
from accord.web.sessions import NOTHING_THERE

METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]


@route("/{rest:path}", http_method=METHODS, sync_to_thread=False, include_in_schema=False, opt={NOTHING_THERE: True})
def nowhere(rest: FromPath[str]) -> None:  # noqa: ARG001  # its name is the route's
    """Raises `AbsentError`, always."""
    raise AbsentError("There is no page at this address.", action="Check it, or begin at the start.")


HANDLERS = [nowhere]
