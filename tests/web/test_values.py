# addresses and sentences read better in one line
"""The small pure parts of pages: cursors, curve, words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.model.errors import InputError
from accord.web import show
from accord.web.cursors import from_cursor, to_cursor
from accord.web.curve import HEIGHT, LEFT, TOP, WIDTH, curve_of

PARTS = st.one_of(
    st.datetimes(timezones=st.just(UTC)), st.uuids(), st.floats(allow_nan=False), st.integers(-(2**53), 2**53),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60),
)  # fmt: skip
SIGNS = {datetime: "t", float: "f", int: "i", str: "s"}


@given(st.lists(PARTS, min_size=1, max_size=3))
def test_cursors_come_back_as_they_went(key):
    signs = "".join(SIGNS.get(type(part), "u") for part in key)
    assert from_cursor(to_cursor(tuple(key)), signs) == tuple(key)


@given(st.text(max_size=200))
def test_anything_else_is_refused_by_name(text):
    if not text:
        return
    with pytest.raises(InputError):
        from_cursor(text, "tufis")


@given(st.integers(0, 10**12))
def test_numbers_keep_their_digits(value):
    assert show.number(value).replace(show.THIN, "") == str(value)


@given(st.text(max_size=300), st.integers(5, 80))
def test_shortening_keeps_both_ends(text, longest):
    shown = show.middle(text, longest)
    assert len(shown) <= max(longest, min(len(text), longest))
    assert shown == text or (text.startswith(shown.split("…")[0]) and "…" in shown)


@given(st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 1)), min_size=1, max_size=30), st.none() | st.floats(0, 500))
def test_the_curve_stays_in_its_frame(rows, budget):
    cost, steps = 0.0, []
    for number, (price, left) in enumerate(rows, 1):
        cost += price
        steps.append(
            {"cost_so_far": cost, "residual": left, "low": left / 2, "high": min(1, left * 2), "number": number}
        )
    curve = curve_of({"steps": steps, "intact": 1.0, "budget": budget})
    assert all(LEFT <= mark.x <= LEFT + WIDTH and TOP <= mark.y <= TOP + HEIGHT for mark in curve.marks)
    assert LEFT <= curve.budget_x <= LEFT + WIDTH
    assert (
        curve.residual
        == max(
            (s for s in steps if s["cost_so_far"] <= curve.budget + 1e-9),
            key=lambda s: s["number"],
            default={"residual": 1.0},
        )["residual"]
    )


def test_no_steps_no_curve():
    assert curve_of({"steps": []}) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.5, "30 min"), (4, "4 h"), (1.5, "1.5 h"), (72, "3 days")],
)
def test_lead_times_read_well(value, words):
    assert show.hours(value) == words


def test_chances_are_rounded():
    assert show.one_in(19_234) == f"1 in 19{show.THIN}000"
    assert show.one_in(4_210_000) == "1 in 4 million"
    assert show.one_in(0.3) == "–"


def test_signs_that_turn_the_direction_of_text_are_shown_as_what_they_are():
    assert show.in_reading_order("invoice\u202efdp.exe") == "invoice⟨U+202E⟩fdp.exe"
    assert show.in_reading_order(7) == 7


def test_pages_show_them_so_and_stay_escaped(seeded, node, investigator):
    found = investigator.get("/search", params={"q": "<b>a\u202eb.example"}).text
    assert "\u202e" not in found
    assert "&lt;b&gt;a⟨U+202E⟩b.example" in found


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("overseer", "overseer"),
        ("investigator+steward", "investigator and steward"),
        ("analyst+liaison+steward", "analyst, liaison and steward"),
        ("harbourmaster", "harbourmaster"),
    ],
)
def test_roles_are_words(held, words):
    assert show.role_words(held) == words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on macOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)  # fmt: skip
def test_browsers_are_named_as_people_name_them(agent, words):
    assert show.browser_name(agent) == words


def test_percentages_do_not_break_and_other_words_stay():
    assert show.whole("38 % fewer, 95 % of it") == "38\u202f% fewer, 95\u202f% of it"
    assert show.whole("a % of b") == "a % of b"
