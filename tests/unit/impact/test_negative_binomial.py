"""Against statsmodels, which does the same with other code."""

import warnings

import numpy as np
import pytest
from impact_worlds import declared, made

from accord.impact.design import build
from accord.impact.negative_binomial import log_likelihood, negative_binomial
from accord.impact.simulation import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import statsmodels.api as sm


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coefficients_dispersion_and_newey_west_match_statsmodels(seed: int) -> None:
    series = made(-0.2, seed, World(60.0, 6.0, 0.5))
    design = build(series, declared())
    ours = negative_binomial(series.values, design.matrix, np.ones(design.matrix.shape[1], dtype=bool))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        family = sm.families.NegativeBinomial(alpha=ours.dispersion)
        theirs = sm.GLM(series.values, design.matrix, family=family).fit(
            cov_type="HAC", cov_kwds={"maxlags": int(4 * (156 / 100) ** (2 / 9)), "use_correction": True}, tol=1e-12
        )
        joint = sm.NegativeBinomial(series.values, design.matrix).fit(
            start_params=np.r_[ours.coefficients, ours.dispersion], disp=0, maxiter=500
        )
    np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-5, atol=1e-10)
    assert ours.dispersion == pytest.approx(joint.params[-1], rel=2e-3)
    mean = np.exp(design.matrix @ ours.coefficients)
    assert log_likelihood(series.values, mean, ours.dispersion) == pytest.approx(joint.llf, abs=1e-3)
