"""MISP feeds: `manifest.json`, one file an event, `hashes.csv`, and `deleted.json`. Any MISP reads them.

Names in a manifest are UUIDs and nothing else, so that no name leads out of the feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accord.model.errors import LimitError, UnreadableError

MANIFEST, HASHES, DELETED = "manifest.json", "hashes.csv", "deleted.json"
"""The last is Accord's own: MISP's feeds have no word for an event that was withdrawn, it is only no longer there."""
MAX_EVENTS = 200_000
"""Of one manifest; the largest public feed has some thousands."""
_COLLECTIVE = ("info", "Orgc", "analysis", "timestamp", "date", "threat_level_id")


class Deleted(NamedTuple):
    """An event that was withdrawn, and when."""

    uuid: str
    withdrawn_at: datetime


class Listed(NamedTuple):
    """An event of a feed; `timestamp` in seconds since 1970, 0 when the manifest does not say."""

    uuid: UUID
    timestamp: int

    @property
    def name(self) -> str:
        return f"{self.uuid}.json"


def feed_files(events: Sequence[Mapping[str, Any]], deleted: Iterable[Deleted] = ()) -> Iterator[tuple[str, bytes]]:
    """The files of a feed, the manifest last: who reads while it is written finds no name without its file.

    `deleted`: listed with their instants, but for those that are among the events (in another version).
    """
    manifest: dict[str, Any] = {}
    hashes: list[str] = []
    for event in events:
        number = str(UUID(str(event["uuid"])))
        yield f"{number}.json", _json({"Event": event})
        manifest[number] = {name: event[name] for name in _COLLECTIVE if name in event}
        manifest[number]["Tag"] = [{"name": tag["name"]} for tag in event.get("Tag") or () if "name" in tag]
        hashes += [
            f"{hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()},{number}" for value in _all(event)
        ]
    gone = {one.uuid: one.withdrawn_at.isoformat() for one in deleted if one.uuid not in manifest}
    yield DELETED, _json([{"uuid": number, "withdrawn_at": at} for number, at in sorted(gone.items())])
    yield HASHES, "".join(f"{row}\n" for row in hashes).encode()
    yield MANIFEST, _json(manifest)


def read_manifest(content: bytes) -> list[Listed]:
    """The events of a manifest, oldest first. Raises `UnreadableError`, `LimitError`."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(
            f"The manifest is no JSON: {error.msg}.", action="Ask whoever makes the feed.", path=MANIFEST
        ) from error
    if not isinstance(document, dict):
        raise UnreadableError("A manifest is an object of events.", action="Check the address.", path=MANIFEST)
    if len(document) > MAX_EVENTS:
        raise LimitError(f"The feed lists more than {MAX_EVENTS:,} events.", action="Ask for a smaller one.")
    found = []
    for number, about in document.items():
        try:
            uuid = UUID(number)
        except ValueError:
            raise UnreadableError(
                f"The manifest names {ascii(number)[:60]}, which is no UUID.", action="Ask its maker.", path=MANIFEST
            ) from None
        stamp = str(about.get("timestamp", "")) if isinstance(about, dict) else ""
        found.append(Listed(uuid, int(stamp) if stamp.isdigit() and len(stamp) < 12 else 0))
    return sorted(found, key=lambda one: (one.timestamp, one.uuid))


def read_deleted(content: bytes) -> set[UUID]:
    """The events that a feed lists as deleted, but for what is no UUID. Raises `UnreadableError`, `LimitError`."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(
            f"The list of deletions is no JSON: {error.msg}.", action="Ask whoever makes the feed.", path=DELETED
        ) from error
    if not isinstance(document, list):
        raise UnreadableError("Deletions are a list.", action="Ask whoever makes the feed.", path=DELETED)
    if len(document) > MAX_EVENTS:
        raise LimitError(f"The feed lists more than {MAX_EVENTS:,} deletions.", action="Ask for a smaller one.")
    found = set()
    for one in document:
        try:
            found.add(UUID(str(one.get("uuid") if isinstance(one, dict) else one)))
        except ValueError:
            continue
    return found


def _md5(value: str) -> str:
    """What the feed format asks for; it hides nothing and proves nothing."""
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def _all(event: Mapping[str, Any]) -> Iterator[str]:
    for attribute in event.get("Attribute") or ():
        yield from str(attribute.get("value", "")).split("|")
    for obj in event.get("Object") or ():
        for attribute in obj.get("Attribute") or ():
            yield from str(attribute.get("value", "")).split("|")


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
