from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.model.maps import Node
from accord.report import text
from accord.report.shown import selector, thing
from accord.report.typst import covered, lit

THIN = "\u202f"


@given(st.text())
def test_plain_text_has_no_control_or_direction_characters(raw: str) -> None:
    shown = text.plain(raw)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" or "\u200b" <= c <= "\u200f" for c in shown)


@given(st.text())
def test_plain_text_is_stable(raw: str) -> None:
    assert text.plain(text.plain(raw)) == text.plain(raw)


def test_plain_text_is_bounded_and_shows_a_reversed_name() -> None:
    assert len(text.plain("a" * 10_000)) == 4_000
    assert text.plain("invoice\u202efdp.exe") == "invoice\\u202efdp.exe"


@given(st.integers(-(10**12), 10**12))
def test_numbers_keep_their_digits(value: int) -> None:
    assert int(text.number(value).replace(THIN, "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.08, "8 %"), (0.999, "over 99 %"), (1, "100 %"), (0.995, "over 99 %")],
)
def test_percent_never_rounds_to_all_or_nothing(share: float, shown: str) -> None:
    assert text.percent(share).replace(THIN, " ") == shown


@pytest.mark.parametrize(
    ("chance", "shown"),
    [
        (1, "nearly always"),
        (60, "1 in 60"),
        (5_123, "1 in 5 100"),
        (19_400, "1 in 19 000"),
        (4_000_000, "1 in 4 million"),
        (4_560_000, "1 in 4.6 million"),
        (9e12, "under 1 in 1 billion"),
    ],
)
def test_rarity_has_two_figures(chance: float, shown: str) -> None:
    assert text.rarity(chance).replace(THIN, " ") == shown


def test_words_of_counts_and_lists() -> None:
    assert text.count(1, "lead") == "1 lead"
    assert text.spelt(2, "entry", "entries") == "two entries"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.shortened(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert text.window(date(2026, 9, 2), date(2026, 11, 14)) == "2 Sep 2026 to 14 Nov 2026"
    assert text.window(None, None) == "dates unknown"
    assert text.instant(datetime(2026, 11, 23, 14, 5, tzinfo=UTC)) == "23 Nov 2026, 14:05 UTC"


@given(st.sets(st.integers(0, 60)))
def test_ranges_name_every_number_and_no_other(numbers: set[int]) -> None:
    said = text.ranges(numbers).replace(" and ", ", ")
    parts = [list(map(int, part.split(" to "))) for part in said.split(", ") if part]
    assert [n for part in parts for n in range(part[0], part[-1] + 1)] == sorted(numbers)


def test_first_sentence_does_not_stop_inside_a_defanged_name() -> None:
    assert text.first_sentence("Both hold fee[.]example. Also more.") == "Both hold fee[.]example."
    assert text.first_sentence("Both hold v1.2 of it") == "Both hold v1.2 of it"


@given(st.text(max_size=200), st.integers(8, 60))
def test_middle_keeps_both_ends_within_its_length(raw: str, most: int) -> None:
    shown = text.middle(raw, most)
    assert len(shown) <= max(most, 0) or shown == raw
    assert shown[:3] == raw[:3]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("domain", "fee.example", "fee[.]example"),
        ("ipv4", "192.0.2.7", "192[.]0[.]2[.]7"),
        ("url", "https://fee.example/pay", "hxxps://fee[.]example/pay"),
        ("email", "drop@mail.example", "drop[@]mail[.]example"),
        ("account", "forum|wren", "forum: wren"),
        ("btc", "bc1qexample", "bc1qexample"),
    ],
)
def test_selectors_are_shown_defanged(kind: str, value: str, shown: str) -> None:
    assert selector(kind, value) == shown


def test_a_thing_on_the_map_is_shown_by_its_selector_once_defanged() -> None:
    node = Node("domain|fee.example", "domain", "domain", "fee[.]example", 1, (), 0, 0, 0)
    assert thing(node) == "fee[.]example"
    assert thing(node._replace(key="report|1", kind="contribution", shape="report", label="Panel logs")) == "Panel logs"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_typst_literals_close_where_they_end(raw: str) -> None:
    literal = lit(raw)
    inside = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert literal[0] == literal[-1] == '"'
    assert '"' not in inside
    assert "\n" not in literal


def test_what_no_font_covers_is_shown_as_code_points() -> None:
    assert covered("a中文b") == "a[U+4E2D U+6587]b"
    assert covered("Ünïted Šécurity – Ωμέγα – Кибер ≤ →") == "Ünïted Šécurity – Ωμέγα – Кибер ≤ →"
