"""What a customary analysis of the same declaration would say, for the statistician to compare."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from accord.impact.change import TAIL, percent
from accord.impact.declaration import Declaration
from accord.impact.design import build
from accord.impact.negative_binomial import negative_binomial
from accord.impact.series import Series


class Opinion(NamedTuple):
    """The first intervention's change in percent, with the 95 % interval of another method."""

    method: str
    percent: float
    low: float
    high: float


def newey_west(series: Series, declaration: Declaration) -> Opinion | None:
    """Negative binomial regression with Newey–West errors; None where it has no finite answer."""
    cut = series.between(declaration.window_first, declaration.window_last)
    design = build(cut, declaration)
    counts = np.where(design.transition, np.nan, cut.values)
    free = np.logical_or.reduce([effect.contrast != 0 for effect in design.effects])
    free[0] = True
    effect = design.effects[0]
    if not np.nansum(counts[effect.active]):
        return None
    try:
        fitted = negative_binomial(counts, design.matrix, free)
    except np.linalg.LinAlgError:
        return None
    centre = float(effect.contrast @ fitted.coefficients)
    variance = float(effect.contrast @ fitted.covariance @ effect.contrast)
    reach = float(stdtrit(fitted.freedom, 1 - TAIL)) * float(np.sqrt(max(0.0, variance)))
    return Opinion(
        "negative binomial regression, Newey–West errors",
        percent(centre),
        percent(centre - reach),
        percent(centre + reach),
    )
