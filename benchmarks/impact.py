"""Does the interval hold what it promises? Coverage and placebo false positives over made-up series of known effect.

    python -m benchmarks.impact                     2,000 series for each of −30 %, −10 % and 0 % (10 min of CPU)
    python -m benchmarks.impact --series 200        a sample
    python -m benchmarks.impact --jobs 2 --json

Every series draws its own world: weekly (104 + 52) or daily (245 + 120) counts, mean 20 to 200, negative binomial
size 5 to 30, memory ρ 0 to 0.8, a season, a trend, and one of three ways to remember, of which the model assumes only
one. The bar: 93–97 % of the 95 % intervals hold the effect; at most 5 % of placebo dates show one. Newey–West is the
customary method on the same series. `alarm` counts series without an effect whose eight placebo dates together raise
one. `hard` worlds lie outside the bar, at −30 %: where the method begins to fail.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from accord.impact import Declaration, Frequency, Intervention, Rung, Series, interrupted, placebos
from accord.impact.design import build
from accord.impact.opinion import newey_west
from accord.impact.simulation import Memory, World, simulate

ORIGIN = date(2021, 1, 4)
EFFECTS = (-30.0, -10.0, 0.0)
MEMORIES = tuple(Memory)
DAYS = {Frequency.WEEK: 7, Frequency.DAY: 1}


class Setting(NamedTuple):
    """What a world is drawn from; periods before and after by frequency."""

    level: tuple[float, float] = (20, 200)
    rho: tuple[float, float] = (0, 0.8)
    weeks: tuple[int, int] = (104, 52)
    days: tuple[int, int] = (245, 120)

    def shape(self, frequency: Frequency) -> tuple[int, int]:
        return self.weeks if frequency is Frequency.WEEK else self.days


USUAL = Setting()
HARD = {
    "few events: mean 2 to 8": Setting(level=(2, 8)),
    "long memory: ρ 0.9": Setting(rho=(0.9, 0.9)),
    "wandering: ρ 0.98": Setting(rho=(0.98, 0.98)),
    "short: 39 + 13 weeks, 60 + 20 days": Setting(weeks=(39, 13), days=(60, 20)),
}


class Trial(NamedTuple):
    """One series: where it came from, and whether each interval held the truth."""

    effect: float
    frequency: str
    memory: str
    rho: float
    held: bool
    width: float
    customary_held: bool
    placebo_found: bool | None
    alarm: bool | None
    seconds: float


def declare(frequency: Frequency, setting: Setting) -> Declaration:
    before, after = setting.shape(frequency)
    days = DAYS[frequency]
    return Declaration(
        metric="made-up counts",
        unit="events",
        rung=Rung.OUTCOME,
        population="a simulation",
        column="y",
        frequency=frequency,
        window_first=ORIGIN,
        window_last=ORIGIN + timedelta(days=days * (before + after) - 1),
        interventions=(Intervention("the day", ORIGIN + timedelta(days=days * before)),),
        declared_at=ORIGIN,
    )


def draw(effect: float, seed: int, setting: Setting = USUAL) -> tuple[Series, Declaration, World]:
    """A series of known effect, and what is declared of it."""
    rng = np.random.default_rng([20260301, round(effect) + 100, seed])
    frequency = Frequency.WEEK if rng.random() < 0.5 else Frequency.DAY
    memory = MEMORIES[int(rng.integers(len(MEMORIES)))]
    world = World(
        level=float(np.exp(rng.uniform(*np.log(setting.level)))),
        size=float(rng.uniform(5, 30)),
        rho=float(rng.uniform(*setting.rho)),
        sway=float(rng.uniform(0.1, 0.3)),
        memory=memory,
    )
    declaration = declare(frequency, setting)
    before, after = setting.shape(frequency)
    blank = Series("y", ORIGIN, frequency, np.ones(before + after))
    design = build(blank, declaration)
    baseline = design.baseline[:, ~(design.baseline == 0).all(axis=0)]
    counts = simulate(rng, baseline, design.effects[0].active.astype(float), effect / 100, world)
    return Series("y", ORIGIN, frequency, counts), declaration, world


def tried(task: tuple[float, int, bool]) -> Trial:
    effect, seed, with_placebos = task
    series, declaration, world = draw(effect, seed)
    began = time.process_time()
    change = interrupted(series, declaration).changes[0]
    seconds = time.process_time() - began
    other = newey_west(series, declaration)
    found: bool | None = None
    alarm: bool | None = None
    if effect == 0:
        middle = placebos(series, declaration, dates=1)
        found = middle.found > 0
    if with_placebos:
        alarm = placebos(series, declaration).alarm
    return Trial(
        effect,
        series.frequency.value,
        world.memory.value,
        world.rho,
        change.low <= effect <= change.high,
        float(np.log((100 + change.high) / (100 + change.low))),
        other is not None and other.low <= effect <= other.high,
        found,
        alarm,
        seconds,
    )


def held_in_hard(task: tuple[str, int]) -> tuple[str, bool]:
    name, seed = task
    series, declaration, _ = draw(-30.0, seed, HARD[name])
    change = interrupted(series, declaration).changes[0]
    return name, change.low <= -30.0 <= change.high


def share(values: list[bool]) -> dict[str, float]:
    """Percent, and its own standard error."""
    p = float(np.mean(values))
    return {"percent": round(100 * p, 1), "error": round(100 * float(np.sqrt(p * (1 - p) / len(values))), 1)}


def summary(trials: list[Trial], hard: list[tuple[str, bool]]) -> dict[str, Any]:
    parts: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        parts[f"{trial.frequency}s"].append(trial.held)
        parts[f"memory {trial.memory}"].append(trial.held)
        parts[f"rho {'below 0.4' if trial.rho < 0.4 else '0.4 to 0.8'}"].append(trial.held)
    return {
        "series": len(trials),
        "coverage": {f"{e:+.0f} %": share([t.held for t in trials if t.effect == e]) for e in EFFECTS},
        "coverage_newey_west": {
            f"{e:+.0f} %": share([t.customary_held for t in trials if t.effect == e]) for e in EFFECTS
        },
        "coverage_by": {name: share(held) for name, held in sorted(parts.items())},
        "coverage_hard": {name: share([held for which, held in hard if which == name] or [False]) for name in HARD},
        "placebo_false_positives": share([t.placebo_found for t in trials if t.placebo_found is not None]),
        "placebo_alarm": share([t.alarm for t in trials if t.alarm is not None] or [False]),
        "median_width_of_log_interval": round(float(np.median([t.width for t in trials])), 3),
        "median_cpu_ms": round(1000 * float(np.median([t.seconds for t in trials])), 1),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=2000, help="for each effect")
    parser.add_argument("--alarms", type=int, default=None, help="series with all placebo dates (a fifth of --series)")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    alarms = asked.series // 5 if asked.alarms is None else asked.alarms
    tasks = [(e, seed, e == 0 and seed < alarms) for e in EFFECTS for seed in range(asked.series)]
    harder = [(name, seed) for name in HARD for seed in range(max(1, asked.series // 5))]
    if asked.jobs > 1:
        with ProcessPoolExecutor(asked.jobs) as pool:
            trials = list(pool.map(tried, tasks, chunksize=10))
            hard = list(pool.map(held_in_hard, harder, chunksize=10))
    else:
        trials = [tried(task) for task in tasks]
        hard = [held_in_hard(task) for task in harder]
    found = summary(trials, hard)
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return 0
    for name, value in found.items():
        if isinstance(value, dict) and "percent" not in value:
            print(name)
            for part, figure in value.items():
                print(f"  {part:<36} {figure['percent']:5.1f} % ± {figure['error']}")
        else:
            print(f"{name:<38} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
