"""Synthetic control: a mix of untreated series that ran like the target before the day, as what would have happened.

Abadie, Diamond and Hainmueller (JASA 105, 2010): weights are non-negative and sum to one. Each series is divided by its
own mean before the day, so that large and small donors compare. Placebo in space: every donor is treated in turn as if
it were the target; how far these come out by chance gives the p-value and the interval, with no model of the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.impact.design import MIN_AFTER, MIN_BEFORE
from accord.impact.series import Floats, Series
from accord.model.errors import InputError

MIN_DONORS = 3
_TOGETHER = 1e3
"""Weight of the row that makes the weights sum to one, against rows of the order of one."""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The target against its synthetic control.

    `percent`: the change over the periods after, `low` to `high` its interval of coverage `level`: 0.95 needs 19
    donors; fewer give m/(m+1), the most that m donors can tell. `p`: rank of the target's ratio of errors after and
    before among the donors', at least 1/(m+1). `miss`: relative error before the day (root mean square): above about
    0.2 the mix does not follow the target. `expected`: (n,) counts, nan where any series has a gap.
    """

    weights: tuple[tuple[str, float], ...]
    percent: float
    low: float
    high: float
    level: float
    p: float
    miss: float
    expected: Floats
    gaps: tuple[tuple[str, float], ...]


def synthetic_control(
    target: Series, donors: tuple[Series, ...], before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> Synthetic:
    """Aligned series of n periods; `before`, `after`: (n,) which periods count. Raises `InputError` when too few."""
    if len(donors) < MIN_DONORS:
        raise InputError(
            f"A synthetic control needs at least {MIN_DONORS} donors; {len(donors)} are declared.",
            action="Declare more untreated series, or compare before with after.",
        )
    table = np.column_stack([target.values, *(donor.values for donor in donors)])
    seen = ~np.isnan(table).any(axis=1)
    before, after = before & seen, after & seen
    if before.sum() < MIN_BEFORE or after.sum() < MIN_AFTER:
        raise InputError(
            f"The target and all donors share only {int(before.sum())} periods before and {int(after.sum())} after.",
            action=f"At least {MIN_BEFORE} and {MIN_AFTER} are needed: drop the donors with gaps.",
        )
    level_before = table[before].mean(axis=0)
    names = (target.name, *(donor.name for donor in donors))
    for name, mean in zip(names, level_before, strict=True):
        if mean == 0:
            raise InputError(f"{name} is 0 throughout the time before.", action="Take it off the donors.")
    relative = table / level_before
    own = _against(relative, 0, list(range(1, len(names))), before, after)
    others = [
        _against(relative, k, [j for j in range(1, len(names)) if j != k], before, after) for k in range(1, len(names))
    ]
    reach, level = _reach(np.abs([other.gap for other in others]))
    return Synthetic(
        weights=tuple(zip(names[1:], (float(w) for w in own.weights), strict=True)),
        percent=100.0 * float(np.expm1(own.gap)),
        low=100.0 * float(np.expm1(own.gap - reach)),
        high=100.0 * float(np.expm1(own.gap + reach)),
        level=level,
        p=(1 + sum(other.ratio >= own.ratio for other in others)) / (1 + len(others)),
        miss=own.miss,
        expected=np.where(seen, own.path * level_before[0], np.nan),
        gaps=tuple((n, 100.0 * float(np.expm1(o.gap))) for n, o in zip(names[1:], others, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class _Match:
    """`gap`: log ratio of means after, less that before; `ratio`: of root mean square errors after and before."""

    weights: Floats
    path: Floats
    gap: float
    ratio: float
    miss: float


def _against(relative: Floats, k: int, pool: list[int], before: NDArray[np.bool_], after: NDArray[np.bool_]) -> _Match:
    from scipy.optimize import nnls  # noqa: PLC0415  23 MB that a server without a measurement does not need

    mine, theirs = relative[:, k], relative[:, pool]
    rows = np.vstack([theirs[before], np.full(len(pool), _TOGETHER)])
    weights, _ = nnls(rows, np.r_[mine[before], _TOGETHER])
    weights = weights / weights.sum()
    path = theirs @ weights
    errors = mine - path
    miss = float(np.sqrt((errors[before] ** 2).mean()))
    ratio = float(np.sqrt((errors[after] ** 2).mean())) / max(miss, 1e-9)
    # Half an event keeps a silent series finite.
    small = 0.5 / max(1.0, float(after.sum()))
    gap = float(np.log((mine[after].mean() + small) / (path[after].mean() + small)))
    return _Match(weights, path, gap, ratio, miss)


def _reach(gaps: Floats) -> tuple[float, float]:
    """Half-width of the interval and its coverage: the target and m donors are exchangeable if nothing happened."""
    ordered = np.sort(gaps)
    m = len(ordered)
    rank = int(np.ceil(0.95 * (m + 1)))
    return (float(ordered[rank - 1]), 0.95) if rank <= m else (float(ordered[-1]), m / (m + 1))
