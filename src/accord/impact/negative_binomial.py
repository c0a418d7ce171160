"""The customary second opinion: a negative binomial regression with Newey–West standard errors.

Shown beside the main result, never instead of it: with a hundred remembering counts these intervals are too narrow
(`benchmarks/impact.py` prints by how much).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from accord.impact.latent import TIGHTNESS
from accord.impact.series import Floats


class NegativeBinomial(NamedTuple):
    """`coefficients` (p,) of log mean; `dispersion` α: variance m + αm²; `covariance` (p, p): Newey–West."""

    coefficients: Floats
    dispersion: float
    covariance: Floats
    freedom: float


def negative_binomial(
    counts: Floats, matrix: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> NegativeBinomial:
    """Maximum likelihood of log mean = matrix @ coefficients, by turns in coefficients and dispersion.

    `counts`: (n,), nan at gaps; `matrix`: (n, p); columns not `free` (p,) are held as in `regression`. The bandwidth
    is that of Newey and West (1994), ⌊4(n/100)^(2/9)⌋ with Bartlett weights, the correction n/(n − p).
    """
    seen = ~np.isnan(counts)
    kept, rows = counts[seen], matrix[seen]
    ridge = np.diag(np.where(free, 0.0, TIGHTNESS))
    coefficients, dispersion = np.zeros(matrix.shape[1]), 0.1
    mean = 0.5 * np.maximum(kept, 0.5) + 0.5 * kept.mean()
    for _ in range(100):
        predictor = np.log(mean)
        weights = mean / (1.0 + dispersion * mean)
        normal = (rows * weights[:, None]).T @ rows + ridge
        found = np.linalg.solve(normal, rows.T @ (weights * (predictor + (kept - mean) / mean)))
        moved = float(np.abs(found - coefficients).max())
        coefficients = found
        mean = np.exp(np.clip(rows @ coefficients, -30, 30))
        before, dispersion = dispersion, _dispersion(kept, mean)
        if moved < 1e-9 and abs(dispersion - before) < 1e-9:
            break
    observed = mean * (1.0 + dispersion * kept) / (1.0 + dispersion * mean) ** 2  # information as observed
    bread = np.linalg.inv((rows * observed[:, None]).T @ rows + ridge)
    scores = np.zeros_like(matrix)
    scores[seen] = rows * ((kept - mean) / (1.0 + dispersion * mean))[:, None]
    n, p = rows.shape
    covariance = bread @ _long_run(scores) @ bread * (n / (n - p))
    return NegativeBinomial(coefficients, dispersion, covariance, float(n - p))


def log_likelihood(counts: Floats, mean: Floats, dispersion: float) -> float:
    """Of negative binomial counts with variance m + αm² (NB2)."""
    size = 1.0 / dispersion
    each = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1.0)
    each += counts * np.log(mean / (mean + size)) + size * np.log(size / (mean + size))
    return float(each.sum())


def _dispersion(counts: Floats, mean: Floats) -> float:
    from scipy.optimize import minimize_scalar  # noqa: PLC0415  23 MB that a server without a measurement does not need

    found = minimize_scalar(
        lambda log_alpha: -log_likelihood(counts, mean, float(np.exp(log_alpha))),
        bounds=(np.log(1e-6), np.log(50.0)),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return float(np.exp(found.x))


def _long_run(scores: Floats) -> Floats:
    n = len(scores)
    bandwidth = int(4.0 * (n / 100.0) ** (2.0 / 9.0))
    meat = scores.T @ scores
    for lag in range(1, bandwidth + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        meat = meat + (1.0 - lag / (bandwidth + 1.0)) * (crossed + crossed.T)
    return np.asarray(meat)
