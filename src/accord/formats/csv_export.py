"""Rows as CSV (RFC 4180, CRLF, UTF-8) and as a JSON array, one row at a time.

What a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab and carriage return in front) gets an apostrophe
before it, as OWASP's page on CSV injection asks: values come from whoever shared them. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""In front of a cell; the last four are the full-width forms, which some spreadsheets read alike."""


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The header, then each row; a value that is not there is an empty cell."""
    yield _line(columns)
    for row in rows:
        yield _line([_cell(row.get(name)) for name in columns])


def json_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A JSON array of objects, a line each."""
    ahead = b"["
    for row in rows:
        yield ahead + b"\n" + orjson.dumps({name: row.get(name) for name in columns})
        ahead = b","
    yield b"[]\n" if ahead == b"[" else b"\n]\n"


def _line(cells: Sequence[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset):
        value = " ".join(str(one) for one in value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text
