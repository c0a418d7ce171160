"""Filters of TAXII addresses (section 3.4): read strictly, since a filter that is passed over gives a wrong answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from litestar import Request

from accord.services import taxii_places
from accord.services.browse import Signed
from accord.services.node import Node
from accord.store.taxii_pages import Place, Wanted
from accord.web.taxii.answers import MalformedError
from accord.web.taxii.face import Face

MAX_VALUES = 500
"""Of one filter."""
MAX_CHARACTERS = 50_000
_MATCHES = ("id", "type", "version", "spec_version")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?Z\Z")
_WORDS = frozenset({"first", "last", "all"})


def wanted(request: Request[Any, Any, Any], signed: Signed, place_of: str, matches: Iterable[str]) -> Wanted:
    """The filters of an address. `place_of`: what a `next` is for; `matches`: which `match[…]` this resource has.

    Raises `InputError` for a value that is none, and for a `next` given for other filters.
    """
    query = request.query_params
    given = {name: _values(query.get(f"match[{name}]", ""), name) for name in matches}
    versions = given.get("version", ())
    instants = tuple(_instant(value, "match[version]") for value in versions if value not in _WORDS)
    after = query.get("added_after", "")
    found = Wanted(
        limit=_limit(request),
        after=_instant(after, "added_after") if after else None,
        ids=given.get("id", ()),
        types=given.get("type", ()),
        specs=given.get("spec_version", ()),
        first="first" in versions,
        last="last" in versions or not versions,
        every="all" in versions,
        versions=instants,
    )
    token = query.get("next", "")
    if not token:
        return found
    node: Node = request.app.state.node
    return found._replace(place=taxii_places.unseal(node, token, _bound(signed, place_of, found)))


def onwards(
    request: Request[Any, Any, Any], signed: Signed, place_of: str, asked: Wanted, place: Place | None
) -> str | None:
    """The `next` of an answer; None when there is no more."""
    if place is None:
        return None
    node: Node = request.app.state.node
    return taxii_places.seal(node, place, _bound(signed, place_of, asked))


def _bound(signed: Signed, place_of: str, asked: Wanted) -> list[bytes]:
    """Who may use a place, and for what: other filters, or another size of page aside, are another question."""
    filters = asked._replace(limit=0, place=None)
    return [signed.member_id.bytes, place_of.encode(), orjson.dumps(list(filters))]


def _limit(request: Request[Any, Any, Any]) -> int:
    face: Face = request.app.state.taxii
    text = request.query_params.get("limit", "")
    if not text:
        return face.max_page
    if not text.isascii() or not text.isdigit() or int(text[:10]) < 1:
        raise MalformedError("`limit` is no number above zero.", action="Correct it.")
    return min(int(text[:10]), face.max_page)


def _values(text: str, name: str) -> tuple[str, ...]:
    if len(text) > MAX_CHARACTERS or text.count(",") >= MAX_VALUES:
        raise MalformedError(f"`match[{name}]` has more than {MAX_VALUES} values.", action="Ask in parts.")
    values = tuple(value.strip() for value in text.split(",")) if text else ()
    if any("\0" in value or not value for value in values):
        raise MalformedError(f"`match[{name}]` has a value that is none.", action="Correct it.")
    return values


def _instant(text: str, name: str) -> datetime:
    """A timestamp of TAXII: RFC 3339 in UTC. Finer than microseconds is cut, which gives more rather than less."""
    try:
        if not _INSTANT.match(text):
            raise ValueError  # noqa: TRY301
        whole, _, fraction = text[:-1].partition(".")
        return datetime.fromisoformat(whole).replace(microsecond=int(fraction[:6].ljust(6, "0")), tzinfo=UTC)
    except ValueError:
        raise MalformedError(
            f"`{name}` is no timestamp such as 2026-01-31T12:00:00.000000Z.", action="Correct it."
        ) from None


def to_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
