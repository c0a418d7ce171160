"""`/api/v1/tombstones`: what was withdrawn, so that whoever took a copy along puts it away."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from accord.model.errors import InputError
from accord.services import copies
from accord.web.api.admission import asking
from accord.web.api.asked import Cursor, Limit, next_of
from accord.web.api.shapes import TombstoneOut, Tombstones
from accord.web.cursors import from_cursor
from accord.web.render import PageRequest
from accord.web.threads import threaded


@get("/tombstones", tags=["contributions"], summary="Contributions that were withdrawn, the first one first")
@threaded
def list_tombstones(
    request: PageRequest,
    since: Annotated[
        datetime | None, QueryParameter(description="Only what was withdrawn at or after this instant, with its zone.")
    ] = None,
    cursor: Cursor = "",
    limit: Limit = 200,
) -> Tombstones:
    if since is not None and since.tzinfo is None:
        raise InputError("An instant says its zone.", action="Send `2026-11-24T09:00:00Z`.", path="since")
    after = from_cursor(cursor, "tu")
    rows = copies.tombstones(request.app.state.node, asking(request), since=since, after=after, limit=limit + 1)
    shown = [TombstoneOut(row.id, row.member_id, row.withdrawn_at) for row in rows[:limit]]
    more = (shown[-1].withdrawn_at, shown[-1].id) if len(rows) > limit else None
    return Tombstones(shown, next_of(more))


HANDLERS = [list_tombstones]
