"""Interrupted time series of counts: what the series did after the day, against what it would have done.

Follows Bernal, Cummins and Gasparrini (Int. J. Epidemiology 46, 2017) in the design, and `regression` for counts that
remember. The change is a ratio of means, given in percent: −30 is thirty percent fewer than expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import chdtrc, stdtrit

from accord.impact.change import TAIL, Change, change_of, end_of
from accord.impact.declaration import Declaration
from accord.impact.design import Design, Effect, build
from accord.impact.latent import Noise, innovations
from accord.impact.regression import Fit, fit_counts
from accord.impact.series import Floats, Series, refuse_empty
from accord.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Path:
    """What a chart draws, one value a period. nan: not recorded, or left out of the fit.

    `expected` with `low` and `high`: the mean path without the interventions, and its pointwise 95 % interval;
    `fitted`: with them; `difference`: observed minus expected.
    """

    days: tuple[date, ...]
    observed: Floats
    expected: Floats
    low: Floats
    high: Floats
    fitted: Floats
    difference: Floats


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`leftover`: p of no autocorrelation left (Ljung–Box); `left_out`: periods that an intervention falls into."""

    changes: tuple[Change, ...]
    path: Path
    terms: tuple[str, ...]
    noise: Noise
    leftover: float
    gaps: int
    left_out: int


def interrupted(series: Series, declaration: Declaration) -> Interrupted:
    """Fits the declared model to a series, cut to the declared window. Raises `InputError` when that cannot be."""
    cut = series.between(declaration.window_first, declaration.window_last)
    refuse_empty(cut)
    design = build(cut, declaration)
    counts = np.where(design.transition, np.nan, cut.values)
    _refuse_silent_past(counts, design)
    stopped = [_stopped(counts, effect) for effect in design.effects]
    fitted = _fit(counts, design, stopped)
    changes = tuple(
        end_of(counts, design, fitted, effect) if gone else change_of(counts, fitted, effect)
        for effect, gone in zip(design.effects, stopped, strict=True)
    )
    return Interrupted(
        changes=changes,
        path=_path(cut, counts, design, fitted, stopped),
        terms=design.terms,
        noise=fitted.noise,
        leftover=_ljung_box(counts, fitted, design.matrix.shape[1]),
        gaps=cut.gaps,
        left_out=int(design.transition.sum()),
    )


def _fit(counts: Floats, design: Design, stopped: list[bool]) -> Fit:
    """An effect whose periods hold zeros alone has no finite logarithm: its periods become gaps of the fit."""
    free = np.zeros(design.matrix.shape[1], dtype=bool)
    free[0] = True
    kept = counts.copy()
    for effect, gone in zip(design.effects, stopped, strict=True):
        if gone:
            kept[effect.active] = np.nan
        else:
            free |= effect.contrast != 0
    return fit_counts(kept, design.matrix, free)


def _path(cut: Series, counts: Floats, design: Design, fitted: Fit, stopped: list[bool]) -> Path:
    log_expected = np.clip(design.baseline @ fitted.coefficients, -30, 30)
    spread = np.sqrt(np.einsum("np,pq,nq->n", design.baseline, fitted.covariance, design.baseline))
    reach = float(stdtrit(fitted.freedom, 1 - TAIL)) * spread
    expected = np.exp(log_expected)
    shown = np.exp(np.clip(design.matrix @ fitted.coefficients, -30, 30))
    for effect, gone in zip(design.effects, stopped, strict=True):
        if gone:
            shown = np.where(effect.active, 0.0, shown)
    return Path(
        days=tuple(cut.day(i) for i in range(len(cut))),
        observed=cut.values,
        expected=expected,
        low=np.exp(np.clip(log_expected - reach, -30, 30)),
        high=np.exp(np.clip(log_expected + reach, -30, 30)),
        fitted=shown,
        difference=counts - expected,
    )


def _ljung_box(counts: Floats, fitted: Fit, width: int) -> float:
    """Probability, were they uncorrelated, of innovations at least as correlated as these, over min(10, n/5) lags."""
    errors = innovations((counts - fitted.mean) / fitted.mean, fitted.mean, fitted.noise)
    n = int((~np.isnan(errors)).sum())
    lags = min(10, n // 5)
    if lags < 2 or n <= width + 2:
        return 1.0
    filled = np.nan_to_num(errors - np.nanmean(errors))
    power = float(filled @ filled)
    found = np.array([float(filled[k:] @ filled[:-k]) / power for k in range(1, lags + 1)])
    statistic = n * (n + 2) * float((found**2 / (n - np.arange(1, lags + 1))).sum())
    return float(chdtrc(lags - 1, statistic))  # one for the memory, which was fitted


def _stopped(counts: Floats, effect: Effect) -> bool:
    own = counts[effect.active & ~np.isnan(counts)]
    return bool((own == 0).all())


def _refuse_silent_past(counts: Floats, design: Design) -> None:
    quiet = ~np.logical_or.reduce([effect.active for effect in design.effects]) & ~np.isnan(counts)
    if not counts[quiet].any():
        raise InputError(
            "Nothing was counted before the intervention: a change in percent of nothing has no meaning.",
            action="Begin the window where the metric was not 0.",
        )
