"""Made-up counts with a known effect: what the benchmark and the tests hold the method against. Seeded, no claim."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy.stats import nbinom, norm

from accord.impact.series import Floats


class Memory(StrEnum):
    """How the counts remember. Only the first is of the form that `regression` assumes."""

    LATENT = "latent"  # negative binomial around a lognormal AR(1) level
    COPULA = "copula"  # negative binomial margins, tied by a Gaussian AR(1)
    FEEDBACK = "feedback"  # the mean follows the last count (INGARCH)


class World(NamedTuple):
    """`level`: mean count; `size`: of the negative binomial (variance m + m²/size); `rho`: memory of one period.

    `sway`: standard deviation of the latent level; `season`: that of each coefficient of the season.
    """

    level: float
    size: float
    rho: float
    sway: float = 0.2
    season: float = 0.15
    memory: Memory = Memory.LATENT


def simulate(rng: np.random.Generator, baseline: Floats, active: Floats, change: float, world: World) -> Floats:
    """Counts (n,) whose marginal mean is multiplied by 1 + change where `active` (n,) is 1.

    `baseline`: (n, p) with the level first; its other coefficients are drawn.
    """
    coefficients = np.r_[np.log(world.level), rng.normal(0.0, world.season, baseline.shape[1] - 1)]
    mean = np.exp(baseline @ coefficients + active * np.log1p(change))
    match world.memory:
        case Memory.LATENT:
            level = world.sway * _autoregression(rng, len(mean), world.rho)
            return _counts(rng, mean * np.exp(level - world.sway**2 / 2), world.size)
        case Memory.COPULA:
            ranks = norm.cdf(_autoregression(rng, len(mean), world.rho))
            return np.asarray(nbinom.ppf(ranks, world.size, world.size / (world.size + mean)), dtype=np.float64)
        case Memory.FEEDBACK:
            return _feedback(rng, mean, world)


def _autoregression(rng: np.random.Generator, n: int, rho: float) -> Floats:
    level = rng.normal(size=n)
    fresh = np.sqrt(1.0 - rho * rho)
    for t in range(1, n):
        level[t] = rho * level[t - 1] + fresh * level[t]
    return level


def _counts(rng: np.random.Generator, mean: Floats, size: float) -> Floats:
    return rng.poisson(mean * rng.gamma(size, 1.0 / size, len(mean))).astype(np.float64)


def _feedback(rng: np.random.Generator, mean: Floats, world: World) -> Floats:
    counts = np.empty(len(mean))
    surprise = 0.0
    for t, expected in enumerate(mean):
        now = max(0.05, 1.0 + world.rho * surprise) * expected
        counts[t] = rng.poisson(now * rng.gamma(world.size, 1.0 / world.size))
        surprise = counts[t] / expected - 1.0
    return counts
