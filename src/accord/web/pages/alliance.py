"""The directory: who is in the alliance, and who may lawfully do what, how fast."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from accord.model.members import ActionType
from accord.services import browse_alliance
from accord.services.browse_contributions import contribution_view
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import signed_in
from accord.web.threads import threaded

ABLE_SHOWN = 300


@get("/alliance")
@threaded
def show_alliance(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    action, words = text_of(request, "action"), text_of(request, "q").lower().split()
    action = action if action in set(ActionType) else ""
    members = browse_alliance.list_members(node, signed)
    shown = [m for m in members if all(w in f"{m.name} {m.kind} {m.country}".lower() for w in words)]
    able = [c for m in members for c in m.capabilities if not action or c.action == action]
    return page(
        request,
        "alliance.html",
        members=shown,
        every=members,
        able=sorted(able, key=lambda c: (c.lead_time_hours, c.member_name))[:ABLE_SHOWN],
        most=ABLE_SHOWN,
        actions=sorted({c.action for m in members for c in m.capabilities}),
        action=action,
        words=" ".join(words),
    )


@get("/alliance/{slug:str}")
@threaded
def show_member(request: PageRequest, slug: FromPath[str]) -> Response[str]:
    detail = browse_alliance.read_member(request.app.state.node, signed_in(request), slug)
    latest = [contribution_view(row) for row in detail.contributions]
    return page(request, "member.html", detail=detail, m=detail.member, latest=latest)


HANDLERS = [show_alliance, show_member]
