"""CSV that every reader reads alike and no spreadsheet runs; JSON in pieces."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from accord.formats.csv_export import FORMULA_SIGNS, csv_lines, json_lines

texts = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=20)
rows = st.lists(st.fixed_dictionaries({"a": texts, "b": st.integers(-9, 9) | st.none()}), max_size=8)


def read(pieces):
    text = b"".join(pieces).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


@given(rows)
def test_a_reader_gets_the_values_back_without_what_was_put_before_formulas(given_rows):
    header, *found = read(csv_lines(("a", "b"), given_rows))
    assert header == ["a", "b"]
    assert len(found) == len(given_rows)
    for row, (a, b) in zip(given_rows, found, strict=True):
        assert a in (row["a"], "'" + row["a"])
        assert b == ("" if row["b"] is None else str(row["b"]))


@given(st.sampled_from(FORMULA_SIGNS), texts, st.integers(0, 3))
def test_no_cell_begins_like_a_formula(sign, rest, blanks):
    _, (cell,) = read(csv_lines(("a",), [{"a": " " * blanks + sign + rest}]))
    assert not cell.lstrip(" ").startswith(FORMULA_SIGNS)


def test_lines_end_as_rfc_4180_says():
    assert b"".join(csv_lines(("a", "b"), [{"a": 'x"y', "b": "1,2"}])) == b'a,b\r\n"x""y","1,2"\r\n'


@given(rows)
def test_json_in_pieces_is_one_array(given_rows):
    assert json.loads(b"".join(json_lines(("a", "b"), given_rows))) == given_rows
