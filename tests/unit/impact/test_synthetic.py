import numpy as np
import pytest
from impact_worlds import declared, weekly

from accord.impact import Series, measure, synthetic_control
from accord.model.errors import InputError

BEFORE, AFTER = np.arange(156) < 104, np.arange(156) >= 104


def donors(seed: int, m: int, change: float = 0.0) -> tuple[Series, ...]:
    """The first of m + 1 series that share two waves; the first is treated."""
    rng = np.random.default_rng(seed)
    waves = np.cumsum(rng.normal(0, 0.05, (2, 156)), axis=1)
    mixes = rng.dirichlet([1, 1], m + 1)
    means = rng.uniform(50, 500, m + 1)[:, None] * np.exp(mixes @ waves)
    means[0, 104:] *= 1 + change
    return tuple(weekly(rng.poisson(row), f"s{k}") for k, row in enumerate(means))


def test_the_weights_are_a_mix() -> None:
    target, *others = donors(1, 25)
    found = synthetic_control(target, tuple(others), BEFORE, AFTER)
    weights = np.array([weight for _, weight in found.weights])
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)


def test_a_known_mix_is_recovered() -> None:
    _, *others = donors(2, 6)
    scaled = [other.values / other.values[:104].mean() for other in others]
    target = weekly(300 * (0.7 * scaled[1] + 0.3 * scaled[4]), "target")
    found = synthetic_control(target, tuple(others), BEFORE, AFTER)
    assert dict(found.weights)["s2"] == pytest.approx(0.7, abs=1e-3)
    assert dict(found.weights)["s5"] == pytest.approx(0.3, abs=1e-3)
    assert found.miss < 1e-3
    np.testing.assert_allclose(found.expected, target.values, rtol=1e-2)


def test_a_known_effect_is_found_and_ranks_first() -> None:
    target, *others = donors(3, 25, -0.3)
    found = synthetic_control(target, tuple(others), BEFORE, AFTER)
    assert found.percent == pytest.approx(-30, abs=5)
    assert found.low < -30 < found.high < 0
    assert (found.level, found.p) == (0.95, pytest.approx(1 / 26))


def test_intervals_hold_the_truth_as_often_as_promised() -> None:
    held, low_p = [], []
    for seed in range(80):
        target, *others = donors(100 + seed, 19, -0.3)
        found = synthetic_control(target, tuple(others), BEFORE, AFTER)
        held.append(found.low <= -30 <= found.high)
        target, *others = donors(300 + seed, 19)
        low_p.append(synthetic_control(target, tuple(others), BEFORE, AFTER).p <= 0.05)
    assert 0.88 <= np.mean(held) <= 1.0
    assert np.mean(low_p) <= 0.12


def test_few_donors_promise_less() -> None:
    target, *others = donors(4, 4)
    assert synthetic_control(target, tuple(others), BEFORE, AFTER).level == pytest.approx(0.8)


def test_gaps_leave_periods_out() -> None:
    target, *others = donors(5, 6)
    gone = np.zeros(156, dtype=bool)
    gone[10] = True
    found = synthetic_control(target, (others[0].masked(gone), *others[1:]), BEFORE, AFTER)
    assert np.isnan(found.expected[10])
    assert np.isfinite(found.expected[11:]).all()


def test_what_cannot_be_compared_is_refused() -> None:
    target, *others = donors(6, 4)
    with pytest.raises(InputError, match="at least 3 donors"):
        synthetic_control(target, tuple(others[:2]), BEFORE, AFTER)
    silent = weekly(np.zeros(156), "silent")
    with pytest.raises(InputError, match="silent is 0 throughout"):
        synthetic_control(target, (*others, silent), BEFORE, AFTER)
    with pytest.raises(InputError, match="share only"):
        synthetic_control(target, tuple(others), BEFORE & (np.arange(156) > 100), AFTER)


def test_a_silent_end_stays_finite() -> None:
    target, *others = donors(7, 6)
    found = synthetic_control(weekly(np.where(AFTER, 0, target.values), "s0"), tuple(others), BEFORE, AFTER)
    assert -100 <= found.percent < -95


def test_measuring_uses_the_declared_donors() -> None:
    every = donors(8, 20, -0.3)
    table = {"pages": weekly(every[0].values), **{one.name: one for one in every[1:]}}
    finding = measure(table, declared(donors=tuple(one.name for one in every[1:])))
    assert finding.synthetic is not None
    assert finding.synthetic.percent == pytest.approx(-30, abs=5)
    assert any(assumption.name == "synthetic control" for assumption in finding.assumptions)
