"""Which program is asking: a bearer token made for the API, or, for reading alone, a browser's session."""

from __future__ import annotations

from anyio import to_thread

from accord.model.errors import RefusedError
from accord.policy.duties import Verb
from accord.services import sign_in
from accord.services.browse import Signed
from accord.services.permit import permit
from accord.web.errors import SignedOutError
from accord.web.render import PageRequest
from accord.web.sessions import admit_program, cookie_name

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = frozenset({"/api/v1/openapi.json"})
DOOR, WRITE = "api", "write"


async def admit(request: PageRequest) -> None:
    """Runs before every handler; leaves `request.state.signed`.

    Raises `SignedOutError`, `RefusedError`, `TooManyError`.
    Reading asks for a role and a scope that may read; for a change the token needs `write`, and the service asks for
    the duty itself.
    """
    if request.url.path in OPEN_PATHS:
        return
    if request.headers.get("authorization"):
        signed: Signed | None = await admit_program(request, DOOR)
    else:
        token = request.cookies.get(cookie_name(request), "")
        signed = await to_thread.run_sync(sign_in.who, request.app.state.node, token) if token else None
    if signed is None:
        raise SignedOutError("No token that this node knows.", action="Send `Authorization: Bearer …`.")
    if request.method in SAFE:
        permit(signed, Verb.READ)
    elif WRITE not in (signed.scopes or ()):
        # A page of another site can send a cookie along, so a session changes nothing here.
        raise RefusedError("This needs a token made to write.", action="Make one with the scopes api and write.")
    request.state.signed = signed


def asking(request: PageRequest) -> Signed:
    """Who is asking; set by `admit`."""
    signed: Signed = request.state.signed
    return signed
