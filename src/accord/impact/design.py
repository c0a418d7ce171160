"""The columns of the model: what would have happened anyway (level, trend, season), and a step an intervention."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.impact.declaration import Declaration, Intervention, Shape
from accord.impact.periods import PER_YEAR, Frequency, begins_period, index_of
from accord.impact.series import Floats, Series
from accord.model.errors import InputError

MIN_BEFORE = 8
MIN_AFTER = 3
"""Observed periods on each side; with fewer the interval says nothing that the eye does not."""

SPARE = 6
"""Observed periods that there must be over the number of coefficients."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One intervention in the design. `active`: its periods; `contrast`: weights of its coefficients, (p,).

    `contrast @ coefficients` is the mean change over the active periods, as the logarithm of the ratio.
    """

    intervention: Intervention
    active: NDArray[np.bool_]
    contrast: Floats


@dataclass(frozen=True, slots=True)
class Design:
    """`matrix`: (n, p), the columns of the effects last; `baseline`: the same with these at 0; `terms`: what is in it.

    `transition`: periods that an intervention falls into the middle of: neither before nor after, left out.
    """

    matrix: Floats
    baseline: Floats
    effects: tuple[Effect, ...]
    transition: NDArray[np.bool_]
    terms: tuple[str, ...]


def build(series: Series, declaration: Declaration) -> Design:
    """The design for a series already cut to the window. Raises `InputError` when a side has too few values."""
    days = [series.day(i) for i in range(len(series))]
    first_index = index_of(declaration.interventions[0].day, series.origin, series.frequency)
    columns, terms = _baseline(series, declaration, first_index)
    width = len(columns)
    transition = np.zeros(len(days), dtype=bool)
    parts: list[tuple[Intervention, NDArray[np.bool_], list[Floats]]] = []
    for one in declaration.interventions:
        active, split = _active(series, one)
        transition |= split
        parts.append((one, active, _steps(active, declaration.shape, series.frequency)))
    steps = [column for _, _, own in parts for column in own]
    matrix = np.column_stack([*columns, *steps])
    baseline = matrix.copy()
    baseline[:, width:] = 0.0
    seen = ~np.isnan(series.values) & ~transition
    effects = []
    at = width
    for one, active, own in parts:
        contrast = np.zeros(matrix.shape[1])
        contrast[at : at + len(own)] = [float(column[active].mean()) for column in own] if active.any() else 0.0
        effects.append(Effect(one, active & ~transition, contrast))
        at += len(own)
    _refuse_short(seen, tuple(effects), first_index, matrix.shape[1])
    return Design(matrix, baseline, tuple(effects), transition, (*terms, *_effect_terms(declaration)))


def season_terms(frequency: Frequency, periods: int, harmonics: int | None) -> int:
    """How many pairs of yearly waves: as declared, or 2 when the window holds a year and a half, else none."""
    if harmonics is not None:
        return harmonics
    return 2 if periods >= 1.5 * PER_YEAR[frequency] else 0


def _baseline(series: Series, declaration: Declaration, first_index: int) -> tuple[list[Floats], tuple[str, ...]]:
    n, per_year = len(series), PER_YEAR[series.frequency]
    steps = np.arange(n, dtype=np.float64)
    columns = [np.ones(n)]
    terms = ["level"]
    if declaration.trend:
        columns.append((steps - first_index) / per_year)
        terms.append("linear trend in the logarithm")
    if series.frequency is Frequency.DAY:
        weekdays = (series.origin.weekday() + np.arange(n)) % 7
        columns += [(weekdays == day).astype(np.float64) for day in range(1, min(7, n))]
        terms.append("day of the week")
    waves = season_terms(series.frequency, n, declaration.harmonics)
    # Phases count from 1 January, so that a wave means the same in every series.
    phase = 2 * np.pi * (steps / per_year + series.origin.timetuple().tm_yday / 365.25)
    columns += [wave(k * phase) for k in range(1, waves + 1) for wave in (np.sin, np.cos)]
    if waves:
        terms.append(f"yearly season of {waves} harmonics")
    return columns, tuple(terms)


def _active(series: Series, one: Intervention) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    steps = np.arange(len(series))
    start = index_of(one.day, series.origin, series.frequency)
    active = steps >= start
    split = np.zeros(len(series), dtype=bool)
    if not begins_period(one.day, series.origin, series.frequency):
        split |= steps == start
    if one.until is not None:
        end = index_of(one.until, series.origin, series.frequency)
        active &= steps < end
        if not begins_period(one.until, series.origin, series.frequency):
            split |= steps == end
    return active, split


def _steps(active: NDArray[np.bool_], shape: Shape, frequency: Frequency) -> list[Floats]:
    step = active.astype(np.float64)
    if shape is Shape.LEVEL:
        return [step]
    since = np.cumsum(step) - 1.0
    return [step, np.where(active, since / PER_YEAR[frequency], 0.0)]


def _effect_terms(declaration: Declaration) -> tuple[str, ...]:
    return tuple(f"{declaration.shape.value} from {one.day} ({one.name})" for one in declaration.interventions)


def _refuse_short(seen: NDArray[np.bool_], effects: tuple[Effect, ...], first_index: int, width: int) -> None:
    before = int(seen[: max(0, first_index)].sum())
    if before < MIN_BEFORE:
        raise InputError(
            f"Only {before} observed periods before the first intervention; at least {MIN_BEFORE} are needed.",
            action="Begin the window earlier.",
        )
    for effect in effects:
        after = int((seen & effect.active).sum())
        if after < MIN_AFTER:
            raise InputError(
                f"Only {after} observed periods after “{effect.intervention.name}”; at least {MIN_AFTER} are needed.",
                action="Wait, or end the window later.",
            )
    if seen.sum() < width + SPARE:
        raise InputError(
            f"{int(seen.sum())} observed periods cannot carry a model of {width} coefficients.",
            action="Take a longer window, fewer harmonics, or no trend: in a new declaration.",
        )
