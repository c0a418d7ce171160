"""Contributions: the list, and one with everything that belongs to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from accord.model.selectors import SelectorKind
from accord.services import browse_alliance, browse_contributions, browse_handling
from accord.services.browse_contributions import STATES
from accord.store.browse_contributions import ContributionFilter
from accord.web import wording
from accord.web.consents import confirms
from accord.web.cursors import from_cursor, to_cursor
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.queries import text_of
from accord.web.render import PageRequest, asks_fragment, html, page
from accord.web.sessions import signed_in
from accord.web.standings import standing_words
from accord.web.threads import threaded

FORMATS = ("stix-2.1", "stix-2.0", "misp", "csv", "tsv", "text", "markdown", "asciidoc", "json", "yaml", "openioc")


@get("/contributions")
@threaded
def list_contributions(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    chosen = {name: text_of(request, name) for name in ("q", "state", "format", "member", "order", "mine")}
    wanted = ContributionFilter(
        member_id=signed.member_id if chosen["mine"] else maybe_uuid(chosen["member"]),
        state=chosen["state"] if chosen["state"] in STATES else "",
        format=chosen["format"] if chosen["format"] in FORMATS else "",
        query=chosen["q"],
        oldest_first=chosen["order"] == "oldest",
        before=from_cursor(request.query_params.get("before", ""), "tu"),
    )
    found = browse_contributions.list_contributions(node, signed, wanted)
    kept = urlencode({name: value for name, value in chosen.items() if value})
    return page(
        request,
        "contributions.html",
        contributions=found.rows,
        next=f"/contributions?{kept}&before={to_cursor(found.more)}" if found.more else "",
        first=f"/contributions?{kept}" if wanted.before else "",
        chosen=chosen,
        kept=kept,
        states=STATES,
        formats=FORMATS,
        members=browse_alliance.list_members(node, signed),
    )


@get("/contributions/{contribution_id:str}")
@threaded
def show_contribution(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    kind = text_of(request, "kind")
    cursor = request.query_params.get("after", "")
    position = from_cursor(request.query_params.get("claims", ""), "i")
    detail = browse_contributions.read_contribution(
        node,
        signed,
        to_uuid(contribution_id),
        kind=kind if kind in set(SelectorKind) else "",
        after=from_cursor(cursor, "ss"),
        claims_after=min(max(position[0], 0), 2**31 - 1) if position else 0,
    )
    context: dict[str, Any] = {
        "detail": detail,
        "c": detail.contribution,
        "kind": kind,
        "cursor": cursor,
        "next": to_cursor(detail.selectors.more),
        "claims_next": to_cursor(detail.claims.more),
        "beside": browse_handling.read_beside(node, signed, detail.contribution.id),
        "readers": browse_alliance.who_would_see(node, signed, detail.contribution.handling),
        "wording": wording,
        "confirms": confirms(request),
        **standing_words(node, signed, (detail.contribution.id, detail.contribution.handling)),
    }
    if asks_fragment(request, "selectors"):
        return html(request, "selectors.html", **context)
    return page(request, "contribution.html", **context)


HANDLERS = [list_contributions, show_contribution]
