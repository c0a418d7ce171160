import warnings

import numpy as np
import pytest

from accord.impact import Spells, kaplan_meier, log_rank
from accord.model.errors import InputError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff


def group(seed: int, n: int, mean: float, name: str = "a") -> Spells:
    rng = np.random.default_rng(seed)
    days, watched = np.ceil(rng.exponential(mean, n)), np.ceil(rng.uniform(1, 2 * mean, n))
    return Spells(name, np.minimum(days, watched), days <= watched)


def test_the_curve_matches_statsmodels() -> None:
    spells = group(1, 80, 20)
    ours, theirs = kaplan_meier(spells), SurvfuncRight(spells.days, spells.returned)
    np.testing.assert_array_equal(ours.days, theirs.surv_times)
    np.testing.assert_allclose(ours.away, theirs.surv_prob)
    assert ours.median == theirs.quantile(0.5)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert (ours.median_low, ours.median_high) == (low, high)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_log_rank_test_matches_statsmodels(seed: int) -> None:
    one, two, three = group(seed, 60, 20), group(seed + 10, 50, 30, "b"), group(seed + 20, 40, 25, "c")
    for groups in ((one, two), (one, two, three)):
        days = np.concatenate([g.days for g in groups])
        returned = np.concatenate([g.returned for g in groups])
        names = np.repeat([g.name for g in groups], [len(g.days) for g in groups])
        assert log_rank(groups) == pytest.approx(survdiff(days, returned, names)[1], rel=1e-9)


def test_nothing_came_back() -> None:
    away = kaplan_meier(Spells("a", np.array([5.0, 9.0]), np.array([False, False])))
    assert (away.median, away.returned, away.at(9.0)) == (None, 0, (1.0, 1.0, 1.0))
    assert log_rank((Spells("a", np.array([5.0]), np.array([False])),)) == 1.0


def test_all_came_back_at_once() -> None:
    back = kaplan_meier(Spells("a", np.array([0.0, 0.0]), np.array([True, True])))
    assert back.median == 0.0
    assert back.at(0.0)[0] == 0.0


def test_limits_enclose_the_curve_and_it_only_falls() -> None:
    curve = kaplan_meier(group(4, 50, 10))
    assert (curve.low <= curve.away).all()
    assert (curve.away <= curve.high).all()
    assert (np.diff(curve.away) <= 0).all()


def test_bad_spells_are_refused() -> None:
    for days, back in (([], []), ([1.0], []), ([-1.0], [True]), ([np.nan], [True])):
        with pytest.raises(InputError):
            Spells("a", np.array(days), np.array(back, dtype=bool))
    with pytest.raises(InputError):
        log_rank(())
