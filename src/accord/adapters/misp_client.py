"""A MISP-compatible server over its REST routes. Bounded in time and size; an answer that is none is a named error.

Routes: `/servers/getVersion`, `/events/restSearch`, `/events/add`, `/events/edit/UUID`, `/attributes/restSearch`,
`/events/delete/UUID`, `/sharing_groups`, `/sightings/add`, `/sightings/restSearch`, `/shadowAttributes/index`,
`/shadowAttributes/add/UUID`, `/users/view/me`. The key goes in a header and stands in no error.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx
import orjson

from accord.adapters.deadline import InTime
from accord.model.errors import LimitError, NodeError, RefusedError, UnreadableError

TIMEOUT_S, WHOLE_S = 60.0, 300.0
"""Of each step of an answer, and of all of it."""
MAX_ANSWER_BYTES = 256 * 2**20
PAGE = 100
MOST_PAGES = 100_000
WAITS_S = (1.0, 4.0, 15.0)
"""Before the second, third and fourth try, unless the server says how long (`Retry-After`, at most a minute)."""
_AGAIN = frozenset({429, 502, 503, 504})


class MispClient:
    """One server with one key; a context manager. `transport`: for tests. `waits_s`: pauses before further tries."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        waits_s: tuple[float, ...] = WAITS_S,
        verify: bool = True,
    ) -> None:
        self.url = url.rstrip("/")
        headers = {"authorization": key, "accept": "application/json", "user-agent": "accord"}
        self._http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=TIMEOUT_S,
            transport=transport or InTime(WHOLE_S, verify=verify),
            trust_env=False,
        )
        self._waits_s = waits_s

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def version(self) -> str:
        """What the server says it is, such as `2.5.1`."""
        return str(self._ask("GET", "/servers/getVersion").get("version", ""))

    def changed_since(self, seconds: int) -> list[tuple[int, str]]:
        """Timestamp and UUID of events that changed at or after an instant (seconds since 1970), oldest first."""
        found = set()
        for event in self._pages({"timestamp": seconds, "metadata": True}):
            stamp = str(event.get("timestamp", "0"))
            found.add((int(stamp) if stamp.isdigit() else 0, str(event.get("uuid", ""))))
        return sorted(found)

    def events(self, uuids: list[str]) -> list[dict[str, Any]]:
        """These events whole, as far as the key may read them."""
        return list(self._pages({"uuid": uuids})) if uuids else []

    def attributes(self, **wanted: Any) -> list[dict[str, Any]]:
        """Attributes by MISP's own filters (`value`, `type`, `tags`, …)."""
        answer = self._ask("POST", "/attributes/restSearch", {"returnFormat": "json", **wanted})
        listed = answer.get("response", {})
        found = listed.get("Attribute", []) if isinstance(listed, dict) else []
        return [one for one in found if isinstance(one, dict)]

    def sharing_groups(self) -> list[dict[str, Any]]:
        """The sharing groups that the key may see: uuid, name."""
        answer = self._ask("GET", "/sharing_groups")
        listed = answer.get("response", [])
        return [one["SharingGroup"] for one in listed if isinstance(one, dict) and "SharingGroup" in one]

    def put(self, event: Mapping[str, Any]) -> bool:
        """Adds an event, or brings the one of its UUID up to date; True when it is new there."""
        try:
            self._ask("POST", "/events/add", {"Event": dict(event)})
        except RefusedError:
            self._ask("POST", f"/events/edit/{event['uuid']}", {"Event": dict(event)})
            return False
        return True

    def sighted(self, attribute_uuid: str, *, at: int, kind: int = 0, source: str = "") -> None:
        """Tells a sighting (0), a false positive (1) or an expiry (2) of an attribute; `at` in seconds since 1970."""
        body = {"uuid": attribute_uuid, "timestamp": at, "type": str(kind), "source": source}
        self._ask("POST", "/sightings/add", body)

    def organisation(self) -> str:
        """UUID of the organisation that the key belongs to; empty when the server does not say."""
        said = self._ask("GET", "/users/view/me").get("Organisation")
        return str(said.get("uuid", "")) if isinstance(said, dict) else ""

    def sightings_since(self, seconds: int) -> list[dict[str, Any]]:
        """Sightings at or after an instant (seconds since 1970), each with its `Event` and `Attribute`."""
        body = {"returnFormat": "json", "from": seconds, "includeAttribute": True, "includeEvent": True}
        return _inner(self._ask("POST", "/sightings/restSearch", body), "Sighting")

    def proposals(self) -> list[dict[str, Any]]:
        """Proposals on all events that the key may see."""
        return _inner(self._ask("GET", "/shadowAttributes/index"), "ShadowAttribute")

    def propose(self, event_uuid: str, attribute: Mapping[str, Any]) -> None:
        """Proposes a new attribute for an event."""
        self._ask("POST", f"/shadowAttributes/add/{event_uuid}", dict(attribute))

    def remove(self, event_uuid: str) -> bool:
        """Deletes an event; False when the server does not have it, or the key may not."""
        try:
            self._ask("POST", f"/events/delete/{event_uuid}")
        except RefusedError:
            return False
        return True

    def _pages(self, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for page in range(1, MOST_PAGES):
            body = {"returnFormat": "json", "page": page, "limit": PAGE, **wanted}
            answer = self._ask("POST", "/events/restSearch", body)
            listed = answer.get("response", [])
            found = [one["Event"] for one in listed if isinstance(one, dict) and isinstance(one.get("Event"), dict)]
            yield from found
            if len(listed) < PAGE:
                return
        raise LimitError("The server gives page after page without end.", action="Tell whoever runs it.")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else orjson.dumps(body)
        for wait_s in (*self._waits_s, None):
            status, headers, answer = self._once(method, path, content)
            if status in _AGAIN and wait_s is not None:
                said = headers.get("retry-after", "")
                # A job's or a command's own thread waits, as the server asks, a minute at most; no request does.
                time.sleep(min(float(said), 60.0) if said.isdigit() else wait_s)
                continue
            return _read(path, status, answer)
        raise NodeError(f"The MISP server does not answer {path}.", action="Try again later.")

    def _once(self, method: str, path: str, content: bytes | None) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"content-type": "application/json"} if content is not None else {}
        try:
            with self._http.stream(method, path, content=content, headers=headers) as answer:
                kept = bytearray()
                for piece in answer.iter_bytes():
                    kept += piece
                    if len(kept) > MAX_ANSWER_BYTES:
                        raise LimitError(
                            f"The MISP server's answer to {path} is larger than {MAX_ANSWER_BYTES >> 20} MB.",
                            action="Ask for less at once.",
                        )
                return answer.status_code, answer.headers, bytes(kept)
        except httpx.TimeoutException:
            return 504, {}, b""
        except httpx.HTTPError as error:
            raise NodeError(
                f"The MISP server cannot be reached ({type(error).__name__}).", action="Check its address."
            ) from error


def _inner(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The things of a listed answer, whether each stands in a wrapping of its name or bare."""
    listed = answer.get("response", [])
    rows = [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]
    return [one[name] if isinstance(one.get(name), dict) else one for one in rows]


def _read(path: str, status: int, content: bytes) -> dict[str, Any]:
    """Lists come as `{"response": […]}` from here on, whatever the version. Raises our errors, never the server's."""
    if status in (401, 403, 404, 405):
        raise RefusedError(f"The MISP server refuses {path} ({status}).", action="Check the key and its rights.")
    if status >= 300:
        raise NodeError(f"The MISP server answers {path} with {status}.", action="Try again later, or ask its owner.")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"The answer to {path} is no JSON.", action="Is this a MISP server?") from error
    if isinstance(document, list):
        return {"response": document}
    if not isinstance(document, dict):
        raise UnreadableError(f"The answer to {path} is not what MISP gives.", action="Is this a MISP server?")
    return document
