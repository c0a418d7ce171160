"""A mixture of Student's t distributions: an estimate that averages over what the data leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from accord.impact.series import Floats


@dataclass(frozen=True, slots=True)
class Mixture:
    """`weights` sum to 1; `centres`, `scales`: (k,); all parts have `freedom` degrees of freedom."""

    weights: Floats
    centres: Floats
    scales: Floats
    freedom: float

    @property
    def mean(self) -> float:
        return float(self.weights @ self.centres)

    @property
    def deviation(self) -> float:
        """The scale of one t distribution with the same centre and second moment."""
        return float(np.sqrt(self.weights @ (self.scales**2 + (self.centres - self.mean) ** 2)))

    def below(self, value: float) -> float:
        """The probability of less than `value`."""
        return float(self.weights @ stdtr(self.freedom, (value - self.centres) / self.scales))

    def quantile(self, probability: float) -> float:
        """For 0 < probability < 1; between the least and the greatest quantile of the parts, hence always found."""
        from scipy.optimize import brentq  # noqa: PLC0415  23 MB that a server without a measurement does not need

        own = self.centres + self.scales * float(stdtrit(self.freedom, probability))
        low, high = float(own.min()), float(own.max())
        if high - low < 1e-12:
            return low
        return float(brentq(lambda value: self.below(value) - probability, low - 1e-9, high + 1e-9, xtol=1e-7))

    def two_sided(self, value: float) -> float:
        """The probability of an estimate at least as far from `value`, on either side."""
        below = self.below(value)
        return min(1.0, 2.0 * min(below, 1.0 - below))
