"""Whatever no other route takes: said within the frame of the pages, to those who are signed in."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from accord.model.errors import AbsentError


@get("/{rest:path}", sync_to_thread=False, include_in_schema=False)
def nowhere(rest: FromPath[str]) -> None:  # noqa: ARG001  # its name is the route's
    """Raises `AbsentError`, always."""
    raise AbsentError("There is no page at this address.", action="Check it, or begin at the start.")


HANDLERS = [nowhere]
