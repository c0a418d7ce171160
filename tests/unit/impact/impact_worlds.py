"""Declarations and series for the tests: weekly, two years before and one after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from accord.impact import Declaration, Frequency, Intervention, Rung, Series
from accord.impact.design import build
from accord.impact.simulation import World, simulate

ORIGIN = date(2024, 1, 1)
DAY = ORIGIN + timedelta(weeks=104)
CALM = World(level=100.0, size=40.0, rho=0.3, sway=0.1, season=0.1)


def declared(**changes: Any) -> Declaration:
    asked = Declaration(
        metric="Phishing pages reported",
        unit="pages",
        rung=Rung.OUTCOME,
        population="reports to two national centres",
        column="pages",
        frequency=Frequency.WEEK,
        window_first=ORIGIN,
        window_last=ORIGIN + timedelta(weeks=156) - timedelta(days=1),
        interventions=(Intervention("kit authors arrested", DAY),),
        declared_at=DAY - timedelta(days=30),
        expected_percent=-20.0,
    )
    return replace(asked, **changes)


def weekly(values: Any, name: str = "pages") -> Series:
    return Series(name, ORIGIN, Frequency.WEEK, np.asarray(values, dtype=float))


def made(change: float, seed: int, world: World = CALM, name: str = "pages") -> Series:
    """A series of known change, −0.3 being thirty percent fewer from `DAY` on."""
    design = build(weekly(np.ones(156)), declared())
    active = design.effects[0].active.astype(float)
    return weekly(simulate(np.random.default_rng(seed), design.baseline[:, :-1], active, change, world), name)
