from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.links.words import LONGEST_VALUE, counted, joined, shown, thing
from accord.model.selectors import SelectorKind


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (SelectorKind.IPV4, "192.0.2.1", "the server 192[.]0[.]2[.]1"),
        (SelectorKind.DOMAIN, "x.example", "the domain x[.]example"),
        (SelectorKind.SHA256, "ab" * 32, "the file abababababab…"),
        (SelectorKind.MALWARE, "greywren", "the name Greywren"),
        (SelectorKind.ACTOR, "brown otter", "the name Brown Otter"),
        (SelectorKind.ACTOR, "xyz64", "the name XYZ64"),
        (SelectorKind.BTC, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "the wallet 1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ],
)
def test_things_are_named_for_laymen_and_cannot_be_clicked(kind, value, text):
    assert thing(kind, value) == text


@pytest.mark.parametrize("kind", list(SelectorKind))
def test_every_kind_has_a_noun(kind):
    assert thing(kind, "0123456789abcdef").startswith("the ")


@given(st.sampled_from(list(SelectorKind)), st.text(max_size=300))
def test_hostile_values_stay_short_and_on_one_line(kind, value):
    text = shown(kind, value)
    assert len(text) <= LONGEST_VALUE + 1
    assert text.isprintable()


def test_numbers_and_lists_read_as_prose():
    assert counted(1, "trace", "traces") == "one trace"
    assert counted(12, "trace", "traces") == "twelve traces"
    assert counted(5172, "trace", "traces") == "5,172 traces"
    assert joined(["a", "b", "a", "c"]) == "a, b and c"
    assert joined([]) == ""
