"""One's own tokens for programs: made, shown once, listed, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.policy.duties import scopes_for
from accord.services import tokens
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, fields, signed_in
from accord.web.threads import threaded

LIVES = (1, 7, 30, 90, 365)
"""Days, as the form offers them."""


@get("/me/tokens")
@threaded
def list_tokens(request: PageRequest) -> Response[str]:
    return _page(request, None)


@post("/me/tokens", status_code=200)
@threaded
def make_token(request: PageRequest) -> Response[str]:
    """Makes a token and shows it: the only time that it is to be seen."""
    days = field(request, "days")
    life = timedelta(days=int(days)) if days.isdecimal() and int(days) in LIVES else timedelta(0)
    node, signed = request.app.state.node, signed_in(request)
    made = tokens.make_token(node, signed, field(request, "name"), fields(request, "scope"), life)
    return _page(request, made)


@post("/me/tokens/{token_id:str}/revoke")
@threaded
def revoke_token(request: PageRequest, token_id: FromPath[str]) -> Response[Any]:
    tokens.revoke_token(request.app.state.node, signed_in(request), to_uuid(token_id))
    return Redirect("/me/tokens", status_code=303)


def _page(request: PageRequest, made: str | None) -> Response[str]:
    signed = signed_in(request)
    listed = tokens.list_tokens(request.app.state.node, signed)
    return page(request, "tokens.html", tokens=listed, made=made, scopes=scopes_for(signed.role), lives=LIVES)


HANDLERS = [list_tokens, make_token, revoke_token]
