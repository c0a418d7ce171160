from datetime import timedelta

import numpy as np
import pytest
from impact_worlds import DAY, ORIGIN, declared, made, weekly

from accord.impact import Frequency, Intervention, Series, Shape, interrupted
from accord.impact.simulation import World
from accord.model.errors import InputError

QUIET = World(level=400.0, size=400.0, rho=0.2, sway=0.02, season=0.1)


@pytest.mark.parametrize("change", [-60, -30, 0, 50])
def test_a_known_change_is_found_within_a_few_percent(change: int) -> None:
    found = interrupted(made(change / 100, 7, QUIET), declared()).changes[0]
    assert found.percent == pytest.approx(change, abs=6)
    assert found.low < change < found.high
    assert found.periods == 52


def test_the_scale_of_the_counts_does_not_decide_the_change() -> None:
    series = made(-0.3, 3)
    once, tenfold = (interrupted(weekly(k * series.values), declared()).changes[0] for k in (1, 10))
    assert tenfold.percent == pytest.approx(once.percent, abs=1.5)


def test_the_direction_of_time_before_the_day_counts() -> None:
    """A series that was falling anyway has not fallen because of the day."""
    falling = weekly(np.round(400 * np.exp(-np.arange(156) / 80)))
    assert interrupted(falling, declared()).changes[0].low < 0 < interrupted(falling, declared()).changes[0].high
    without = interrupted(falling, declared(trend=False, harmonics=0)).changes[0]
    assert without.high < -10


def test_a_gap_is_not_a_zero() -> None:
    series = made(-0.3, 5, QUIET)
    gone = np.zeros(156, dtype=bool)
    gone[[0, 30, 31, 32, 120, 155]] = True
    whole, holes = interrupted(series, declared()), interrupted(series.masked(gone), declared())
    zeros = interrupted(weekly(np.where(gone, 0.0, series.values)), declared())
    assert holes.gaps == 6
    assert holes.changes[0].percent == pytest.approx(whole.changes[0].percent, abs=2)
    width = holes.changes[0].high - holes.changes[0].low
    assert width < zeros.changes[0].high - zeros.changes[0].low
    assert np.isnan(holes.path.difference[30])
    assert np.isfinite(holes.path.expected).all()


def test_memory_makes_the_interval_wider() -> None:
    calm, moody = (
        np.mean([np.ptp([c.low, c.high]) for s in range(8) for c in interrupted(made(0, s, w), declared()).changes])
        for w in (World(100, 1000, 0.0, 0.2), World(100, 1000, 0.85, 0.2))
    )
    assert moody > 1.2 * calm


def test_silence_after_the_day_is_a_hundred_percent_with_an_upper_limit() -> None:
    series = made(0, 2)
    values = series.values.copy()
    values[104:] = 0
    found = interrupted(weekly(values), declared())
    change = found.changes[0]
    assert (change.percent, change.low, change.observed) == (-100.0, -100.0, 0.0)
    assert -100 < change.high < -90
    assert change.averted == pytest.approx(found.path.expected[104:].sum())
    assert change.p < 1e-3
    assert (found.path.fitted[104:] == 0).all()


def test_silence_of_a_rare_thing_shows_nothing() -> None:
    values = np.zeros(156)
    values[[10, 70]] = 1
    change = interrupted(weekly(values), declared(trend=False, harmonics=0)).changes[0]
    assert change.high > 0
    assert change.p > 0.05


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros(156), "All 156 values"),
        (np.full(156, np.nan), "has 0 value"),
        (np.r_[5.0, np.full(155, np.nan)], "has 1 value"),
        (np.r_[np.zeros(104), np.ones(52)], "Nothing was counted before"),
        (np.r_[np.full(100, np.nan), np.ones(56)], "Only 4 observed periods before"),
        (np.r_[np.ones(106), np.full(50, np.nan)], "Only 2 observed periods after"),
        (np.r_[np.full(96, np.nan), np.ones(8), np.ones(4), np.full(48, np.nan)], "cannot carry a model"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(values: np.ndarray, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        interrupted(weekly(values), declared())
    assert caught.value.action


def test_a_window_outside_the_series_is_refused() -> None:
    late = Series("pages", ORIGIN + timedelta(weeks=900), Frequency.WEEK, np.ones(20))
    with pytest.raises(InputError, match="no value between"):
        interrupted(late, declared())


def test_a_period_cut_by_the_day_is_left_out() -> None:
    series = made(-0.3, 5)
    spoiled = series.values.copy()
    spoiled[104] = 9_999
    asked = declared(interventions=(Intervention("a", DAY + timedelta(days=3)),))
    found = interrupted(weekly(spoiled), asked)
    assert found.left_out == 1
    assert found.changes[0] == interrupted(series, asked).changes[0]


def test_two_interventions_are_told_apart() -> None:
    series = made(0, 11, QUIET)
    values = series.values.copy()
    values[80:100] = np.round(values[80:100] * 0.6)
    values[120:] = np.round(values[120:] * 1.5)
    first = Intervention("a", ORIGIN + timedelta(weeks=80), ORIGIN + timedelta(weeks=100))
    second = Intervention("b", ORIGIN + timedelta(weeks=120))
    found = interrupted(weekly(values), declared(interventions=(first, second), declared_at=ORIGIN))
    assert [change.percent for change in found.changes] == [pytest.approx(-40, abs=6), pytest.approx(50, abs=10)]
    assert [change.periods for change in found.changes] == [20, 36]


def test_a_fading_effect_is_reported_as_its_mean() -> None:
    fade = np.r_[np.zeros(104), np.linspace(np.log(0.5), 0, 52)]
    values = np.round(made(0, 4, QUIET).values * np.exp(fade))
    found = interrupted(weekly(values), declared(shape=Shape.LEVEL_AND_SLOPE)).changes[0]
    assert found.percent == pytest.approx(100 * (np.exp(fade[104:].mean()) - 1), abs=6)


def test_days_know_their_weekday() -> None:
    rng = np.random.default_rng(1)
    days = np.arange(200)
    mean = np.where(days % 7 >= 5, 10, 100) * np.where(days >= 120, 0.7, 1.0)
    series = Series("pages", ORIGIN, Frequency.DAY, rng.poisson(mean).astype(float))
    asked = declared(
        frequency=Frequency.DAY,
        window_last=ORIGIN + timedelta(days=199),
        interventions=(Intervention("a", ORIGIN + timedelta(days=120)),),
        declared_at=ORIGIN,
    )
    found = interrupted(series, asked)
    assert "day of the week" in found.terms
    assert found.changes[0].percent == pytest.approx(-30, abs=5)
    assert found.changes[0].high - found.changes[0].low < 20


def test_a_weekday_without_events_does_no_harm() -> None:
    days = np.arange(200)
    series = Series("pages", ORIGIN, Frequency.DAY, np.where(days % 7 == 6, 0.0, 50.0 + days % 5))
    asked = declared(
        frequency=Frequency.DAY,
        window_last=ORIGIN + timedelta(days=199),
        interventions=(Intervention("a", ORIGIN + timedelta(days=120)),),
        declared_at=ORIGIN,
    )
    found = interrupted(series, asked).changes[0]
    assert found.percent == pytest.approx(0, abs=3)


def test_the_path_adds_up() -> None:
    found = interrupted(made(-0.3, 9), declared())
    path, change = found.path, found.changes[0]
    assert len(path.days) == 156
    assert path.days[104] == DAY
    np.testing.assert_allclose(path.difference, path.observed - path.expected)
    assert (path.low <= path.expected).all()
    assert (path.expected <= path.high).all()
    np.testing.assert_allclose(path.fitted[:104], path.expected[:104])
    assert change.averted_low <= change.averted <= (change.averted_high or np.inf)
    assert path.expected[104:].sum() - change.observed == pytest.approx(change.averted, rel=0.1)


def test_the_same_data_give_the_same_answer() -> None:
    assert interrupted(made(-0.1, 1), declared()).changes == interrupted(made(-0.1, 1), declared()).changes
