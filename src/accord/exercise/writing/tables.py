"""Tables as members export them: every delimiter, line end, encoding and header there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = b"\xef\xbb\xbf"


def table(
    rows: Iterable[Sequence[object]],
    header: Sequence[str] = (),
    *,
    delimiter: str = ",",
    ends: str = "\n",
    encoding: str = "utf-8",
    bom: bool = False,
    title: str = "",
) -> bytes:
    """Rows as delimited text. No header when it is empty; `title` is a line of its own above it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends)
    if title:
        text.write(title + ends)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return (BOM if bom else b"") + text.getvalue().encode(encoding)


def lines(rows: Iterable[str], *, ends: str = "\n", last: bool = True) -> bytes:
    """One row a line; `last` says whether the last line has an end."""
    text = ends.join(rows)
    return (text + ends if last else text).encode()
