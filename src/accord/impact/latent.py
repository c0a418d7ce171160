"""Noise of counts that remember: sampling, overdispersion, and a latent AR(1) level, with its restricted likelihood.

The count of period t has the mean m_t and, given a latent level u_t, a negative binomial distribution. To second
order its relative deviation z_t − η_t = (y_t − m_t) / m_t has the variance 1/m_t + α + σ² and the autocovariance
σ²ρ^k (Zeger, Biometrika 75, 1988, section 2). So V = N + σ²R(ρ) with N diagonal, and since the inverse of R is
tridiagonal, everything here is linear in the number of periods. A gap is a period without weight in N⁻¹.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs

from accord.impact.series import Floats


class Noise(NamedTuple):
    """`spread`: α + σ², the variance beyond that of counting; `share`: σ² of it; `memory`: ρ, per period."""

    spread: float
    share: float
    memory: float


@dataclass(frozen=True, slots=True)
class Linearised:
    """Generalised least squares under one noise. `criterion`: −2 log restricted likelihood, up to a constant."""

    criterion: float
    coefficients: Floats
    covariance: Floats


TIGHTNESS = 1 / 25.0
"""Prior precision of trend and season: a standard deviation of 5 in the logarithm, a factor of 150. It only keeps a
weekday without a single event from running off to minus infinity."""

_FLOOR = 1e-9
"""Least σ², so that R's inverse exists; a relative deviation of 0.003 %."""


def weigh(deviation: Floats, matrix: Floats, mean: Floats, noise: Noise, ridge: Floats) -> Linearised:
    """Fits `deviation` (nan at gaps, (n,)) on `matrix` (n, p) under the noise; `ridge`: prior precisions, (p,)."""
    seen = ~np.isnan(deviation)
    weights = np.where(seen, 1.0 / (1.0 / mean + noise.spread * (1.0 - noise.share)), 0.0)
    both = np.column_stack([matrix, np.where(seen, deviation, 0.0)])
    weighted = weights[:, None] * both
    diagonal, off, log_precision = _precision(len(deviation), noise)
    pivots, subs, failed = dpttrf(diagonal + weights, off)
    if failed:
        raise FloatingPointError("the noise's precision is not positive definite")
    solved, _ = dpttrs(pivots, subs, weighted)
    gram = both.T @ (weighted - weights[:, None] * solved)
    normal = gram[:-1, :-1] + np.diag(ridge)
    factor = np.linalg.cholesky(normal)
    half = np.linalg.solve(factor, np.eye(len(factor)))
    covariance = half.T @ half
    coefficients = covariance @ gram[:-1, -1]
    log_v = float(-np.log(weights[seen]).sum() + np.log(pivots).sum() - log_precision)
    log_normal = 2.0 * float(np.log(np.diag(factor)).sum())
    rest = float(gram[-1, -1] - gram[:-1, -1] @ coefficients)
    return Linearised(log_v + log_normal + rest, coefficients, covariance)


def innovations(deviation: Floats, mean: Floats, noise: Noise) -> Floats:
    """One-step prediction errors over their standard deviations (scalar Kalman filter); nan at gaps, (n,)."""
    level_variance = max(noise.spread * noise.share, _FLOOR)
    sampling = 1.0 / mean + noise.spread * (1.0 - noise.share)
    state, variance = 0.0, level_variance
    errors = np.full(len(deviation), np.nan)
    for t, (seen, own) in enumerate(zip(deviation, sampling, strict=True)):
        if not np.isnan(seen):
            total = variance + own
            errors[t] = (seen - state) / np.sqrt(total)
            gain = variance / total
            state, variance = state + gain * (seen - state), variance * (1.0 - gain)
        state = noise.memory * state
        variance = noise.memory**2 * variance + (1.0 - noise.memory**2) * level_variance
    return errors


def _precision(n: int, noise: Noise) -> tuple[Floats, Floats, float]:
    """Diagonal, off-diagonal and log-determinant of the inverse of σ²R(ρ)."""
    rho = noise.memory
    unit = 1.0 / (max(noise.spread * noise.share, _FLOOR) * (1.0 - rho * rho))
    diagonal = np.full(n, (1.0 + rho * rho) * unit)
    diagonal[0] = diagonal[-1] = unit
    return diagonal, np.full(n - 1, -rho * unit), n * float(np.log(unit)) + float(np.log1p(-rho * rho))
