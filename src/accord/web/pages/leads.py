"""Leads in two panes: the list, and the one that is read and judged, with an inspector for what is shared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import identify
from accord.services import browse_alliance, browse_leads, browse_selectors, judge
from accord.services.browse import Page, Signed
from accord.services.browse_leads import LeadDetail, LeadView
from accord.store.browse_leads import LeadFilter
from accord.web import wording
from accord.web.cursors import from_cursor, to_cursor
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.lanes import lanes_of
from accord.web.queries import number_of, text_of
from accord.web.render import PageRequest, asks_fragment, html, page
from accord.web.sessions import field, signed_in
from accord.web.standings import standing_words
from accord.web.threads import threaded

FILTERS = ("q", "state", "member", "kind", "least", "mine")
STATES = ("open", "confirmed", "rejected")


@get("/leads")
@threaded
def list_leads(request: PageRequest) -> Response[str]:
    """The list; on wide screens its first lead is open beside it."""
    signed = signed_in(request)
    found, wanted = _found(request, signed)
    first = found.rows[0].id if found.rows else None
    return _panes(request, signed, found, wanted, first, chosen=False)


@get("/leads/{lead_id:str}")
@threaded
def show_lead(request: PageRequest, lead_id: FromPath[str]) -> Response[str]:
    signed = signed_in(request)
    number = to_uuid(lead_id)
    if asks_fragment(request, "inspector"):
        detail = browse_leads.read_lead(request.app.state.node, signed, number)
        return html(request, "lead_inspector.html", signed=signed, **_reading(request, signed, detail))
    found, wanted = _found(request, signed)
    return _panes(request, signed, found, wanted, number, chosen=True)


@post("/leads/{lead_id:str}/judge")
@threaded
def judge_lead(request: PageRequest, lead_id: FromPath[str]) -> Response[Any]:
    """Confirms or rejects for my member."""
    number = to_uuid(lead_id)
    verdict, reason = field(request, "verdict"), field(request, "reason")
    judge.judge(request.app.state.node, signed_in(request), number, verdict, reason)
    return Redirect(f"/leads/{number}?{_kept_in_form(request)}", status_code=303)


@post("/leads/{lead_id:str}/undo")
@threaded
def undo_judgement(request: PageRequest, lead_id: FromPath[str]) -> Response[Any]:
    number = to_uuid(lead_id)
    judge.undo_judgement(request.app.state.node, signed_in(request), number)
    return Redirect(f"/leads/{number}?{_kept_in_form(request)}", status_code=303)


def _panes(
    request: PageRequest,
    signed: Signed,
    found: Page[LeadView],
    wanted: LeadFilter,
    number: UUID | None,
    *,
    chosen: bool,
) -> Response[str]:
    node = request.app.state.node
    filters = {name: text_of(request, name) for name in FILTERS}
    kept = urlencode({name: value for name, value in filters.items() if value})
    reading: dict[str, Any] = {"lead": None}
    if number is not None:
        reading = _reading(request, signed, browse_leads.read_lead(node, signed, number))
    return page(
        request,
        "leads.html",
        leads=found.rows,
        next=f"/leads?{kept}&after={to_cursor(found.more)}" if found.more else "",
        first=f"/leads?{kept}" if wanted.after else "",
        count=browse_leads.count_leads(node, signed, wanted._replace(after=None)),
        filters=filters,
        one=chosen,
        states=STATES,
        kinds=list(SelectorKind),
        members=browse_alliance.list_members(node, signed),
        **{**reading, "kept": kept},
    )


def _reading(request: PageRequest, signed: Signed, detail: LeadDetail) -> dict[str, Any]:
    node, lead = request.app.state.node, detail.lead
    wanted = text_of(request, "on")
    on = next((r for r in lead.reasons if f"{r.kind}|{r.value_a}" == wanted), None)
    on = on or next((r for r in lead.reasons if not r.common), None)
    held = None
    if on is not None and on.kind in set(SelectorKind):
        held = browse_selectors.look_up(node, signed, Selector(SelectorKind(on.kind), on.value_a))
    return {
        "lead": lead,
        "history": detail.history,
        "on": on,
        "held": held,
        "lanes": lanes_of(lead),
        "readers": browse_alliance.who_would_see(node, signed, lead.handling),
        "wording": wording,
        "kept": urlencode({name: value for name in FILTERS if (value := text_of(request, name))}),
        **standing_words(node, signed, *((side.contribution_id, lead.handling) for side in (lead.us, lead.them))),
    }


def _found(request: PageRequest, signed: Signed) -> tuple[Page[LeadView], LeadFilter]:
    query, state, kind = text_of(request, "q"), text_of(request, "state"), text_of(request, "kind")
    selector = identify(query) if query else None
    wanted = LeadFilter(
        me=signed.member_id,
        state=state if state in STATES else "",
        mine=bool(text_of(request, "mine")),
        other=maybe_uuid(text_of(request, "member")),
        kind=kind if kind in set(SelectorKind) else "",
        least=number_of(request, "least", 0.0, 1.0) or 0.0,
        query=query,
        selector_id=browse_selectors.number_of(selector) if selector else None,
        after=from_cursor(request.query_params.get("after", ""), "fu"),
    )
    return browse_leads.list_leads(request.app.state.node, signed, wanted), wanted


def _kept_in_form(request: PageRequest) -> str:
    """The list's filters go along with a judgement, so that one comes back to the same list."""
    kept = {name: field(request, f"kept-{name}")[:2_000] for name in FILTERS}
    return urlencode({name: value for name, value in kept.items() if value})


HANDLERS = [list_leads, show_lead, judge_lead, undo_judgement]
