import math
from datetime import date

import numpy as np
import pytest

from accord.impact import Frequency, Series, read_series, read_spells
from accord.model.errors import AccordError, InputError, LimitError, UnreadableError


def test_columns_become_series_and_absent_rows_gaps() -> None:
    text = "week;a;b\n2024-01-15;3;\n2024-01-01;1;0\n"
    found = read_series(text.encode("utf-8-sig"), Frequency.WEEK)
    assert [found["a"].origin, found["a"].day(2)] == [date(2024, 1, 1), date(2024, 1, 15)]
    np.testing.assert_array_equal(found["a"].values, [1, math.nan, 3])
    np.testing.assert_array_equal(found["b"].values, [0, math.nan, math.nan])
    assert found["a"].gaps == 1


def test_months_may_be_written_without_a_day() -> None:
    found = read_series(b"month,a\n2024-01,5\n2024-03,7\n", Frequency.MONTH)
    np.testing.assert_array_equal(found["a"].values, [5, math.nan, 7])


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("d,a\n2024-01-01,-3\n", 2, "not a count"),
        ("d,a\n2024-01-01,3\n2024-01-02,inf\n", 3, "not a count"),
        ("d,a\n2024-01-01,1_000\n", 2, "not a count"),
        ("d,a\n2024-01-01,3\n2024-01-01,4\n", 3, "stands twice"),
        ("d,a\n01/02/2024,3\n", 2, "not a date"),
        ("d,a\n2024-01-01,3,4\n", 2, "3 cells under 2 columns"),
        ("d,a,a\n2024-01-01,3,4\n", 1, "same name"),
        ("d\n2024-01-01\n", 1, "No column"),
        ("", 1, "No column"),
        ("d,a\n", None, "No row"),
        ('d,a\n2024-01-01,"3\n', 2, "Not CSV"),
    ],
)
def test_a_refusal_names_the_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_series(text.encode(), Frequency.DAY, path="s.csv")
    assert (caught.value.path, caught.value.line) == ("s.csv", line)


def test_a_week_that_begins_in_between_is_refused() -> None:
    with pytest.raises(InputError, match="does not begin a week") as caught:
        read_series(b"d,a\n2024-01-01,3\n2024-01-10,4\n", Frequency.WEEK)
    assert caught.value.action == "Write 2024-01-08."
    assert caught.value.line == 3


def test_bounds_hold() -> None:
    with pytest.raises(LimitError, match="periods"):
        read_series(b"d,a\n0001-01-01,3\n9999-12-31,4\n", Frequency.DAY)
    with pytest.raises(LimitError, match="columns"):
        read_series(b"d," + b",".join(b"c%d" % k for k in range(300)) + b"\n", Frequency.DAY)
    with pytest.raises(UnreadableError, match="UTF-8"):
        read_series(b"d,a\n2024-01-01,\xff\n", Frequency.DAY)
    with pytest.raises(UnreadableError, match="Not CSV"):
        read_series(b"d,a\n" + b"9" * 200_000 + b",1\n", Frequency.DAY)
    with pytest.raises(InputError, match="above"):
        read_series(b"d,a\n2024-01-01,1e300\n", Frequency.DAY)


def test_a_series_is_checked_and_cannot_be_changed() -> None:
    for wrong in ([], [1.0, -2.0], [math.inf], [[1.0]]):
        with pytest.raises(AccordError):
            Series("a", date(2024, 1, 1), Frequency.DAY, np.array(wrong))
    kept = Series("a", date(2024, 1, 1), Frequency.DAY, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="read-only"):
        kept.values[0] = 5


def test_spells_are_grouped_by_name() -> None:
    found = read_spells(b"days,group,returned\n3,b,yes\n9,a,no\n4,b,0\n")
    assert [(one.name, one.days.tolist(), one.returned.tolist()) for one in found] == [
        ("a", [9.0], [False]),
        ("b", [3.0, 4.0], [True, False]),
    ]


@pytest.mark.parametrize(
    "text",
    ["a,b\n", "group,days,returned\n", "group,days,returned\na,1,perhaps\n", "group,days,returned\na,,yes\n"],
)
def test_bad_spells_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_spells(text.encode())
