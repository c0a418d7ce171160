"""One file in, one Reading out (an archive gives one a member). Bad content is told, never raised."""

from __future__ import annotations

import re
from collections.abc import Callable

from accord.formats import archive, json_file, openioc, sniff, stix_objects, yaml_file
from accord.formats.decode import Text, decode, line_ends
from accord.formats.gather import Gathering
from accord.formats.limits import DEFAULT, Limits
from accord.formats.markup import read_markup
from accord.formats.misp import read_event
from accord.formats.table import delimiter, read_table
from accord.formats.text import read_text
from accord.formats.tree import Locator, walk
from accord.model.errors import InputError
from accord.model.reading import Drop, Reading

_FORMATS = {
    "markdown": "markdown",
    "asciidoc": "asciidoc",
    "csv": "csv",
    "text": "text",
    "yaml": "yaml",
    "xml": "openioc",
}
_PLAIN_STEMS = re.compile(
    r"(?i)(iocs?|ioc's|indicators?|hash(es)?|samples?|readme|domains?|ips?|urls?|c2s?|ioc[-_ ]?list|network|data)\Z"
)


def read(path: str, data: bytes, limits: Limits = DEFAULT) -> list[Reading]:
    """What a file holds: one Reading, or one for each member of an archive (`a.zip!b.csv`).

    `path` is relative to the member's folder with `/` between parts. Nothing in `data` makes it raise: what cannot be
    read gives a Reading of the format `unreadable` with a drop that says why; what can be read in part is kept and
    marked `truncated`.
    """
    if len(data) > limits.max_file_bytes:
        return [unreadable(path, f"the file is larger than {limits.max_file_bytes:,} bytes (max_file_bytes)")]
    kind = sniff.packed(data)
    if not kind:
        return [_one(path, data, limits)]
    members = [archive.gunzip(path, data, limits)] if kind == "gz" else archive.unzip(data, limits)
    readings = [_member(path, member, limits) for member in members]
    return readings or [Reading(path=path, format="empty", notes=["an empty archive"])]


def unreadable(path: str, reason: str, excerpt: str = "", line: int | None = None) -> Reading:
    """The Reading of a file that gave nothing, with the reason."""
    return Reading(path=path, format="unreadable", title=title_of(path), drops=[Drop(line, reason, excerpt)])


def title_of(path: str) -> str:
    """A title for a file that has none: its stem, with its folder when the stem says nothing (`iocs`)."""
    parts = [part for part in re.split(r"[/!]", path) if part.strip()]
    stem = parts[-1].partition(".")[0] or parts[-1] if parts else path
    return f"{parts[-2].strip()}: {stem}" if len(parts) > 1 and _PLAIN_STEMS.match(stem) else stem


def _member(path: str, member: archive.Member, limits: Limits) -> Reading:
    inner = f"{path}!{member.name}" if member.name else path
    if member.data is None:
        if member.refused.startswith("not a share"):
            return Reading(path=inner, format="empty", title=title_of(inner), notes=[member.refused])
        return unreadable(inner, member.refused)
    if sniff.packed(member.data):
        return unreadable(inner, "an archive inside an archive is not opened")
    reading = _one(inner, member.data, limits)
    if member.refused:
        reading.drops.append(Drop(None, member.refused))
        reading.truncated = True
    return reading


def _one(path: str, data: bytes, limits: Limits) -> Reading:
    """Reads one file that is no archive."""
    words = sniff.foreign(data)
    decoded = None if words else decode(data)
    if decoded is None:
        return unreadable(path, f"this is {words or 'binary data'}, which is not read")
    if not decoded.text.strip():
        return Reading(path=path, format="empty", title=title_of(path))
    kind = sniff.sniff(path, decoded.text)
    if kind == "html":
        reason = "this is a web page (HTML), probably an error or sign-in page saved in place of the file"
        return unreadable(path, reason, " ".join(decoded.text[:400].split())[:120])
    gathering = Gathering(path, _FORMATS.get(kind, kind), limits)
    _note_text(gathering, decoded)
    try:
        _READERS[kind](
            gathering, decoded.text, data if not decoded.encoding else decoded.text.encode("utf-8", "replace")
        )
    except InputError as error:
        _stopped(gathering, error)
    reading = gathering.done()
    reading.title = reading.title or title_of(path)
    return reading


def _note_text(gathering: Gathering, decoded: Text) -> None:
    if decoded.encoding:
        gathering.note(f"encoding: {decoded.encoding}")
    ends = line_ends(decoded.text[:1_000_000])
    if ends:
        gathering.note(ends)


def _stopped(gathering: Gathering, error: InputError) -> None:
    """A reader gave up in the middle: what it has stays, and the file counts as read in part (or not at all)."""
    gathering.drop(error.line, error.message)
    gathering.reading.truncated = True
    if gathering.empty:
        gathering.reading.format = "unreadable"


def _json(gathering: Gathering, text: str, data: bytes) -> None:
    reading = gathering.reading
    reading.format = "json"
    _bounded(gathering, data)
    try:
        document = json_file.load(data)
    except ValueError as error:
        _broken_json(gathering, text, data, error)
        return
    if json_file.is_stix(document):
        version = (
            document.get("spec_version") if isinstance(document, dict) and document.get("type") == "bundle" else None
        )
        _stix(gathering, stix_objects.raws(data), data, "2.0" if version == "2.0" else None)
    elif events := json_file.misp_events(document):
        reading.format = "misp"
        locator = Locator(data)
        for event in events:
            read_event(gathering, event, locator.line)
        if len(events) > 1:
            gathering.note(f"{len(events):,} events in one file")
    else:
        walk(gathering, document, Locator(data).line)


def _stix(gathering: Gathering, pieces: list[bytes], data: bytes, version: str | None) -> None:
    gathering.reading.format = f"stix-{version or '2.1'}"
    objects = stix_objects.Objects(gathering, version)
    for piece, line in stix_objects.located(data, pieces):
        objects.read(piece, line)
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


def _bounded(gathering: Gathering, data: bytes) -> None:
    bound = gathering.limits.max_structured_bytes
    if len(data) > bound:
        raise InputError(f"a structured file larger than {bound:,} bytes (max_structured_bytes)")


def _yaml(gathering: Gathering, text: str, data: bytes) -> None:
    _bounded(gathering, data)
    if len(data) > 4_000_000:
        gathering.note("a large YAML file: as CSV it would be read ten times as fast")
    for document in yaml_file.load(text, gathering.limits):
        walk(gathering, document, lambda value: getattr(value, "line", None))


def _xml(gathering: Gathering, text: str, data: bytes) -> None:
    _bounded(gathering, data)
    openioc.read_openioc(gathering, data)
    if gathering.empty and "ioc" not in text[:4000].lower():
        gathering.drop(None, "XML of a kind that is not read")
        gathering.reading.format = "unreadable"


def _table(gathering: Gathering, text: str, _: bytes) -> None:
    mark = delimiter(text) or ","
    gathering.reading.format = "tsv" if mark == "\t" else "csv"
    read_table(gathering, text, mark)


_READERS: dict[str, Callable[[Gathering, str, bytes], None]] = {
    "json": _json,
    "xml": _xml,
    "yaml": _yaml,
    "csv": _table,
    "text": lambda gathering, text, _: read_text(gathering, text),
    "markdown": lambda gathering, text, _: read_markup(gathering, text, asciidoc=False),
    "asciidoc": lambda gathering, text, _: read_markup(gathering, text, asciidoc=True),
}
