"""OpenIOC 1.0 and 1.1. The XML parser refuses document types, hence entities: nothing expands, nothing is fetched."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat  # document types are refused below, which is what makes it safe

from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.rows import open_cell
from accord.model.errors import LimitError, UnreadableError
from accord.model.selectors import SelectorKind

_KINDS = {
    "md5": SelectorKind.MD5,
    "md5sum": SelectorKind.MD5,
    "sha1": SelectorKind.SHA1,
    "sha1sum": SelectorKind.SHA1,
    "sha256": SelectorKind.SHA256,
    "sha256sum": SelectorKind.SHA256,
    "ip": SelectorKind.IPV4,
    "ipv4addr": SelectorKind.IPV4,
    "remoteip": SelectorKind.IPV4,
    "host": SelectorKind.DOMAIN,
    "hostname": SelectorKind.DOMAIN,
    "dns": SelectorKind.DOMAIN,
    "uri": SelectorKind.URL,
    "url": SelectorKind.URL,
    "email": SelectorKind.EMAIL,
    "from": SelectorKind.EMAIL,
}
_OPEN = frozenset({"network", "dnsentryitem", "portitem", "urlhistoryitem", "email"})
_PROSE = frozenset({"short_description", "description"})


class _Reader:
    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.parser: Any = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.buffer_text = True
        self.path: list[str] = []
        self.words: list[str] = []
        self.search = ""
        self.line = 0

    def _doctype(self, *_: object) -> None:
        raise UnreadableError("it declares a document type, which is not allowed", line=self.parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= self.gathering.limits.max_depth:
            raise LimitError(f"nested deeper than {self.gathering.limits.max_depth} levels")
        self.path.append(name.rpartition(":")[2])
        self.words.clear()
        self.line = self.parser.CurrentLineNumber
        if self.path[-1] == "Context":
            self.search = attributes.get("search", "").lower()

    def _characters(self, text: str) -> None:
        self.words.append(text)

    def _end(self, _: str) -> None:
        name, text = self.path.pop(), "".join(self.words).strip()
        self.words.clear()
        if not text:
            return
        if name == "short_description":
            self.gathering.title(text)
        if name in _PROSE:
            values.prose(self.gathering, text, self.line)
        elif name == "Content":
            self._content(text)

    def _content(self, text: str) -> None:
        family, _, last = self.search.rpartition("/")
        kind = _KINDS.get(last)
        if kind is not None:
            values.hinted(self.gathering, kind, text, self.line)
        elif family.partition("/")[0] in _OPEN:
            if not values.whole(self.gathering, text, self.line):
                open_cell(self.gathering, text, self.line)
        else:
            self.gathering.passed(f"{last or 'nameless'} terms")
            self.gathering.names(text, self.line)


def read_openioc(gathering: Gathering, data: bytes) -> None:
    """Reads one document. Raises `UnreadableError` for bad XML, with the line, and `LimitError` for its depth."""
    reader = _Reader(gathering)
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003  # expat takes no keywords
    except expat.ExpatError as error:
        raise UnreadableError(f"bad XML: {expat.ErrorString(error.code)}", line=error.lineno) from None
