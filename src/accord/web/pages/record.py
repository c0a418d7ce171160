"""The record: what happened, and one entry of the custody log with its proof checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.custody.events import EventType
from accord.services import browse_alliance, browse_record, custody_erasure
from accord.services.browse_record import RecordFilter
from accord.web import wording
from accord.web.cursors import from_cursor, to_cursor
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

KINDS = tuple(kind.value for kind in EventType)
FILTERS = ("q", "kind", "member", "mine")


@get("/record")
@threaded
def list_record(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    chosen = {name: text_of(request, name) for name in FILTERS}
    wanted = RecordFilter(
        query=chosen["q"],
        kind=chosen["kind"] if chosen["kind"] in KINDS else "",
        member_id=maybe_uuid(chosen["member"]),
        person_id=signed.person_id if chosen["mine"] else None,
        before=from_cursor(request.query_params.get("before", ""), "tu"),
    )
    found = browse_record.list_record(node, signed, wanted)
    kept = urlencode({name: value for name, value in chosen.items() if value})
    return page(
        request,
        "record.html",
        rows=found.rows,
        next=f"/record?{kept}&before={to_cursor(found.more)}" if found.more else "",
        first=f"/record?{kept}" if wanted.before else "",
        chosen=chosen,
        kept=kept,
        kinds=KINDS,
        members=browse_alliance.list_members(node, signed),
        log=browse_record.log_state(node, signed),
        wording=wording,
    )


@get("/record/{event_id:str}")
@threaded
def show_entry(request: PageRequest, event_id: FromPath[str]) -> Response[str]:
    """Opening it is the one click: every check is made anew, on the log as it lies on the disk."""
    detail = browse_record.read_entry(request.app.state.node, signed_in(request), to_uuid(event_id))
    return page(request, "record_entry.html", entry=detail, wording=wording)


@post("/record/{event_id:str}/erase")
@threaded
def erase_entry(request: PageRequest, event_id: FromPath[str]) -> Response[Any]:
    number = to_uuid(event_id)
    custody_erasure.erase(request.app.state.node, signed_in(request), number, field(request, "reason"))
    return Redirect(f"/record/{number}", status_code=303)


HANDLERS = [list_record, show_entry, erase_entry]
