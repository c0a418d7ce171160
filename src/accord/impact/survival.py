"""How long until it is back: Kaplan–Meier curves and the log-rank test, for sites, servers or sellers taken down.

Something not yet back on the last day looked at is censored: it counts for as long as it was watched.
Sources: Kaplan and Meier, JASA 53 (1958); Greenwood's variance on the log(−log) scale; Mantel (1966).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri

from accord.impact.series import Floats
from accord.model.errors import InputError

_Z = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Spells:
    """How long each of n things stayed away. `days`: (n,) ≥ 0; `returned`: (n,), False when still away at `days`."""

    name: str
    days: Floats
    returned: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __post_init__(self) -> None:
        days = np.array(self.days, dtype=np.float64)
        returned = np.array(self.returned, dtype=bool)
        if days.ndim != 1 or len(days) == 0 or len(days) != len(returned):
            raise InputError(f"{self.name}: no spells, or not one “returned” each.", action="Give one row a spell.")
        if not np.isfinite(days).all() or (days < 0).any():
            raise InputError(f"{self.name}: a duration is negative or not a number.", action="Give days, 0 or more.")
        object.__setattr__(self, "days", days)
        object.__setattr__(self, "returned", returned)


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still away after each of `days` (k,), with 95 % limits; steps down on the days of a return.

    `median`: days until half were back, with its limits; None where the curve or its limit never gets there.
    """

    name: str
    n: int
    returned: int
    days: Floats
    away: Floats
    low: Floats
    high: Floats
    median: float | None
    median_low: float | None
    median_high: float | None

    def at(self, day: float) -> tuple[float, float, float]:
        """Share still away on a day, with its limits."""
        k = int(np.searchsorted(self.days, day, side="right")) - 1
        if k < 0:
            return 1.0, 1.0, 1.0
        return float(self.away[k]), float(self.low[k]), float(self.high[k])


def kaplan_meier(spells: Spells) -> Survival:
    """The product-limit estimate."""
    times = np.unique(spells.days[spells.returned])
    at_risk = np.array([(spells.days >= time).sum() for time in times], dtype=np.float64)
    back = np.array([((spells.days == time) & spells.returned).sum() for time in times], dtype=np.float64)
    away: Floats = np.cumprod(1.0 - back / at_risk, dtype=np.float64)
    low, high = _limits(away, at_risk, back)
    return Survival(
        name=spells.name,
        n=len(spells.days),
        returned=int(spells.returned.sum()),
        days=times,
        away=away,
        low=low,
        high=high,
        median=_first(times, away),
        median_low=_first(times, low),
        median_high=_first(times, high),
    )


def log_rank(groups: tuple[Spells, ...]) -> float:
    """The probability, were all groups alike, of curves at least as far apart (Mantel's test; 1 with one group).

    Raises `InputError` without groups.
    """
    if not groups:
        raise InputError("No groups to compare.", action="Give at least one.")
    times = np.unique(np.concatenate([group.days[group.returned] for group in groups]))
    k = len(groups)
    excess, variance = np.zeros(k), np.zeros((k, k))
    for time in times:
        risk = np.array([(group.days >= time).sum() for group in groups], dtype=np.float64)
        back = np.array([((group.days == time) & group.returned).sum() for group in groups], dtype=np.float64)
        n, d = risk.sum(), back.sum()
        excess += back - d * risk / n
        if n > 1:
            share = risk / n
            variance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    statistic = float(excess @ np.linalg.pinv(variance) @ excess)
    freedom = int(np.linalg.matrix_rank(variance))
    return float(chdtrc(freedom, statistic)) if freedom else 1.0


def _limits(away: Floats, at_risk: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Greenwood on the log(−log) scale; where the curve is 0, the last limits before it and 0."""
    low, high = np.zeros_like(away), np.ones_like(away)
    inside = away > 0
    spread = np.cumsum(back[inside] / (at_risk[inside] * (at_risk[inside] - back[inside])))
    reach = _Z * np.sqrt(spread) / np.abs(np.log(away[inside]))
    low[inside], high[inside] = away[inside] ** np.exp(reach), away[inside] ** np.exp(-reach)
    high[~inside] = high[inside][-1] if inside.any() else 1.0
    return low, high


def _first(times: Floats, curve: Floats) -> float | None:
    below = np.flatnonzero(curve <= 0.5 + 1e-12)
    return float(times[below[0]]) if len(below) else None
