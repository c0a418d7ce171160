"""A sample of benchmarks/impact.py: 200 series of known effect, all ways to remember.

The bounds are four standard errors wide.
"""

from __future__ import annotations

import numpy as np
import pytest
from impact_worlds import declared, made

from accord.impact import interrupted, placebos
from accord.impact.simulation import Memory, World

EFFECTS = (-30.0, -10.0, 0.0)


def world(seed: int) -> World:
    rng = np.random.default_rng([9, seed])
    return World(
        level=float(rng.uniform(20, 200)),
        size=float(rng.uniform(5, 30)),
        rho=float(rng.uniform(0, 0.8)),
        sway=float(rng.uniform(0.1, 0.3)),
        memory=list(Memory)[seed % 3],
    )


@pytest.mark.timeout(300)
def test_intervals_hold_the_known_effect_as_often_as_they_promise() -> None:
    held = []
    for seed in range(200):
        effect = EFFECTS[seed // 3 % 3]
        change = interrupted(made(effect / 100, seed, world(seed)), declared()).changes[0]
        held.append(change.low <= effect <= change.high)
    assert 0.89 <= np.mean(held) <= 0.995


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_placebo_dates_seldom_show_an_effect() -> None:
    found = [placebos(made(0, seed, world(seed)), declared(), dates=1).found for seed in range(300, 400)]
    assert np.mean(found) <= 0.11
