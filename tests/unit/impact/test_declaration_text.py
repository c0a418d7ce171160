"""The text of a declaration, read again, is the same declaration."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from impact_worlds import DAY, declared

from accord.impact import Intervention, Shape, declaration_text, read_declaration

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(str.strip)


@given(
    metric=WORDS,
    population=WORDS,
    name=WORDS,
    expected=st.none() | st.floats(-100, 500),
    harmonics=st.none() | st.integers(0, 6),
    until=st.booleans(),
    donors=st.lists(WORDS, max_size=4, unique=True),
    shape=st.sampled_from(Shape),
)
def test_reading_the_text_gives_the_same_digest(  # noqa: PLR0917
    metric, population, name, expected, harmonics, until, donors, shape
):
    day = Intervention(name, DAY, DAY + timedelta(days=70) if until else None)
    asked = replace(
        declared(), metric=metric, population=population, interventions=(day,), expected_percent=expected,
        harmonics=harmonics, donors=tuple(one for one in donors if one != "pages"), shape=shape,
    )  # fmt: skip
    again = read_declaration(declaration_text(asked).encode())
    assert again == asked
    assert again.digest == asked.digest
