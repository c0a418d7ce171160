"""Bytes to text: byte order marks, UTF-8, UTF-16, and Windows-1252 when nothing else fits; and text to lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_SAMPLE = 4096
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\x1a\x1b")
_END = re.compile(r"\r*\n|\r")


class Text(NamedTuple):
    """Decoded text; `encoding` is for people and empty for plain UTF-8."""

    text: str
    encoding: str


def decode(data: bytes) -> Text | None:
    """The text of a file, or None when it is binary. What cannot be decoded becomes U+FFFD, and the note says so."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, errors="replace")
            return Text(text, _told(name, text))
    guessed = _unmarked_utf16(data)
    if guessed:
        text = data.decode(guessed, errors="replace")
        return Text(text, _told("UTF-16 without a byte order mark", text))
    if _binary(data):
        return None
    try:
        return Text(data.decode("utf-8"), "")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 4:
            return Text(data.decode("utf-8", errors="replace"), "UTF-8 that ends within a character")
    text = data.decode("cp1252", errors="replace")
    return Text(text, _told("Windows-1252", text))


def _told(name: str, text: str) -> str:
    count = text.count("\ufffd")
    return f"{name}, {count:,} characters unreadable" if count else name


def _unmarked_utf16(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _binary(data: bytes) -> bool:
    """A NUL anywhere near the beginning, or many control characters, is no text in an eight-bit encoding."""
    sample = data[:_SAMPLE]
    if b"\0" in sample or data.count(b"\0") > len(data) // 1000:
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(2, len(sample) // 50)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1. LF, CR LF, bare CR, and CR CR LF (an export written twice) end a line."""
    position, number = 0, 1
    if "\r" not in text:  # nearly always: then nothing need be matched
        while (at := text.find("\n", position)) >= 0:
            yield number, text[position:at]
            position, number = at + 1, number + 1
    for end in _END.finditer(text, position):
        yield number, text[position : end.start()]
        position, number = end.end(), number + 1
    if position < len(text):
        yield number, text[position:]


def line_ends(text: str) -> str:
    """A note on unusual line ends, else empty."""
    if "\r" not in text:
        return ""
    if "\r\r\n" in text:
        return "line ends CR CR LF"
    bare = text.count("\r") - text.count("\r\n")
    if bare and not text.count("\n"):
        return "line ends CR"
    return "mixed line ends" if bare else ""
