"""JSON: decoded, told apart by shape (STIX, MISP, anything else), and mended as far as it is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_STIX_ID = re.compile(r"[a-z][a-z0-9-]*--[0-9a-fA-F-]{36}\Z")
_LIST_OF = {"stix": re.compile(rb'"objects"\s*:\s*\['), "misp": re.compile(rb'"Attribute"\s*:\s*\[')}
_LIST = re.compile(rb"\s*\[")
_INFO = re.compile(rb'"info"\s*:\s*("(?:[^"\\]|\\.)*+")')


def load(data: bytes) -> tuple[Any, bool]:
    """The decoded document, and whether it is strict JSON throughout.

    Raises `ValueError` with line and column (`json.JSONDecodeError`), or for its depth.

    A second, laxer parse lets raw control characters in strings through, which some tools write.
    """
    try:
        return orjson.loads(data), True
    except orjson.JSONDecodeError:
        try:
            return json.loads(data.decode("utf-8", errors="replace"), strict=False), False
        except RecursionError:
            raise ValueError("it is nested too deeply") from None


def lines_of_json(data: bytes) -> list[Any] | None:
    """The documents of a file with one JSON object a line, None for a line that is none; None if it is no such file."""
    found: list[Any] = []
    rows = data.splitlines()
    if len(rows) < 2 or not rows[0].lstrip().startswith((b"{", b"[")):
        return None
    for row in rows:
        try:
            found.append(orjson.loads(row) if row.strip() else None)
        except orjson.JSONDecodeError:
            found.append(None)
    return found if found[0] is not None and sum(doc is not None for doc in found) > 1 else None


def is_stix(document: Any) -> bool:
    """A bundle, a TAXII envelope, a list of STIX objects, or one object."""
    if isinstance(document, dict):
        if document.get("type") == "bundle" or (isinstance(document.get("id"), str) and _is_object(document)):
            return True
        objects = document.get("objects")
        return isinstance(objects, list) and bool(objects) and any(_is_object(item) for item in objects[:20])
    return isinstance(document, list) and any(_is_object(item) for item in document[:20])


def _is_object(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("type"), str)
        and isinstance(item.get("id"), str)
        and bool(_STIX_ID.match(item["id"]))
    )


def misp_events(document: Any) -> list[dict[str, Any]]:
    """The MISP events of a document in any of their wrappings; empty when it is no MISP."""
    if isinstance(document, dict) and isinstance(document.get("response"), list | dict):
        document = document["response"]
    found = []
    for item in document if isinstance(document, list) else [document]:
        event = item.get("Event", item) if isinstance(item, dict) else None
        if (
            isinstance(event, dict)
            and "info" in event
            and ("Attribute" in event or "Object" in event or "uuid" in event)
        ):
            found.append(event)
    return found


def salvage(data: bytes, kind: str) -> Iterator[bytes]:
    """The whole objects in the lists of a JSON text that breaks off or breaks down (`stix`, `misp`), as bytes."""
    start = 0
    while True:
        opened = _LIST_OF[kind].search(data, start) or (_LIST.match(data) if kind == "stix" and not start else None)
        if opened is None:
            return
        depth, begun, start = 0, 0, len(data)
        for token in _TOKEN.finditer(data, opened.end()):
            mark = token.group()
            if mark in (b"{", b"["):
                begun = token.start() if depth == 0 else begun
                depth += 1
            elif mark in (b"}", b"]"):
                depth -= 1
                if depth == 0:
                    yield data[begun : token.end()]
                elif depth < 0:
                    start = token.end()
                    break


def salvaged_event(data: bytes) -> dict[str, Any] | None:
    """A MISP event of the attributes that are whole, or None when there is none."""
    attributes = []
    for raw in salvage(data, "misp"):
        try:
            attributes.append(orjson.loads(raw))
        except orjson.JSONDecodeError:
            continue
    info = _INFO.search(data)
    if not attributes:
        return None
    try:
        title = orjson.loads(info.group(1)) if info else ""
    except orjson.JSONDecodeError:
        title = ""
    return {"info": title, "Attribute": attributes}
