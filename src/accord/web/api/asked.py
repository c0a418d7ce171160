"""What handlers share: bounded texts, limits and cursors of an address, in one form for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import HeaderParameter, QueryParameter

from accord.services.replies import MAX_KEY, Reply
from accord.web.cursors import MAX_CHARACTERS, to_cursor

Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Most items of this page.")]
Cursor = Annotated[
    str, QueryParameter(max_length=MAX_CHARACTERS, description="`next` of the page before; nothing else.")
]
Words = Annotated[str, QueryParameter(max_length=200, description="Words that must all be there.")]
MemberId = Annotated[UUID | None, QueryParameter(description="Only of this member.")]
Key = Annotated[
    str | None,
    HeaderParameter(
        name="idempotency-key",
        max_length=MAX_KEY,
        description="The same key with the same request is done once, and answered the same for a day.",
    ),
]


def clean(text: str) -> str:
    """What no database text may hold is left out."""
    return text.replace("\x00", "").strip()


def next_of(more: tuple[object, ...] | None) -> str | None:
    return to_cursor(more) or None


def json(value: object, *, status: int = 200) -> Response[bytes]:
    """A value as it goes out."""
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def sent(reply: Reply) -> Response[bytes]:
    """An answer that may be an earlier one."""
    return Response(reply.body or b"", status_code=reply.status, media_type="application/json")
