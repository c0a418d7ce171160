"""`/api/v1/contributions`: what members contributed, as far as the asker may see it; and handing in."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from accord.model.errors import InputError
from accord.model.handling import Handling, Pap, Tlp
from accord.model.selectors import SelectorKind
from accord.policy.duties import Verb
from accord.services import browse_contributions, browse_parts, copies, replies
from accord.services.browse import Signed
from accord.services.contribute import SharedFile
from accord.services.permit import permit
from accord.services.replies import Reply
from accord.store.browse_contributions import ContributionFilter
from accord.web.api.admission import asking
from accord.web.api.asked import Cursor, Key, Limit, MemberId, Words, clean, next_of, sent
from accord.web.api.shapes import (
    ClaimOut,
    Claims,
    ContributionDetailOut,
    Contributions,
    DropOut,
    HandedIn,
    HandlingIn,
    NewContributions,
    Selectors,
)
from accord.web.api.views import contribution_out, selector_out
from accord.web.cursors import from_cursor
from accord.web.render import PageRequest
from accord.web.threads import threaded

State = Literal["received", "vetted", "used", "action", "outcome", "unused"]
_TAGS = ["contributions"]


@get("/contributions", tags=_TAGS, summary="Contributions, newest first")
@threaded
def list_contributions(  # noqa: PLR0917  one for each filter of the address
    request: PageRequest,
    q: Words = "",
    wanted_state: Annotated[State | None, QueryParameter(name="state")] = None,
    form: Annotated[str, QueryParameter(name="format", max_length=20)] = "",
    member_id: MemberId = None,
    oldest_first: Annotated[bool, QueryParameter(description="Oldest first instead.")] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Contributions:
    wanted = ContributionFilter(
        member_id=member_id,
        state=wanted_state or "",
        format=clean(form),
        query=clean(q),
        oldest_first=oldest_first,
        before=from_cursor(cursor, "tu"),
    )
    found = browse_contributions.list_contributions(request.app.state.node, asking(request), wanted, limit)
    return Contributions([contribution_out(one) for one in found.rows], next_of(found.more))


@get("/contributions/{contribution_id:uuid}", tags=_TAGS, summary="One contribution, and what of it was not taken")
@threaded
def read_contribution(request: PageRequest, contribution_id: FromPath[UUID]) -> ContributionDetailOut:
    detail = browse_contributions.read_contribution(request.app.state.node, asking(request), contribution_id)
    drops = [DropOut(one.line, one.reason, one.excerpt) for one in detail.drops]
    return ContributionDetailOut(contribution_out(detail.contribution), drops)


@get(
    "/contributions/{contribution_id:uuid}/claims",
    tags=_TAGS,
    summary="Its claims, each exactly as received",
    responses={200: ResponseSpec(Claims, generate_examples=False)},
)
@threaded
def list_claims(
    request: PageRequest, contribution_id: FromPath[UUID], cursor: Cursor = "", limit: Limit = 50
) -> Response[bytes]:
    position = from_cursor(cursor, "i")
    after = min(max(position[0], 0), 2**31 - 1) if position else 0
    node, signed = request.app.state.node, asking(request)
    found = browse_parts.claims_of(node, signed, contribution_id, after, limit)
    copies.handed_out(node, signed.member_id, [contribution_id], "download")
    items = [ClaimOut(row.stix_id, row.type, msgspec.Raw(row.raw.encode())) for row in found.rows]
    body = msgspec.json.encode(Claims(items, next_of(found.more)))
    return Response(body, media_type="application/json")


@get("/contributions/{contribution_id:uuid}/selectors", tags=_TAGS, summary="Its selectors, by kind and value")
@threaded
def list_selectors(
    request: PageRequest,
    contribution_id: FromPath[UUID],
    kind: Annotated[SelectorKind | None, QueryParameter(description="Only of this kind.")] = None,
    cursor: Cursor = "",
    limit: Limit = 200,
) -> Selectors:
    after = from_cursor(cursor, "ss")
    node, signed = request.app.state.node, asking(request)
    found = browse_parts.selectors_of(node, signed, contribution_id, kind=str(kind or ""), after=after, limit=limit)
    copies.handed_out(node, signed.member_id, [contribution_id], "download")
    return Selectors([selector_out(one) for one in found.rows], next_of(found.more))


@get(
    "/contributions/{contribution_id:uuid}/original",
    tags=_TAGS,
    summary="The file as received, bit for bit",
    media_type="application/octet-stream",
)
@threaded
def read_original(request: PageRequest, contribution_id: FromPath[UUID]) -> Response[bytes]:
    node, signed = request.app.state.node, asking(request)
    _, content = browse_parts.original(node, signed, contribution_id)
    copies.handed_out(node, signed.member_id, [contribution_id], "download")
    # Never shown by a browser: the bytes are a member's, and may be anything.
    headers = {"content-disposition": f'attachment; filename="{contribution_id}"', "content-security-policy": "sandbox"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@post(
    "/contributions",
    tags=_TAGS,
    summary="Hand files in, as contributions of the asker's member",
    responses={201: ResponseSpec(HandedIn, generate_examples=False)},
)
@threaded
def hand_in(request: PageRequest, data: JSONBody[NewContributions], idempotency_key: Key = None) -> Response[bytes]:
    signed, node = asking(request), request.app.state.node
    permit(signed, Verb.CONTRIBUTE)
    files = [SharedFile(_path(one.path), one.content) for one in data.files]
    handling = _handling(data.handling, signed)

    def do() -> Reply:
        receipt = request.app.state.verbs.submit(node, signed, files, handling)
        return Reply(201, msgspec.json.encode(HandedIn(list(receipt.contributions), receipt.work_id)))

    return sent(replies.once(node, signed, idempotency_key or "", msgspec.json.encode(("hand in", data)), do))


def _path(text: str) -> str:
    """A path within the member's folder. Raises `InputError` for one that leads out of it."""
    parts = text.split("/")
    if any(part.strip() in ("", ".", "..") for part in parts) or not text.isprintable() or "\\" in text:
        raise InputError(
            "A file's path has plain parts with `/` between them.", action="Send `2026/list.csv`.", path=text[:80]
        )
    return text


def _handling(given: HandlingIn | None, signed: Signed) -> Handling:
    """What the asker says, with their member as the originator; the member's own default without a word."""
    mine = frozenset({signed.member_id})
    if given is None:
        return Handling(tlp=Tlp.from_label(signed.member_tlp), originators=mine)
    for instant in (given.embargo_until, given.expires_at):
        if instant is not None and instant.tzinfo is None:
            raise InputError("An instant says its zone.", action="Send `2026-11-24T09:00:00Z`.", path="handling")
    return Handling(
        tlp=Tlp.from_label(given.tlp),
        pap=Pap[given.pap.removeprefix("PAP:")],
        circles=None if given.circles is None else frozenset(given.circles),
        originators=mine,
        purposes=None if given.purposes is None else frozenset(given.purposes),
        jurisdictions=None if given.jurisdictions is None else frozenset(given.jurisdictions),
        excluded_members=frozenset(given.excluded_members),
        embargo_until=given.embargo_until,
        expires_at=given.expires_at,
        originator_control=given.originator_control,
        permitted=frozenset(given.permitted),
    )


HANDLERS = [list_contributions, read_contribution, list_claims, list_selectors, read_original, hand_in]
