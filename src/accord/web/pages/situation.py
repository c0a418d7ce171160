"""The first page: what waits for me, what became of my contributions, what happened, what runs."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.services import browse_situation
from accord.web import wording
from accord.web.consents import confirms
from accord.web.cursors import from_cursor, to_cursor
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, asks_fragment, html, page
from accord.web.sessions import signed_in
from accord.web.threads import threaded


@get("/")
@threaded
def show_situation(request: PageRequest) -> Response[str]:
    signed = signed_in(request)
    situation = browse_situation.read_situation(request.app.state.node, signed)
    answer, line = wording.situation_sentences(situation)
    if asks_fragment(request, "lately"):
        return html(request, "lately.html", situation=situation, wording=wording)
    return page(
        request,
        "situation.html",
        situation=situation,
        answer=answer,
        line=line,
        confirms=confirms(request),
        wording=wording,
    )


@get("/activity")
@threaded
def show_activity(request: PageRequest) -> Response[str]:
    cursor = request.query_params.get("before", "")
    events = browse_situation.list_events(request.app.state.node, signed_in(request), from_cursor(cursor, "tu"))
    return page(
        request, "activity.html", events=events.rows, next=to_cursor(events.more), cursor=cursor, wording=wording
    )


@get("/work/{work_id:str}")
@threaded
def show_work(request: PageRequest, work_id: FromPath[str]) -> Response[str]:
    """Progress; while it runs the page asks again by itself, and without scripts by reloading."""
    work = browse_situation.read_work(request.app.state.node, signed_in(request), to_uuid(work_id))
    if asks_fragment(request, "progress"):
        return html(request, "progress.html", work=work, signed=signed_in(request))
    return page(request, "work.html", work=work)


@post("/work/{work_id:str}/cancel")
@threaded
def cancel_work(request: PageRequest, work_id: FromPath[str]) -> Response[Any]:
    browse_situation.cancel_work(request.app.state.node, signed_in(request), to_uuid(work_id))
    return Redirect(f"/work/{to_uuid(work_id)}", status_code=303)


HANDLERS = [show_situation, show_activity, show_work, cancel_work]
