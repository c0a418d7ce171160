"""Why, in words: reasons for steps, what must be simultaneous, what would be rebuilt first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.disruption.capability import State, do_actions, regain_asset
from accord.disruption.plans import Band, Substitute
from accord.disruption.problem import Action, Problem
from accord.disruption.worlds import Worlds

TELLING = 0.2
"""From this exposure on an action is taken to give its neighbours away."""
MOST_SUBSTITUTES = 10


def band(values: NDArray[np.float64]) -> Band:
    """Mean and 5–95 % band over worlds."""
    if len(values) == 0:
        return Band(0.0, 0.0, 0.0)
    low, high = np.quantile(values, (0.05, 0.95))
    return Band(_tidy(values.mean()), _tidy(low), _tidy(high))


def _tidy(value: float) -> float:
    """Without the noise of the last digits, so that files are the same on every machine."""
    return round(float(value), 9) + 0.0


def reason(kind_of: dict[str, str], action: Action, before: float, after: float, enables: list[str]) -> str:
    """One sentence on what a step does and why it is in the plan."""
    if not action.targets or before - after < 5e-7:
        if enables:
            return f"It makes {_listed(enables)} possible."
        return "It has no effect of its own, and is kept in case another action fails."
    kinds: dict[str, int] = {}
    for kind in (kind_of[key] for key in set(action.targets)):
        kinds[kind] = kinds.get(kind, 0) + 1
    hit = _listed([f"{count} {kind}" for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))])
    price = f"{round(action.cost, 2):g} working day{'' if action.cost == 1 else 's'}"
    chance = "" if action.success >= 1 else f", succeeding in {action.success:.0%} of cases"
    also = f", and it makes {_listed(enables)} possible" if enables else ""
    return f"It takes out {hit} and brings the capability from {before:.1%} to {after:.1%} for {price}{chance}{also}."


def _listed(words: list[str]) -> str:
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def waves(actions: list[Action]) -> list[int]:
    """The wave of each action: 1 + the latest wave of what it requires. Given in an order that respects that."""
    wave: dict[str, int] = {}
    for action in actions:
        wave[action.id] = 1 + max((wave[other] for other in action.requires if other in wave), default=0)
    return [wave[action.id] for action in actions]


def together(worlds: Worlds, numbers: list[int], actions: list[Action], wave: list[int]) -> tuple[tuple[str, ...], ...]:
    """Groups of actions that must fall at the same hour.

    An action of telling exposure warns whoever runs the assets it hits and those next to them; other actions of the
    same wave on these must not come after it.
    """
    group = list(range(len(actions)))

    def head(one: int) -> int:
        while group[one] != one:
            one = group[one]
        return one

    targets = [worlds.target[worlds.target_start[one] : worlds.target_start[one + 1]].tolist() for one in numbers]
    hits: dict[int, list[int]] = {}
    for place, nodes in enumerate(targets):
        for node in nodes:
            hits.setdefault(node, []).append(place)
    for place, action in enumerate(actions):
        if action.exposure < TELLING:
            continue
        near = (worlds.near[worlds.start[node] : worlds.start[node + 1]].tolist() for node in targets[place])
        warned = set(targets[place]).union(*near) & hits.keys()
        for other in {one for node in warned for one in hits[node] if wave[one] == wave[place]}:
            first, second = sorted((head(other), head(place)))
            group[second] = first
    gathered: dict[int, list[str]] = {}
    for place, action in enumerate(actions):
        gathered.setdefault(head(place), []).append(action.id)
    return tuple(tuple(ids) for ids in gathered.values() if len(ids) > 1)


def substitutes(problem: Problem, worlds: Worlds, state: State, chosen: NDArray[np.bool_]) -> tuple[Substitute, ...]:
    """The assets whose return would give back most, each with its likeliest stand-in."""
    do_actions(worlds, state, chosen)
    hit = sorted(
        {
            node
            for number in np.flatnonzero(chosen).tolist()
            for node in worlds.target[worlds.target_start[number] : worlds.target_start[number + 1]].tolist()
        }
    )
    gains = [(-round(float(regain_asset(worlds, state, node)), 9), node) for node in hit]
    gone = set(hit)
    return tuple(
        Substitute(problem.assets[node].key, -gain, _stand_in(problem, worlds, node, gone))
        for gain, node in sorted(gains)[:MOST_SUBSTITUTES]
        if gain < 0
    )


def _stand_in(problem: Problem, worlds: Worlds, node: int, gone: set[int]) -> str:
    """The surviving asset of the same kind that shares most neighbours with it."""
    shared: dict[int, int] = {}
    for middle in worlds.near[worlds.start[node] : worlds.start[node + 1]][:500].tolist():
        for other in worlds.near[worlds.start[middle] : worlds.start[middle + 1]][:500].tolist():
            if other not in gone and other != node and problem.assets[other].kind == problem.assets[node].kind:
                shared[other] = shared.get(other, 0) + 1
    if not shared:
        return ""
    return problem.assets[min(shared, key=lambda one: (-shared[one], problem.assets[one].key))].key
