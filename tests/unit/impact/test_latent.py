"""The linear-time algebra against the same written out with dense matrices."""

import numpy as np
import pytest

from accord.impact.latent import Noise, innovations, weigh

GRID = [Noise(0.05, 0.6, 0.8), Noise(0.3, 0.97, -0.4), Noise(1e-6, 0.2, 0.97), Noise(0.02, 0.2, 0.0)]


def problem(n: int = 40, gaps: tuple[int, ...] = (0, 7, 8, 39)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    matrix = np.column_stack([np.ones(n), np.linspace(-1, 1, n), rng.normal(size=n)])
    deviation = rng.normal(size=n)
    deviation[list(gaps)] = np.nan
    return deviation, matrix, rng.uniform(5, 50, n)


def dense(mean: np.ndarray, noise: Noise) -> np.ndarray:
    n = len(mean)
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    own = 1 / mean + noise.spread * (1 - noise.share)
    return np.diag(own) + max(noise.spread * noise.share, 1e-9) * noise.memory**apart


@pytest.mark.parametrize("noise", GRID)
def test_least_squares_and_likelihood_match_dense_algebra(noise: Noise) -> None:
    deviation, matrix, mean = problem()
    seen = ~np.isnan(deviation)
    ridge = np.array([0.0, 0.04, 0.04])
    found = weigh(deviation, matrix, mean, noise, ridge)
    variance = dense(mean, noise)[np.ix_(seen, seen)]
    inverse = np.linalg.inv(variance)
    z, x = deviation[seen], matrix[seen]
    normal = x.T @ inverse @ x + np.diag(ridge)
    coefficients = np.linalg.solve(normal, x.T @ inverse @ z)
    criterion = np.linalg.slogdet(variance)[1] + np.linalg.slogdet(normal)[1]
    criterion += z @ inverse @ z - z @ inverse @ x @ coefficients
    np.testing.assert_allclose(found.coefficients, coefficients, rtol=1e-6)
    np.testing.assert_allclose(found.covariance, np.linalg.inv(normal), rtol=1e-6)
    assert found.criterion == pytest.approx(criterion, rel=1e-7)


@pytest.mark.parametrize("noise", GRID)
def test_innovations_are_the_whitened_deviations(noise: Noise) -> None:
    deviation, _, mean = problem()
    seen = ~np.isnan(deviation)
    factor = np.linalg.cholesky(dense(mean, noise)[np.ix_(seen, seen)])
    np.testing.assert_allclose(
        innovations(deviation, mean, noise)[seen], np.linalg.solve(factor, deviation[seen]), rtol=1e-6
    )
