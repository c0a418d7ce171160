"""One's keys in the custody log, making a passkey known to it, and confirming what a command prepared."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.services import confirming, passkey_enrolment, passkey_vouching
from accord.services.site import site_of
from accord.web import wording
from accord.web.consents import assertion_of, options_of
from accord.web.ids import to_uuid
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded


@get("/me/consents")
@threaded
def show_consents(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    return page(
        request,
        "consents.html",
        passkeys=passkey_enrolment.list_passkeys(node, signed),
        keys=passkey_enrolment.list_keys(node, signed),
        waiting=confirming.list_waiting(node, signed),
        pending=passkey_vouching.list_pending(node, signed),
        lost=passkey_vouching.is_lost(node, signed),
        site=site_of(node),
        confirmed=bool(text_of(request, "confirmed")),
        wording=wording,
    )


@post("/me/consents/{passkey_id:str}/ask", status_code=200)
@threaded
def ask_enrolment(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    """What the browser needs for the passkey to sign its own enrolment, and for one of those known to sign it too."""
    found = passkey_enrolment.ask_of(request.app.state.node, signed_in(request), to_uuid(passkey_id))
    options = options_of(found.asked, found.rp_id) | {"asked": str(found.asked.id)}
    if found.vouching:
        options["vouching"] = options_of(found.asked._replace(credentials=found.vouching), found.rp_id)
    return Response(options)


@post("/me/consents/{passkey_id:str}", status_code=200)
@threaded
def enrol(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    given = [text for name in ("credential", "vouching") if (text := field(request, name))]
    node, signed = request.app.state.node, signed_in(request)
    asked, answers = to_uuid(field(request, "asked")), dict(map(assertion_of, given))
    if len(answers) == 1 and passkey_vouching.is_lost(node, signed):
        ((credential_id, assertion),) = answers.items()
        passkey_vouching.ask_colleagues(
            node, signed, to_uuid(passkey_id), asked, credential_id=credential_id, assertion=assertion
        )
    else:
        passkey_enrolment.enrol_one(node, signed, to_uuid(passkey_id), asked, answers)
    return Response({"to": "/me/consents"})


@post("/me/vouched/{asked:str}")
@threaded
def finish_vouched(request: PageRequest, asked: FromPath[str]) -> Response[Any]:
    """Takes a new passkey into the log, for which two colleagues have vouched."""
    passkey_vouching.finish(request.app.state.node, signed_in(request), to_uuid(asked))
    return Redirect("/me/consents", status_code=303)


@get("/me/confirm/{asked:str}")
@threaded
def show_question(request: PageRequest, asked: FromPath[str]) -> Response[str]:
    """What a command prepared in this person's name, in full."""
    node, signed = request.app.state.node, signed_in(request)
    question = confirming.read(node, signed, to_uuid(asked))
    return page(request, "confirm.html", question=question, site=site_of(node), wording=wording)


@post("/me/confirm/{asked:str}/ask", status_code=200)
@threaded
def ask_question(request: PageRequest, asked: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign for it."""
    node = request.app.state.node
    return Response(options_of(confirming.challenge(node, signed_in(request), to_uuid(asked)), site_of(node).rp_id))


@post("/me/confirm/{asked:str}", status_code=200)
@threaded
def answer_question(request: PageRequest, asked: FromPath[str]) -> Response[Any]:
    """Keeps the passkey's answer; the command that waits goes on."""
    credential_id, assertion = assertion_of(field(request, "credential"))
    node, signed = request.app.state.node, signed_in(request)
    confirming.answer(node, signed, to_uuid(asked), credential_id=credential_id, assertion=assertion)
    return Response({"to": "/me/consents?confirmed=1"})


@post("/me/confirm/{asked:str}/refuse")
@threaded
def refuse_question(request: PageRequest, asked: FromPath[str]) -> Response[Any]:
    confirming.refuse(request.app.state.node, signed_in(request), to_uuid(asked))
    return Redirect("/me/consents", status_code=303)


HANDLERS = [
    show_consents, ask_enrolment, enrol, finish_vouched, show_question, ask_question, answer_question, refuse_question,
]  # fmt: skip
