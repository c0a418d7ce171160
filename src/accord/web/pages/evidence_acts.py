"""What is done with an item: each a form that comes back to the item's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO
from urllib.parse import quote

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from accord.custody.item import Act
from accord.model.errors import InputError
from accord.policy.duties import Verb
from accord.services import evidence, evidence_acts, evidence_transfer
from accord.services.custody_facts import Will, needs_none
from accord.services.evidence_chain import Said
from accord.services.permit import permit, permit_either
from accord.web.consents import asked, done, will_of
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.moments import moment_of
from accord.web.render import PageRequest
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

READ_BYTES = 1 << 20


@post("/evidence/{item_id:str}/act")
@threaded
def do_act(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """Seals, checks out or in, holds, releases, corrects, transforms."""
    _act(request, item_id, will_of(request))
    return _done(request, item_id)


@post("/evidence/{item_id:str}/act/ask")
@threaded
def ask_act(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign for it; nothing is done."""
    return asked(request, lambda will: _act(request, item_id, will), Verb.EVIDENCE)


def _act(request: PageRequest, item_id: str, will: Will | None) -> None:
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EVIDENCE)
    number = to_uuid(item_id)
    try:
        kind = Act(field(request, "act"))
    except ValueError:
        raise InputError("No such act is known.", action="Use the buttons of the item's page.") from None
    evidence_acts.act(node, signed, number, kind, _said(request), to=field(request, "to"), consent=will)


@post("/evidence/{item_id:str}/transfer")
@threaded
def transfer(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """Offers, accepts, declines or withdraws."""
    step = field(request, "step")
    _transfer(request, item_id, step, will_of(request))
    return done(request, "/evidence") if step == "decline" else _done(request, item_id)


@post("/evidence/{item_id:str}/transfer/ask")
@threaded
def ask_transfer(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign to offer or accept; nothing is done."""
    step = field(request, "step")
    return asked(request, lambda will: _transfer(request, item_id, step, will), Verb.EVIDENCE)


def _transfer(request: PageRequest, item_id: str, step: str, will: Will | None) -> None:
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EVIDENCE)
    number = to_uuid(item_id)
    if step in ("decline", "withdraw"):
        needs_none(will)
    match step:
        case "offer":
            taker = maybe_uuid(field(request, "taker"))
            if taker is None:
                raise InputError("The offer names nobody.", action="Choose who is to take the item.")
            evidence_transfer.offer(node, signed, number, taker, _said(request), consent=will)
        case "accept":
            evidence_transfer.accept(node, signed, number, _said(request), consent=will)
        case "decline":
            evidence_transfer.decline(node, signed, number, field(request, "reason"))
        case "withdraw":
            evidence_transfer.withdraw(node, signed, number, field(request, "reason"))
        case _:
            raise InputError("No such step of a transfer is known.", action="Use the item's page.")


@post("/evidence/{item_id:str}/disposal")
@threaded
def disposal(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """Asks for a disposal, approves it, or refuses it."""
    _disposal(request, item_id, will_of(request))
    return _done(request, item_id)


@post("/evidence/{item_id:str}/disposal/ask")
@threaded
def ask_disposal(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign to approve; nothing is done."""
    return asked(request, lambda will: _disposal(request, item_id, will), Verb.EVIDENCE, Verb.APPROVE)


def _disposal(request: PageRequest, item_id: str, will: Will | None) -> None:
    node, signed, step = request.app.state.node, signed_in(request), field(request, "step")
    permit_either(signed, Verb.EVIDENCE, Verb.APPROVE)
    number = to_uuid(item_id)
    if step in ("ask", "refuse"):
        needs_none(will)
    match step:
        case "ask":
            evidence_acts.ask_disposal(node, signed, number, field(request, "way"), field(request, "reason"))
        case "approve":
            evidence_acts.approve_disposal(node, signed, number, consent=will)
        case "refuse":
            evidence_acts.refuse_disposal(node, signed, number, field(request, "reason"))
        case _:
            raise InputError("No such step of a disposal is known.", action="Use the item's page.")


@post("/evidence/{item_id:str}/check")
@threaded
def check(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """Hashes the bytes anew."""
    permit(signed_in(request), Verb.EVIDENCE)
    same = evidence_acts.check_bytes(request.app.state.node, signed_in(request), to_uuid(item_id))
    return Redirect(f"/evidence/{item_id}?checked={'same' if same else 'changed'}", status_code=303)


@post("/evidence/{item_id:str}/finding")
@threaded
def finding(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """Links a contribution that is a finding from the item; its address or id was given."""
    permit(signed_in(request), Verb.EVIDENCE)
    found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", field(request, "contribution").lower())
    if found is None:
        raise InputError("No contribution is named.", action="Copy the address of its page.")
    number, note = to_uuid(item_id), field(request, "reason")
    evidence.link_finding(request.app.state.node, signed_in(request), number, to_uuid(found[0]), note)
    return _back(item_id)


@post("/evidence/{item_id:str}/bytes")
@threaded
def get_bytes(request: PageRequest, item_id: FromPath[str]) -> Response[Any]:
    """The bytes, as an attachment, once the access is on record. A change of state, hence no GET."""
    permit(signed_in(request), Verb.EVIDENCE)
    stack = ExitStack()
    given = evidence_acts.access(request.app.state.node, signed_in(request), to_uuid(item_id), field(request, "reason"))
    name, size, stream = stack.enter_context(given)
    headers = {
        "content-disposition": f"attachment; filename=\"evidence.bin\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-length": str(size),
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Stream(_pieces(stack, stream), media_type="application/octet-stream", headers=headers)


def _pieces(stack: ExitStack, stream: BinaryIO) -> Iterator[bytes]:
    with stack:
        while piece := stream.read(READ_BYTES):
            yield piece


def _said(request: PageRequest) -> Said:
    at = moment_of(field(request, "at"), field(request, "zone"))
    return Said(field(request, "reason"), field(request, "authority"), field(request, "place"), at)


def _done(request: PageRequest, item_id: str) -> Response[Any]:
    return done(request, f"/evidence/{to_uuid(item_id)}")


def _back(item_id: str) -> Redirect:
    return Redirect(f"/evidence/{to_uuid(item_id)}", status_code=303)


HANDLERS = [do_act, ask_act, transfer, ask_transfer, disposal, ask_disposal, check, finding, get_bytes]
