"""Pieces of a file on their way to the evidence room: JSON for the page's script, each piece a request of its own."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from litestar import Response, get, post, put
from litestar.params import FromPath

from accord.model.errors import InputError, LimitError
from accord.policy.duties import Verb
from accord.services import evidence_uploads
from accord.services.evidence_uploads import MAX_PIECE_BYTES, Upload
from accord.services.permit import permit
from accord.web.ids import to_uuid
from accord.web.render import PageRequest
from accord.web.sessions import signed_in
from accord.web.threads import threaded


@post("/evidence/uploads/begin")
async def begin(request: PageRequest) -> Response[dict[str, Any]]:
    """Begins, or finds the unfinished upload of the same file."""
    permit(signed_in(request), Verb.EVIDENCE)
    given = await _json(request)
    name, size, modified = str(given.get("name", "")), given.get("size"), given.get("modified", 0)
    if not isinstance(size, int) or not isinstance(modified, int):
        raise InputError("The upload names no size.", action="Reload the page and choose the file again.")
    node, signed = request.app.state.node, signed_in(request)
    return _answer(await to_thread.run_sync(evidence_uploads.begin, node, signed, name, size, modified))


@get("/evidence/uploads/{upload_id:str}")
@threaded
def look(request: PageRequest, upload_id: FromPath[str]) -> Response[dict[str, Any]]:
    return _answer(evidence_uploads.look(request.app.state.node, signed_in(request), to_uuid(upload_id)))


@put("/evidence/uploads/{upload_id:str}", request_max_body_size=MAX_PIECE_BYTES + 1)
async def put_piece(request: PageRequest, upload_id: FromPath[str]) -> Response[dict[str, Any]]:
    """Adds the request's body at `offset`; what the answer names is durable."""
    permit(signed_in(request), Verb.EVIDENCE)
    offset = request.query_params.get("offset", "")
    if not offset.isdigit() or len(offset) > 19:
        raise InputError("The piece names no offset.", action="Reload the page and choose the file again.")
    piece = await _body(request, MAX_PIECE_BYTES)
    number, node, signed = to_uuid(upload_id), request.app.state.node, signed_in(request)
    return _answer(await to_thread.run_sync(evidence_uploads.put, node, signed, number, int(offset), piece))


@post("/evidence/uploads/{upload_id:str}/abort")
@threaded
def abort(request: PageRequest, upload_id: FromPath[str]) -> Response[dict[str, Any]]:
    evidence_uploads.abort(request.app.state.node, signed_in(request), to_uuid(upload_id))
    return Response({}, status_code=200)


async def _json(request: PageRequest) -> dict[str, Any]:
    from orjson import JSONDecodeError, loads  # noqa: PLC0415  one handler's need

    try:
        given = loads(await _body(request, 16_384))
    except JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise InputError("The request is no JSON object.", action="Reload the page.")
    return given


async def _body(request: PageRequest, most: int) -> bytes:
    """The body, read as it comes, never more than a piece of it in memory."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            raise LimitError("The piece is too large.", action="Reload the page and choose the file again.")
    return bytes(found)


def _answer(upload: Upload) -> Response[dict[str, Any]]:
    return Response({"id": str(upload.id), "offset": upload.offset, "size": upload.size}, status_code=200)


HANDLERS = [begin, look, put_piece, abort]
