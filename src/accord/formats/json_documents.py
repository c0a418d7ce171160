"""JSON documents: STIX, MISP or anything else, whole, one a line, or broken off."""

from __future__ import annotations

import re
from typing import Any

from accord.formats import json_file, stix_objects
from accord.formats.gather import Gathering
from accord.formats.misp import read_event
from accord.formats.text import read_text
from accord.formats.tree import Locator, walk
from accord.model.errors import LimitError


def read_json(gathering: Gathering, text: str, data: bytes) -> None:
    reading = gathering.reading
    reading.format = "json"
    bounded(gathering, data)
    try:
        document, strict = json_file.load(data)
    except ValueError as error:
        _broken_json(gathering, text, data, error)
        return
    if json_file.is_stix(document):
        version = (
            document.get("spec_version") if isinstance(document, dict) and document.get("type") == "bundle" else None
        )
        pieces, exact = _pieces(data)
        decoded = _decoded(document, len(pieces)) if strict and exact else None
        _stix(gathering, pieces, data, "2.0" if version == "2.0" else None, decoded)
    elif events := json_file.misp_events(document):
        reading.format = "misp"
        locator = Locator(data)
        for event in events:
            read_event(gathering, event, locator.line)
        if len(events) > 1:
            gathering.note(f"{len(events):,} events in one file")
    else:
        walk(gathering, document, Locator(data).line)


def _pieces(data: bytes) -> tuple[list[bytes], bool]:
    """The objects' bytes, true; where the document is only nearly JSON, those of the objects that are whole, false."""
    try:
        return stix_objects.raws(data), True
    except ValueError:
        return list(json_file.salvage(data, "stix")), False


def _decoded(document: Any, count: int) -> list[Any] | None:
    """The document's `count` objects, so that each need not be decoded again; None when it holds them otherwise."""
    objects = document.get("objects") or [document] if isinstance(document, dict) else document
    return objects if isinstance(objects, list) and len(objects) == count else None


def _stix(
    gathering: Gathering, pieces: list[bytes], data: bytes, version: str | None, decoded: list[Any] | None = None
) -> None:
    gathering.reading.format = f"stix-{version or '2.1'}"
    objects = stix_objects.Objects(gathering, version)
    if decoded is None:
        for piece, line in stix_objects.located(data, pieces):
            objects.read(piece, line)
    else:
        for (piece, line), obj in zip(stix_objects.located(data, pieces), decoded, strict=True):
            objects.take(obj, piece, line)
    objects.done()
    if objects.versions and version is None:
        gathering.reading.format = f"stix-{max(objects.versions, key=lambda v: objects.versions[v])}"


def _broken_json(gathering: Gathering, text: str, data: bytes, error: ValueError) -> None:
    """Not JSON as a whole: a file of JSON lines, or one that breaks; whole objects in it are kept."""
    documents = json_file.lines_of_json(data)
    if documents is not None:
        _json_lines(gathering, documents, data)
        return
    line = getattr(error, "lineno", None)
    gathering.drop(line, f"not valid JSON: {getattr(error, 'msg', error)}", _around(text, getattr(error, "pos", None)))
    gathering.reading.truncated = True
    pieces = list(json_file.salvage(data, "stix")) if b'"bundle"' in data[:4096] or b"--" in data[:4096] else []
    event = json_file.salvaged_event(data)
    if pieces:
        gathering.note(f"{len(pieces):,} whole objects were read")
        _stix(gathering, pieces, data, "2.0" if re.search(rb'"spec_version"\s*:\s*"2\.0"', data[:4096]) else None)
    elif event is not None:
        gathering.reading.format = "misp"
        gathering.note(f"{len(event['Attribute']):,} whole attributes were read")
        read_event(gathering, event, Locator(data).line)
    else:
        gathering.note("read as plain text instead")
        read_text(gathering, text)
    if gathering.empty:
        gathering.reading.format = "unreadable"


def _json_lines(gathering: Gathering, documents: list[object], data: bytes) -> None:
    rows = data.splitlines()
    for number, (document, row) in enumerate(zip(documents, rows, strict=True), start=1):
        if document is None and row.strip():
            gathering.drop(number, "not valid JSON", row[:200].decode(errors="replace"))
    gathering.note("one JSON document a line")
    whole = [(n, d, r) for n, (d, r) in enumerate(zip(documents, rows, strict=True), start=1) if d is not None]
    if json_file.is_stix([document for _, document, _ in whole]):
        objects = stix_objects.Objects(gathering, None)
        for number, _, row in whole:
            objects.read(row.strip(), number)
        objects.done()
        gathering.reading.format = f"stix-{max(objects.versions, key=lambda v: objects.versions[v], default='2.1')}"
        return
    events = [(number, event) for number, document, _ in whole for event in json_file.misp_events(document)]
    if events:
        gathering.reading.format = "misp"
    for number, event in events:
        read_event(gathering, event, lambda _, number=number: number)  # type: ignore[misc]
    if not events:
        for number, document, _ in whole:
            walk(gathering, document, lambda _, number=number: number)  # type: ignore[misc]


def _around(text: str, position: int | None) -> str:
    return "" if position is None else text[max(0, position - 40) : position + 40]


def bounded(gathering: Gathering, data: bytes) -> None:
    bound = gathering.limits.max_structured_bytes
    if len(data) > bound:
        raise LimitError(f"a structured file larger than {bound:,} bytes (max_structured_bytes)")
