"""The node as a witness of other logs: C2SP tlog-witness over HTTP. No session: who is known is who signed the head."""

from __future__ import annotations

from litestar import Response, post

from accord.custody.witness import SIZE_MEDIA_TYPE, WitnessRefusal
from accord.services.witnessing import add_checkpoint
from accord.web.render import PageRequest
from accord.web.threads import threaded

MAX_BODY_BYTES = 1 << 18
"""63 proof lines of 45 bytes and a head with 64 signatures of 3.4 kB."""


async def _unsigned(request: PageRequest) -> None:
    """Instead of the pages' check of session and form: reads the body, bounded by the handler's limit."""
    request.state.body = await request.body()


@post(
    "/witness/add-checkpoint",
    before_request=_unsigned,
    request_max_body_size=MAX_BODY_BYTES,
    status_code=200,
)
@threaded
def witness(request: PageRequest) -> Response[bytes]:
    try:
        body, status, kind = add_checkpoint(request.app.state.node, request.state.body), 200, "text/plain"
    except WitnessRefusal as refusal:
        body, status = (refusal.body or f"{refusal.found}\n").encode(), refusal.status
        kind = SIZE_MEDIA_TYPE if status == 409 else "text/plain"
    return Response(body, status_code=status, media_type=kind)


HANDLERS = [witness]
