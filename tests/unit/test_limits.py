"""How often somebody may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.web.limits import Limits, Pace, TooManyError

PACE = Pace(5, 60)


class Steady:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def taken(limits, who="a", kind="k"):
    try:
        limits.take(kind, who, PACE)
    except TooManyError as error:
        return error.wait_s
    return 0


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from("ab")), max_size=200))
def test_never_more_than_burst_and_pace(steps):
    clock = Steady()
    limits = Limits(now_s=clock)
    let = {"a": 0, "b": 0}
    for wait, who in steps:
        clock.at += wait
        let[who] += taken(limits, who) == 0
    assert all(count <= PACE.burst + clock.at * PACE.per_minute / 60 + 1e-6 for count in let.values())


@given(st.integers(0, 40))
def test_who_waits_as_long_as_told_is_let_in(more):
    clock = Steady()
    limits = Limits(now_s=clock)
    for _ in range(5 + more):
        wait = taken(limits)
        clock.at += 0.01
    if wait:
        clock.at += wait
        assert taken(limits) == 0


def test_one_does_not_use_up_anothers():
    limits = Limits(now_s=Steady())
    assert [taken(limits) for _ in range(6)][-1] > 0
    assert (taken(limits, "b"), taken(limits, "a", "other")) == (0, 0)


def test_memory_is_bounded():
    limits = Limits(now_s=Steady(), most_kept=100)
    for number in range(1_000):
        taken(limits, str(number))
    assert len(limits) == 100


@pytest.mark.parametrize(
    ("wait", "said"), [(1, "in a second"), (119, "119 seconds"), (120, "2 minutes"), (3_601, "61 minutes")]
)
def test_it_says_when_to_come_back(wait, said):
    assert said in str(TooManyError(wait))
