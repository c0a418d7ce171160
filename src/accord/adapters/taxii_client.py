"""Asks other organisations' TAXII 2.1 servers: one collection each, answers bounded while they come in.

Nothing of an answer is trusted: sizes, shapes and times are checked, redirects are not followed (they would carry the
token elsewhere), and errors say what the other side answered without repeating its words.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import msgspec
import orjson

from accord.adapters.deadline import InTime
from accord.model.errors import AccordError, InputError
from accord.model.exchange import PeerError, RemotePage

MEDIA_TYPE = "application/taxii+json;version=2.1"
MAX_ANSWER_BYTES = 64 * 2**20
"""Of one page: what one JSON file may be (formats.limits). Servers that give more are asked for smaller pages."""
CONNECT_S, READ_S, WHOLE_S = 10.0, 60.0, 300.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _Page(msgspec.Struct):
    objects: list[msgspec.Raw] = []
    more: bool = False
    next: str | None = None


class TaxiiClient:
    """A collection at another server, addressed by its URL. `login` empty: `secret` is a bearer token."""

    def __init__(self, url: str, login: str, secret: str) -> None:
        """Raises `InputError` for an address that is none, or that would carry the secret in the clear."""
        check_url(url)
        headers = {"accept": MEDIA_TYPE, "user-agent": "accord"}
        if secret and not login:
            headers["authorization"] = f"Bearer {secret}"
        self._url = url if url.endswith("/") else f"{url}/"
        self._http = httpx.Client(
            auth=(login, secret) if login else None,
            headers=headers,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            transport=InTime(WHOLE_S),
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def page(self, added_after: str, place: str, limit: int) -> RemotePage:
        """The next objects of all versions, oldest first. Empty texts: from the beginning. Raises `PeerError`."""
        query = {"added_after": added_after, "next": place, "limit": str(limit), "match[version]": "all"}
        answer, body = self._ask("GET", "objects/", params={name: value for name, value in query.items() if value})
        try:
            found = msgspec.json.decode(body, type=_Page)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise PeerError("The other server's answer is no TAXII envelope.") from None
        last = answer.headers.get("x-taxii-date-added-last", "")
        envelope = b'{"objects":[' + b",".join(bytes(piece) for piece in found.objects) + b"]}"
        return RemotePage(envelope, len(found.objects), found.next or "" if found.more else "", last, found.more)

    def push(self, envelope: bytes) -> dict[str, Any]:
        """Posts an envelope; the status resource that it gave. Raises `PeerError`."""
        _, body = self._ask("POST", "objects/", content=envelope, headers={"content-type": MEDIA_TYPE})
        return _status(body)

    def status(self, number: str) -> dict[str, Any]:
        """What became of something posted earlier. Raises `PeerError`."""
        root = self._url.partition("/collections/")[0]
        _, body = self._ask("GET", f"{root}/status/{number}/")
        return _status(body)

    def _ask(self, method: str, path: str, **options: Any) -> tuple[httpx.Response, bytes]:
        url = path if "://" in path else self._url + path
        try:
            with self._http.stream(method, url, **options) as answer:
                if not answer.is_success:
                    raise _refusal(answer)
                return answer, _bounded(answer)
        except httpx.HTTPError as error:
            raise PeerError(f"The other server cannot be reached ({type(error).__name__}).") from None


def check_url(url: str) -> None:
    """Raises `InputError` unless this is the https address of a TAXII collection; http is for this machine alone."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise InputError("This is no address.", action="Give the collection's https:// address.") from None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError("The address holds more than a place.", action="Give login and secret apart from it.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise InputError("Only https:// addresses are asked.", action="Ask the other side for theirs.")
    if not host or "/collections/" not in parts.path:
        raise InputError(
            "This is not the address of a TAXII collection.", action="It ends in /collections/<id>/: ask discovery."
        )


def _bounded(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise PeerError(f"The other server's answer is beyond {MAX_ANSWER_BYTES:,} bytes.")
        parts.append(part)
    return b"".join(parts)


def _refusal(answer: httpx.Response) -> AccordError:
    words = {
        401: "The other server does not accept the token.",
        403: "The other server does not allow this.",
        404: "The other server has no such collection, or does not show it.",
        413: "The other server takes less at once.",
        429: "The other server asks for fewer requests.",
    }
    wait = answer.headers.get("retry-after", "")
    wait_s = min(int(wait), 86_400) if wait.isascii() and wait.isdigit() and len(wait) < 9 else 0
    told = words.get(answer.status_code, f"The other server answered {answer.status_code}.")
    return PeerError(told, status=answer.status_code, wait_s=wait_s)


def _status(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("status"), str):
        raise PeerError("The other server's answer is no TAXII status.")
    return found
