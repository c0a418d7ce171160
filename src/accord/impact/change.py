"""The change that an intervention brought, as a ratio of means in percent, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import stdtrit

from accord.impact.design import Design, Effect
from accord.impact.latent import Noise
from accord.impact.regression import Fit
from accord.impact.series import Floats

LEVEL = 0.95
"""Of every interval."""

TAIL = (1 - LEVEL) / 2
POWER = 0.8
"""Probability with which the smallest visible drop is seen."""


@dataclass(frozen=True, slots=True)
class Change:
    """The mean change of one intervention, in percent, with its 95 % interval. None: cannot be given.

    `p`: two-sided, of no change. `averted`: expected minus observed events in its periods, given what was observed;
    negative when there were more. `visible`: the smallest drop in percent that a series like this shows in four cases
    of five.
    """

    name: str
    day: date
    periods: int
    percent: float
    low: float
    high: float
    p: float
    observed: float
    averted: float
    averted_low: float
    averted_high: float | None
    visible: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def change_of(counts: Floats, fitted: Fit, effect: Effect) -> Change:
    found = fitted.contrast(effect.contrast)
    low, high = found.quantile(TAIL), found.quantile(1 - TAIL)
    seen = effect.active & ~np.isnan(counts)
    observed = float(counts[seen].sum())
    reach = float(stdtrit(found.freedom, 1 - TAIL) + stdtrit(found.freedom, POWER))
    return Change(
        name=effect.intervention.name,
        day=effect.intervention.day,
        periods=int(seen.sum()),
        percent=percent(found.quantile(0.5)),
        low=percent(low),
        high=percent(high),
        p=found.two_sided(0.0),
        observed=observed,
        averted=observed * float(np.expm1(-found.quantile(0.5))),
        averted_low=observed * float(np.expm1(-high)),
        averted_high=observed * float(np.expm1(-low)),
        visible=-percent(-reach * found.deviation),
    )


def end_of(counts: Floats, design: Design, fitted: Fit, effect: Effect) -> Change:
    """Nothing at all after the day: −100 %, and the largest rate that would still have been silent in one case of 40.

    The events of the periods, had they gone on at the rate r of the expected S, are taken as gamma-mixed Poisson with
    relative variance v, so that P(none) = (1 + v r S)^(−1/v); the upper limit solves P = 0.025.
    """
    seen = effect.active & ~np.isnan(counts)
    expected = float(np.exp(np.clip(design.baseline @ fitted.coefficients, -30, 30))[seen].sum())
    weights = design.baseline[seen].mean(axis=0)
    v = float(weights @ fitted.covariance @ weights) + _shared(fitted.noise, int(seen.sum()))
    rate = float(np.expm1(-v * np.log(TAIL))) / v / expected
    return Change(
        name=effect.intervention.name,
        day=effect.intervention.day,
        periods=int(seen.sum()),
        percent=-100.0,
        low=-100.0,
        high=100.0 * (rate - 1.0),
        p=min(1.0, 2.0 * float(np.exp(-np.log1p(v * expected) / v))),
        observed=0.0,
        averted=expected,
        averted_low=expected * (1.0 - rate),
        averted_high=None,
        visible=min(100.0, 100.0 * rate),
    )


def _shared(noise: Noise, n: int) -> float:
    """Relative variance of the sum over n periods that the noise beyond counting gives (at least 1e-9)."""
    lags = np.arange(1, n)
    level = 1.0 + 2.0 * float(((1.0 - lags / n) * noise.memory**lags).sum())
    return max(1e-9, noise.spread * (noise.share * level + 1.0 - noise.share) / n)


def percent(log_ratio: float) -> float:
    return 100.0 * float(np.expm1(min(log_ratio, 30.0)))
