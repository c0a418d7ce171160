"""`/api/v1/members`, `/api/v1/events`, `/api/v1/me`: the directory, what happened, who is asking."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from accord.model.errors import AbsentError
from accord.services import browse_alliance, browse_situation
from accord.web.api.admission import asking
from accord.web.api.asked import Cursor, Limit, clean, next_of
from accord.web.api.shapes import Events, Me, MemberDetailOut, MemberOut
from accord.web.api.views import capability_out, event_out, member_out
from accord.web.cursors import from_cursor
from accord.web.render import PageRequest
from accord.web.threads import threaded


@get("/me", tags=["alliance"], summary="Who is asking, and what the token is good for")
@threaded
def read_me(request: PageRequest) -> Me:
    signed = asking(request)
    kind, country = signed.member_kind, signed.viewer.country
    member = MemberOut(signed.member_id, signed.member_slug, signed.member_name, kind, country)
    return Me(signed.name, signed.role, member, sorted(signed.scopes or ()))


@get("/members", tags=["alliance"], summary="Members of the alliance, by name")
@threaded
def list_members(request: PageRequest) -> list[MemberOut]:
    return [member_out(one) for one in browse_alliance.list_members(request.app.state.node, asking(request))]


@get("/members/{slug:str}", tags=["alliance"], summary="A member, and what it can do")
@threaded
def read_member(request: PageRequest, slug: FromPath[str]) -> MemberDetailOut:
    wanted = clean(slug)
    for one in browse_alliance.list_members(request.app.state.node, asking(request)):
        if one.slug == wanted:
            return MemberDetailOut(member_out(one), one.joined_at, [capability_out(c) for c in one.capabilities])
    raise AbsentError("There is no such member.", action="Look in /api/v1/members.")


@get("/events", tags=["alliance"], summary="What happened, newest first")
@threaded
def list_events(request: PageRequest, cursor: Cursor = "", limit: Limit = 50) -> Events:
    before = from_cursor(cursor, "tu")
    found = browse_situation.list_events(request.app.state.node, asking(request), before, limit)
    return Events([event_out(one) for one in found.rows], next_of(found.more))


HANDLERS = [read_me, list_members, read_member, list_events]
