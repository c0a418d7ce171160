"""Regression of remembering counts: negative binomial with a latent AR(1) level, averaged over its noise.

1. Iterated weighted least squares finds the mean m = exp(X b) (log link).
2. For each of a grid of noises (how much of the spread remembers, and how long) the size of the spread is fitted by
   restricted likelihood, and with it the coefficients by generalised least squares on the linearised counts
   (Zeger 1988; the marginal linearisation of Breslow and Clayton, JASA 88, 1993).
3. The estimate is the mixture of all of them, weighted by their restricted likelihood; before the data all weigh alike.
   One best noise would be too sure: with a hundred periods its memory is poorly known, and taken too short it gives
   intervals that are too narrow. Newey–West has that fault worse (`benchmarks/impact.py` prints both).
4. Steps 2 and 3 are repeated at the new mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.impact.latent import TIGHTNESS, Linearised, Noise, weigh
from accord.impact.mixture import Mixture
from accord.impact.series import Floats

MEMORIES = (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)
"""Grid of ρ, denser towards 1, where it matters to the interval."""

SHARES = (0.2, 0.4, 0.6, 0.8, 0.97)
"""Grid of the share of the spread that remembers."""

ROUNDS = 3
NEGLIGIBLE = 1e-4
"""Noises of less weight are dropped: together they could move a 95 % limit by less than a hundredth of its width."""

_GOLDEN = (5.0**0.5 - 1.0) / 2.0
_LEAST, _MOST = np.log(1e-6), np.log(8.0)  # of the spread: a relative deviation of 0.1 % to 280 %
_FARTHEST = 30.0  # of the log mean: beyond it exp leaves what a count can be


@dataclass(frozen=True, slots=True)
class Fit:
    """`mean`: (n,) expected counts; `coefficients`, `covariance`: of the mixture; `noise`: the likeliest one."""

    mean: Floats
    coefficients: Floats
    covariance: Floats
    noise: Noise
    freedom: float
    weights: Floats
    parts: tuple[Linearised, ...]

    def contrast(self, weights: Floats) -> Mixture:
        """The distribution of `weights @ coefficients`, weights (p,)."""
        centres = np.array([weights @ part.coefficients for part in self.parts])
        scales = np.sqrt([weights @ part.covariance @ weights for part in self.parts])
        return Mixture(self.weights, centres, scales, self.freedom)


class _Problem(NamedTuple):
    """The linearised counts, ready to be weighed under any noise."""

    deviation: Floats
    matrix: Floats
    mean: Floats
    ridge: Floats

    def under(self, noise: Noise) -> Linearised:
        return weigh(self.deviation, self.matrix, self.mean, noise, self.ridge)


def fit_counts(counts: Floats, matrix: Floats, free: NDArray[np.bool_]) -> Fit:
    """Fits counts (n,), nan at gaps, on a matrix (n, p); columns that are not `free` (p,) are held by `TIGHTNESS`."""
    ridge = np.where(free, 0.0, TIGHTNESS)
    seen = ~np.isnan(counts)
    coefficients, spread = start(counts[seen], matrix[seen], ridge)
    noises: list[Noise] = [Noise(spread, s, r) for s in SHARES for r in MEMORIES]
    parts: list[Linearised] = []
    weights = np.empty(0)
    for turn in range(ROUNDS):
        predictor = _predictor(matrix, coefficients)
        mean = np.exp(predictor)
        problem = _Problem(predictor + (counts - mean) / mean, matrix, mean, ridge)
        noises = _sized_all(problem, noises, first=turn == 0)
        parts = [problem.under(noise) for noise in noises]
        weights = _weights(parts)
        kept = np.flatnonzero(weights > NEGLIGIBLE)
        noises, parts, weights = (
            [noises[k] for k in kept],
            [parts[k] for k in kept],
            weights[kept] / weights[kept].sum(),
        )
        coefficients = np.einsum("k,kp->p", weights, np.array([part.coefficients for part in parts]))
    own = np.array([part.coefficients for part in parts])
    away = own - coefficients
    covariance = np.einsum("k,kpq->pq", weights, np.array([part.covariance for part in parts]))
    covariance += np.einsum("k,kp,kq->pq", weights, away, away)
    return Fit(
        mean=np.exp(_predictor(matrix, coefficients)),
        coefficients=coefficients,
        covariance=covariance,
        noise=noises[int(np.argmax(weights))],
        freedom=float(seen.sum() - matrix.shape[1]),
        weights=weights,
        parts=tuple(parts),
    )


def start(counts: Floats, matrix: Floats, ridge: Floats) -> tuple[Floats, float]:
    """Coefficients (p,) and spread of a negative binomial regression without memory, by iterated least squares."""
    mean = 0.5 * np.maximum(counts, 0.5) + 0.5 * counts.mean()
    predictor = np.log(mean)
    spread, coefficients = 0.05, np.zeros(matrix.shape[1])
    for turn in range(30):
        weights = 1.0 / (1.0 / mean + spread)
        normal = (matrix * weights[:, None]).T @ matrix + np.diag(ridge)
        found = np.linalg.solve(normal, matrix.T @ (weights * (predictor + (counts - mean) / mean)))
        moved = float(np.abs(found - coefficients).max())
        coefficients = found
        predictor = _predictor(matrix, coefficients)
        mean = np.exp(predictor)
        if turn:
            beyond = float(((counts - mean) ** 2 - mean).sum() / (mean**2).sum())
            spread = float(np.clip(beyond, 1e-4, 5.0))
        if turn > 2 and moved < 1e-6:
            break
    return coefficients, spread


def _predictor(matrix: Floats, coefficients: Floats) -> Floats:
    return np.clip(matrix @ coefficients, -_FARTHEST, _FARTHEST)


def _sized_all(problem: _Problem, noises: list[Noise], *, first: bool) -> list[Noise]:
    """Each noise with its likeliest spread; neighbours in the grid start from one another."""
    sized: list[Noise] = []
    for noise in noises:
        if not first:
            sized.append(_sized(problem, noise, 0.4, 4))
        elif not sized:
            sized.append(_sized(problem, noise, 7.0, 14))
        else:
            sized.append(_sized(problem, noise._replace(spread=sized[-1].spread), 1.5, 6))
    return sized


def _sized(problem: _Problem, noise: Noise, reach: float, turns: int) -> Noise:
    """The noise with the spread that the restricted likelihood prefers: golden section in its logarithm."""

    def criterion(log_spread: float) -> float:
        return problem.under(noise._replace(spread=float(np.exp(log_spread)))).criterion

    centre = float(np.log(noise.spread))
    low, high = max(_LEAST, centre - reach), min(_MOST, centre + reach)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = criterion(left), criterion(right)
    for _ in range(turns):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = criterion(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = criterion(right)
    return noise._replace(spread=float(np.exp(left if at_left < at_right else right)))


def _weights(parts: list[Linearised]) -> Floats:
    """Restricted likelihoods, times a prior that is flat over the grid: denser, hence heavier, at long memory."""
    logs = np.array([-0.5 * part.criterion for part in parts])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
