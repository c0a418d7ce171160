"""Random numbers inside kernels: SplitMix64 (Steele, Lea, Flood 2014), so that a seed means the same everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel

Dice = NDArray[np.uint64]


def dice(seed: int) -> Dice:
    """A generator's state: one number, changed in place."""
    return np.array([seed & 0xFFFFFFFFFFFFFFFF], np.uint64)


@kernel
def uniform(state: Dice) -> float:
    """The next number in [0, 1)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return float((z ^ (z >> np.uint64(31))) >> np.uint64(11)) / 9007199254740992.0


@kernel
def below(state: Dice, count: int) -> int:
    """The next number in 0 … count - 1."""
    return int(uniform(state) * count)
