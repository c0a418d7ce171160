"""Who asks, and whether client and server speak the same: tokens, `Accept`, `Content-Type`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from litestar import Request

from accord.services.browse import Signed
from accord.web import limits
from accord.web.limits import Limits
from accord.web.sessions import address_of
from accord.web.taxii.answers import MediaTypeError, NotAcceptableError, UnauthorisedError
from accord.web.taxii.face import Face

_TYPE, _VERSION = "application/taxii+json", "2.1"
_ACCEPTED = frozenset({_TYPE, "application/*", "*/*"})
MAX_TOKEN_CHARS = 500


def signed_in(request: Request[Any, Any, Any]) -> Signed:
    """Whose token it is. Raises `UnauthorisedError`, the same for every reason; `TooManyError`.

    Requests are counted by token, those without one that works by address (`web.limits`).
    """
    face: Face = request.app.state.taxii
    token = _token(request.headers.get("authorization", ""))
    signed = face.admit(request.app.state.node, token) if token else None
    buckets: Limits = request.app.state.limits
    if signed is None:
        buckets.take("door", address_of(request), limits.DOOR)
        raise UnauthorisedError("There is no valid token with this request.", action="Ask your steward for one.")
    buckets.take("token", signed.token_hash, limits.TOKEN)
    return signed


def acceptable(request: Request[Any, Any, Any]) -> None:
    """Raises `NotAcceptableError` unless the client takes TAXII 2.1 (section 1.6.8); media types are parsed."""
    accept = request.headers.get("accept", "") or "*/*"
    if not any(kind in _ACCEPTED and version in (None, _VERSION) for kind, version in _media(accept)):
        raise NotAcceptableError("This server speaks TAXII 2.1 alone.", action=f"Accept {_TYPE};version={_VERSION}.")


def readable(request: Request[Any, Any, Any]) -> None:
    """Raises `MediaTypeError` unless the content is TAXII 2.1."""
    given = list(_media(request.headers.get("content-type", "")))
    if given not in ([(_TYPE, None)], [(_TYPE, _VERSION)]):
        raise MediaTypeError("The content is of another media type.", action=f"Send {_TYPE};version={_VERSION}.")


def _media(header: str) -> Iterator[tuple[str, str | None]]:
    """Each media range of a header, in lower case, with its parameter `version`; those with weight 0 left out."""
    for part in header[:2_000].split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        named = dict(piece.partition("=")[::2] for piece in parameters)
        values = {name.strip().lower(): value.strip().strip('"') for name, value in named.items()}
        if values.get("q", "1").rstrip("0").rstrip(".") not in ("", "0"):
            yield kind.lower(), values.get("version")


def _token(header: str) -> str:
    """The token of `Bearer TOKEN`, of `Token TOKEN`, and of HTTP Basic with the token as password (section 1.6.9)."""
    scheme, _, given = header.strip().partition(" ")
    given = given.strip()
    if len(given) > 2 * MAX_TOKEN_CHARS:
        return ""
    if scheme.lower() in ("bearer", "token"):
        return given if len(given) <= MAX_TOKEN_CHARS else ""
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2][:MAX_TOKEN_CHARS]
    except (binascii.Error, UnicodeDecodeError):
        return ""
