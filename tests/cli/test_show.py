"""What the command line shows: other people's names as they are, without a meaning for the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.cli.show import console, explain, plain, stages
from accord.custody.errors import RollbackError
from accord.model.errors import InputError

NAMES = ("[/red]a[b].txt", "[bold]", "[link=x]y", ":warning:", "a[/]")


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_are(name):
    with console.capture() as shown:
        explain(InputError(f"{name} cannot be listed.", action=f"Look at {name}.", path=name))
    assert shown.get().count(name) == 3


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_stops_the_progress(name):
    with console.capture(), stages() as bars:
        bars.report("intake", 1, 2, f"One: {name}")
        bars.report("intake", 2, 2, "")


@given(st.text())
def test_nothing_that_moves_the_cursor_reaches_the_terminal(text):
    shown = plain(text)
    assert len(shown) == len(text)
    assert shown.isprintable()
    assert plain(shown) == shown


def test_misconduct_of_a_log_says_what_it_proves():
    with console.capture() as shown:
        explain(RollbackError("The log shown has 9 entries; a signed head of 10 was seen before."))
    said = " ".join(shown.get().split())  # however wide the terminal is
    assert "a signed head of 10 was seen before. What it proves: The log shown now lacks entries" in said
    assert said.endswith("rely on neither.")


def test_escape_sequences_are_taken_out_of_errors():
    with console.capture() as shown:
        explain(InputError("\x1b[2Jgone\x1b]0;title\x07 cannot be listed."))
    assert "\x1b[2J" not in shown.get()
    assert "\x07" not in shown.get()
