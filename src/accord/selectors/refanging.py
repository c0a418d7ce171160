"""Undoing and doing defanging: the ways in which people keep a bad address from being clicked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from accord.model.selectors import Selector, SelectorKind

_SUSPECT = re.compile(r"[\[({\\\]]|[xX]{2}|\*\*|__p|meow|fxp", re.IGNORECASE)
"""Cheap test: text without any of these holds no defang mark."""

_MARK = re.compile(
    r"""
    [ \[({\\.hHmMfF](?:  # one class first: the engine skips to it
      (?<=[\[({])(?:
        (?P<dot>(?:\s?\.\s?[\])}]|(?:dot|DOT|Dot)[\])}][ ]?)(?=[\w*]))
      | (?<=\w\[)(?P<dot_half>\.)(?=\w)
      | (?P<slashes>:\s?//[\])}]|:[\])}](?://|\\\\|[\[({]//[\])}]))
      | (?P<colon>:[\])}])(?=[\w:\[])
      | (?<=[:\])}][\[({])(?P<colon_last>:[\])}])
      | (?<=\w[\[({])(?P<slash>/[\])}])
      | (?<=\w[\[({])(?P<at>(?:@|at|AT|At)[\])}][ ]?)(?=\w)
      )
    | (?<=\w[ ])[\[({](?:(?P<dot_apart>\.|dot|DOT|Dot)|(?P<at_apart>@|at|AT|At))[\])}][ ]?(?=\w)
    | (?<=\\)(?:(?<=\w\\)(?P<dot_escaped>\.)(?=\w)|(?<=[\w:/]\\)(?P<slash_escaped>/))
    | (?<=\w\.)(?P<dot_closed>\])(?=\w)
    | (?<=[hH])(?<![a-zA-Z0-9].)(?P<scheme>(?:[xX]{2}|\*\*|__|tx|xt)[pP])(?=[sS]?\s?[\[({]?:)
    | (?<=[mM])(?<![a-zA-Z0-9].)(?P<scheme_meow>eow)(?=s?:)
    | (?<=[fF])(?<![a-zA-Z0-9].)(?P<ftp>[xX][pP])(?=[sS]?\s?[\[({]?:)
    )
    """,
    re.VERBOSE,
)

_PLAIN = {
    "dot": ".",
    "dot_half": ".",
    "dot_apart": ".",
    "dot_escaped": ".",
    "dot_closed": ".",
    "slashes": "://",
    "colon": ":",
    "colon_last": ":",
    "slash": "/",
    "slash_escaped": "/",
    "at": "@",
    "at_apart": "@",
    "scheme": "http",
    "scheme_meow": "http",
    "ftp": "ftp",
}

_MAX_PASSES = 4
"""`[[.]]` needs two; nobody writes more, and a hostile text must not make us loop."""


class Plain(NamedTuple):
    r"""Refanged text and where its replacements stand, as rising offsets in the plain text.

    `starts[i]` is where the i-th one begins, `ends[i]` where it ends; `shifts[i]` is what an offset at or after
    `ends[i]` is short of its place in the original. `marks` are the starts of those that were defang marks: JSON's
    `\/` is undone as well, but is none.
    """

    text: str
    starts: list[int]
    ends: list[int]
    shifts: list[int]
    marks: list[int]

    def is_marked(self, start: int, end: int) -> bool:
        """True when a defang mark stood between two offsets of the plain text."""
        if not self.marks:
            return False
        at = bisect_left(self.marks, start)
        return at < len(self.marks) and self.marks[at] < end

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The same span in the text as it was written."""
        if not self.starts:
            return start, end
        first = bisect_right(self.ends, start)
        beyond = bisect_right(self.starts, end - 1)
        return (
            start + (self.shifts[first - 1] if first else 0),
            end + (self.shifts[beyond - 1] if beyond else 0),
        )


def is_suspect(text: str) -> bool:
    """False when the text surely holds no defang mark."""
    return _SUSPECT.search(text) is not None


def refang(text: str) -> str:
    r"""The text with every defang mark undone; text without marks comes back as it is.

    Styles: `[.]` `(.)` `{.}` `[dot]` `(dot)` `\.` `[.com` `com.]`, `hxxp` `hXXps` `h**p` `meow://` `fxp`, `[:]`
    `[://]` `[:]//`, `[/]`, `[@]` `(at)` `[at]`. A bare `_at_` or ` dot ` is left: it is a word as often as a mark.
    """
    for _ in range(_MAX_PASSES):
        if not is_suspect(text):
            return text
        plain = _MARK.sub(lambda mark: _PLAIN[mark.lastgroup or ""], text)
        if plain == text:
            return text
        text = plain
    return text


def refang_tracked(text: str) -> Plain:
    """One pass of `refang` that remembers where the marks stood, so that findings can be shown in the original."""
    starts: list[int] = []
    ends: list[int] = []
    shifts: list[int] = []
    marks: list[int] = []
    if not is_suspect(text):
        return Plain(text, starts, ends, shifts, marks)
    parts: list[str] = []
    last = shift = 0
    for mark in _MARK.finditer(text):
        plain = _PLAIN[mark.lastgroup or ""]
        begin, end = mark.span()
        parts.append(text[last:begin])
        parts.append(plain)
        starts.append(begin - shift)
        if mark.lastgroup != "slash_escaped":
            marks.append(begin - shift)
        ends.append(begin - shift + len(plain))
        shift += end - begin - len(plain)
        shifts.append(shift)
        last = end
    parts.append(text[last:])
    return Plain("".join(parts), starts, ends, shifts, marks)


_HOST_OF_URL = re.compile(r"(?P<scheme>[a-z]+)(?P<middle>://(?:[^/?#@]*@)?)(?P<host>[^/?#:\[]*)")
_DEFANGED_SCHEME = {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}


def defang(selector: Selector) -> str:
    """The value as it may be shown and mailed: hosts in `[.]`, web addresses in `hxxp`, the rest as it is."""
    kind, value = selector
    if kind in (SelectorKind.DOMAIN, SelectorKind.IPV4):
        return value.replace(".", "[.]")
    if kind is SelectorKind.IPV6:
        return value.replace(":", "[:]")
    if kind is SelectorKind.EMAIL:
        local, _, host = value.rpartition("@")
        return f"{local}[@]{host.replace('.', '[.]')}"
    if kind is SelectorKind.URL and (start := _HOST_OF_URL.match(value)):
        scheme = _DEFANGED_SCHEME.get(start["scheme"], start["scheme"])
        return f"{scheme}{start['middle']}{start['host'].replace('.', '[.]')}{value[start.end() :]}"
    return value
