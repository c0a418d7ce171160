"""Which of one's passkeys the custody log knows, and making one known: from then on it gives consent."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accord.services import passkey_enrolment
from accord.services.site import site_of
from accord.web.consents import assertion_of, options_of
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded


@get("/me/consents")
@threaded
def show_consents(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    return page(
        request, "consents.html", passkeys=passkey_enrolment.list_passkeys(node, signed), site=site_of(node)
    )  # fmt: skip


@post("/me/consents/{passkey_id:str}/ask", status_code=200)
@threaded
def ask_enrolment(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    """What the browser needs for the passkey to sign its own enrolment."""
    asked, rp_id = passkey_enrolment.ask_of(request.app.state.node, signed_in(request), to_uuid(passkey_id))
    return Response(options_of(asked, rp_id))


@post("/me/consents/{passkey_id:str}", status_code=200)
@threaded
def enrol(request: PageRequest, passkey_id: FromPath[str]) -> Response[Any]:
    credential_id, assertion = assertion_of(field(request, "credential"))
    passkey_enrolment.enrol_one(
        request.app.state.node, signed_in(request), to_uuid(passkey_id), {credential_id: assertion}
    )
    return Response({"to": "/me/consents"})


HANDLERS = [show_consents, ask_enrolment, enrol]
