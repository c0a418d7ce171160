"""Series and spells from CSV, as handed in: bounded, and every refusal named with its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from accord.impact.declaration import MAX_COLUMNS
from accord.impact.periods import Frequency, begins_period, day_of, index_of
from accord.impact.series import MAX_PERIODS, Series
from accord.impact.survival import Spells
from accord.model.errors import InputError, LimitError, UnreadableError

MAX_BYTES = 32 * 1024 * 1024
"""More than 8,000 periods of 200 columns of 12 characters."""

MAX_SPELLS = 200_000
MAX_GROUPS = 20

GAPS = frozenset({"", "na", "n/a", "nan", "null", "-"})
"""What stands for “not recorded”, in any case. A zero is written 0."""

_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read_series(data: bytes, frequency: Frequency, *, path: str = "") -> dict[str, Series]:
    """The columns of a CSV file (comma, semicolon or tab) whose first column is the first day of each period.

    Dates are `2026-03-31`, for months also `2026-03`. Rows may be in any order; a period without a row is a gap. Raises
    `InputError`, `LimitError` and `UnreadableError`, with the line.
    """
    rows = _rows(data, path)
    header = [name.strip() for name in next(rows, (1, []))[1]]
    if len(header) < 2:
        raise InputError(
            "No column beside the date.", action="First row: date and names of columns.", path=path, line=1
        )
    if len(header) > MAX_COLUMNS + 1:
        raise LimitError(f"{len(header)} columns; at most {MAX_COLUMNS}.", action="Leave some out.", path=path, line=1)
    if len(set(header)) != len(header):
        raise InputError("Two columns have the same name.", action="Rename one.", path=path, line=1)
    days: dict[date, tuple[int, list[float]]] = {}
    for line, row in rows:
        day = _written_day(row[0], frequency, path, line)
        if len(row) != len(header):
            raise InputError(
                f"{len(row)} cells under {len(header)} columns.", action="Mend the row.", path=path, line=line
            )
        if day in days:
            raise InputError(f"{day} stands twice.", action=f"See line {days[day][0]}.", path=path, line=line)
        if len(days) >= MAX_PERIODS:
            raise LimitError(f"Over {MAX_PERIODS:,} rows.", action="Add up to longer periods.", path=path, line=line)
        days[day] = (line, [_count(cell, path, line) for cell in row[1:]])
    if not days:
        raise InputError("No row below the header.", action="Give one row a period.", path=path)
    return _aligned(header[1:], days, frequency, path)


def read_spells(data: bytes, *, path: str = "") -> tuple[Spells, ...]:
    """Groups of spells from a CSV file with the columns `group`, `days`, `returned` (yes or no), in order of name.

    Raises `InputError`, `LimitError` and `UnreadableError`, with the line.
    """
    rows = _rows(data, path)
    header = [name.strip().lower() for name in next(rows, (1, []))[1]]
    if sorted(header) != ["days", "group", "returned"]:
        raise InputError("The columns are not group, days, returned.", action="Name them so.", path=path, line=1)
    groups: dict[str, list[tuple[float, bool]]] = {}
    for number, (line, row) in enumerate(rows):
        if number >= MAX_SPELLS:
            raise LimitError(f"Over {MAX_SPELLS:,} rows.", action="Take a sample.", path=path, line=line)
        if len(row) != len(header):
            raise InputError(f"{len(row)} cells, not 3.", action="Mend the row.", path=path, line=line)
        cells = dict(zip(header, row, strict=True))
        days, back = _count(cells["days"], path, line), _TRUTH.get(cells["returned"].strip().lower())
        if math.isnan(days) or back is None:
            raise InputError("No days, or neither yes nor no.", action="Fill in both.", path=path, line=line)
        groups.setdefault(cells["group"].strip(), []).append((days, back))
        if len(groups) > MAX_GROUPS:
            raise LimitError(f"Over {MAX_GROUPS} groups.", action="Join some.", path=path, line=line)
    if not groups:
        raise InputError("No row below the header.", action="Give one row a spell.", path=path)
    return tuple(
        Spells(name, np.array([days for days, _ in rows]), np.array([back for _, back in rows]))
        for name, rows in sorted(groups.items())
    )


def _aligned(
    names: list[str], days: dict[date, tuple[int, list[float]]], frequency: Frequency, path: str
) -> dict[str, Series]:
    origin = min(days)
    for day, (line, _) in days.items():
        if not begins_period(day, origin, frequency):
            raise InputError(
                f"{day} does not begin a {frequency.value}; the first row is {origin}.",
                action=f"Write {day_of(index_of(day, origin, frequency), origin, frequency)}.",
                path=path,
                line=line,
            )
    length = index_of(max(days), origin, frequency) + 1
    if length > MAX_PERIODS:
        raise LimitError(
            f"{origin} to {max(days)} are {length:,} periods.",
            action=f"At most {MAX_PERIODS:,}: mend the dates.",
            path=path,
        )
    table = np.full((length, len(names)), np.nan)
    for day, (_, counts) in days.items():
        table[index_of(day, origin, frequency)] = counts
    return {name: Series(name, origin, frequency, table[:, k]) for k, name in enumerate(names)}


def _rows(data: bytes, path: str) -> Iterator[tuple[int, list[str]]]:
    if len(data) > MAX_BYTES:
        raise LimitError(f"Over {MAX_BYTES >> 20} MiB.", action="Add up to longer periods.", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError("Not UTF-8.", action="Save the file as UTF-8.", path=path, line=line) from None
    head = text[:4096].partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableError(f"Not CSV: {error}.", action="Mend it.", path=path, line=reader.line_num) from None


def _written_day(cell: str, frequency: Frequency, path: str, line: int) -> date:
    written = cell.strip()
    if frequency is Frequency.MONTH and len(written) == 7:
        written += "-01"
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(
            f"“{written[:40]}” is not a date.", action="Write it as 2026-03-31.", path=path, line=line
        ) from None


def _count(cell: str, path: str, line: int) -> float:
    written = cell.strip()
    if written.lower() in GAPS:
        return math.nan
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or "_" in written:
        raise InputError(
            f"“{written[:40]}” is not a count.",
            action="Write 0 or more without separators; leave the cell empty where nothing was recorded.",
            path=path,
            line=line,
        )
    return value
