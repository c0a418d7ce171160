"""One file in, one Reading out (an archive gives one a member). Bad content is told, never raised."""

from __future__ import annotations

import re
from collections.abc import Callable

from accord.formats import archive, openioc, sniff, yaml_file
from accord.formats.decode import Text, decode, line_ends
from accord.formats.gather import Gathering
from accord.formats.json_documents import bounded, read_json
from accord.formats.limits import DEFAULT, Limits
from accord.formats.markup import read_markup
from accord.formats.table import delimiter, read_table
from accord.formats.text import read_text
from accord.formats.tree import walk
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
    if not decoded.text or decoded.text.isspace():
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


def _yaml(gathering: Gathering, text: str, data: bytes) -> None:
    bounded(gathering, data)
    if len(data) > 4_000_000:
        gathering.note("a large YAML file: as CSV it would be read ten times as fast")
    for document in yaml_file.load(text, gathering.limits):
        walk(gathering, document, lambda value: getattr(value, "line", None))


def _xml(gathering: Gathering, text: str, data: bytes) -> None:
    bounded(gathering, data)
    openioc.read_openioc(gathering, data)
    if gathering.empty and "ioc" not in text[:4000].lower():
        gathering.drop(None, "XML of a kind that is not read")
        gathering.reading.format = "unreadable"


def _table(gathering: Gathering, text: str, _: bytes) -> None:
    mark = delimiter(text) or ","
    gathering.reading.format = "tsv" if mark == "\t" else "csv"
    read_table(gathering, text, mark)


_READERS: dict[str, Callable[[Gathering, str, bytes], None]] = {
    "json": read_json,
    "xml": _xml,
    "yaml": _yaml,
    "csv": _table,
    "text": lambda gathering, text, _: read_text(gathering, text),
    "markdown": lambda gathering, text, _: read_markup(gathering, text, asciidoc=False),
    "asciidoc": lambda gathering, text, _: read_markup(gathering, text, asciidoc=True),
}
