"""`/api/v1/leads`: links between members' claims, and judging them; `/api/v1/selectors`: who holds a value."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from accord.model.selectors import Selector, SelectorKind
from accord.policy.duties import Verb
from accord.selectors import canonical, identify
from accord.services import browse_leads, browse_selectors, judge, replies
from accord.services.browse import handling_of
from accord.services.permit import permit
from accord.services.replies import Reply
from accord.store.browse_leads import LeadFilter
from accord.web.api.admission import asking
from accord.web.api.asked import Cursor, Key, Limit, Words, clean, next_of, sent
from accord.web.api.shapes import HolderOut, LeadOut, Leads, LookUp, MentionOut, NewJudgement
from accord.web.api.views import handling_out, lead_out
from accord.web.cursors import from_cursor
from accord.web.render import PageRequest
from accord.web.threads import threaded

_TAGS = ["leads"]
_NOTHING = LookUp(None, None, known=False, common="", holders=[], contributions=[], leads=[])


@get("/leads", tags=_TAGS, summary="Leads, strongest first")
@threaded
def list_leads(  # noqa: PLR0917  one for each filter of the address
    request: PageRequest,
    q: Words = "",
    wanted_state: Annotated[
        Literal["open", "confirmed", "rejected"] | None,
        QueryParameter(name="state", description="`open`: the asker's member has not judged it."),
    ] = None,
    mine: Annotated[bool, QueryParameter(description="Only with a contribution of the asker's member.")] = False,
    with_member: Annotated[UUID | None, QueryParameter(description="Only with this member in it.")] = None,
    kind: Annotated[SelectorKind | None, QueryParameter(description="Only those that share this kind.")] = None,
    least: Annotated[float, QueryParameter(ge=0, le=1, description="Lowest score.")] = 0.0,
    cursor: Cursor = "",
    limit: Limit = 40,
) -> Leads:
    signed = asking(request)
    wanted = LeadFilter(
        me=signed.member_id,
        state=wanted_state or "",
        mine=mine,
        other=with_member,
        kind=str(kind or ""),
        least=least,
        query=clean(q),
        after=from_cursor(cursor, "fu"),
    )
    found = browse_leads.list_leads(request.app.state.node, signed, wanted, limit)
    return Leads([lead_out(one) for one in found.rows], next_of(found.more))


@get("/leads/{lead_id:uuid}", tags=_TAGS, summary="One lead with its reasons and judgements")
@threaded
def read_lead(request: PageRequest, lead_id: FromPath[UUID]) -> LeadOut:
    return lead_out(browse_leads.read_lead(request.app.state.node, asking(request), lead_id).lead)


@post(
    "/leads/{lead_id:uuid}/judgements",
    tags=_TAGS,
    summary="Confirm or reject, for the asker's member; an earlier judgement of it is undone",
    responses={201: ResponseSpec(LeadOut, generate_examples=False)},
)
@threaded
def judge_lead(
    request: PageRequest, lead_id: FromPath[UUID], data: JSONBody[NewJudgement], idempotency_key: Key = None
) -> Response[bytes]:
    node, signed = request.app.state.node, asking(request)
    permit(signed, Verb.JUDGE)

    def do() -> Reply:
        judge.judge(node, signed, lead_id, data.verdict, clean(data.reason))
        return Reply(201, msgspec.json.encode(lead_out(browse_leads.read_lead(node, signed, lead_id).lead)))

    request_ = msgspec.json.encode(("judge", lead_id, data))
    return sent(replies.once(node, signed, idempotency_key or "", request_, do))


@delete("/leads/{lead_id:uuid}/judgements/ours", tags=_TAGS, summary="Take the judgement of the asker's member back")
@threaded
def undo_judgement(request: PageRequest, lead_id: FromPath[UUID]) -> None:
    permit(asking(request), Verb.JUDGE)
    judge.undo_judgement(request.app.state.node, asking(request), lead_id)


@get("/selectors", tags=["selectors"], summary="Who holds a value, however it is written, as far as the asker may know")
@threaded
def look_up(
    request: PageRequest,
    value: Annotated[str, QueryParameter(min_length=1, max_length=2_000, description="Defanged or not.")],
    kind: Annotated[SelectorKind | None, QueryParameter(description="Read it as this kind; else recognised.")] = None,
) -> LookUp:
    text = clean(value)
    selector: Selector | None = canonical(kind, text) if kind else identify(text)
    if selector is None:
        return _NOTHING
    held = browse_selectors.look_up(request.app.state.node, asking(request), selector)
    return LookUp(
        kind=str(selector.kind),
        value=selector.value,
        known=held.known and bool(held.holders),
        common=held.common if held.holders else "",
        holders=[HolderOut(row.id, row.slug, row.times, row.seen_from, row.seen_to) for row in held.holders],
        contributions=[
            MentionOut(
                row.id,
                row.title or row.path,
                row.member_slug,
                row.line,
                row.received_at,
                handling_out(handling_of(row.handling)),
            )
            for row in held.contributions
        ],
        leads=[lead.id for lead in held.leads],
    )


HANDLERS = [list_leads, read_lead, judge_lead, undo_judgement, look_up]
