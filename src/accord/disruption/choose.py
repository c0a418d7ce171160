"""Chooses actions: a first sweep from everything that may be done, then large-neighbourhood search.

Each round adds actions around a random one (same or neighbouring targets), with what they need and without what they
exclude, and sweeps again with noise; what is not worse is kept. Small problems are enumerated, which proves them.
The amount of work is counted, not timed: the same problem and seed give the same plan on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.disruption.capability import State, do_actions, intact, mean_largest, mean_share, shares
from accord.disruption.pace import Stop
from accord.disruption.problem import Problem
from accord.disruption.single import cheapest_nodes
from accord.disruption.sweep import FREE, sweep, total_cost
from accord.disruption.worlds import Worlds, likeliest, rows

Chosen = NDArray[np.bool_]

ROUNDS = 400
WORK = 400_000_000
"""Elementary steps (half-links × worlds) that a search may take: some seconds on one core."""
NOISE = (0.2, 0.6, 1.5)
"""In turn: spread (of the logarithm) of the noise that a sweep weighs actions with."""
SURE_WORK = 0.2
"""Share of the work for the likeliest world alone, before all of the sampled ones are looked at together."""
EXACT_WORK = 60_000_000
EXACT_ACTIONS = 16
TAIL = 0.1
"""Share of the worst worlds that caution looks at (conditional value at risk)."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is asked: within `budget` the least capability, or (`limit` ≥ 0, in assets) the least cost.

    `caution` 0..1: how much the mean of the worst tenth of worlds counts against the mean of all.
    """

    budget: float
    limit: float = -1.0
    caution: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what is minimised (cost or capability); `proven` that nothing better exists in these worlds."""

    chosen: Chosen
    value: float
    reached: bool
    proven: bool
    rounds: int


class Chooser:
    """The arrays of one problem, ready for several questions about it (with other budgets, without some actions)."""

    def __init__(self, problem: Problem, worlds: Worlds) -> None:
        self.worlds = worlds
        self.state: State = intact(worlds)
        self.problem = problem
        number = {action.id: i for i, action in enumerate(problem.actions)}
        self.excluded = [sorted({number[key] for key in action.conflicts}) for action in problem.actions]
        for i, others in enumerate([list(one) for one in self.excluded]):
            for other in others:
                if i not in self.excluded[other]:
                    self.excluded[other].append(i)
        self.needed = [sorted({number[key] for key in action.requires}) for action in problem.actions]
        owner = np.repeat(np.arange(len(problem.actions)), np.diff(worlds.target_start))
        self.hit_start, self.hit_by = rows(len(problem.assets), worlds.target.astype(np.int64), owner)

    def choose(
        self,
        aim: Aim,
        allowed: Chosen,
        *,
        seed: int,
        work: int = WORK,
        first: Chosen | None = None,
        stop: Stop | None = None,
    ) -> Choice:
        """The best choice found among the allowed actions; `first` is a choice to start from."""
        allowed = self.closed(allowed)
        rng = np.random.default_rng(seed)
        exact = self._enumerate(aim, allowed, stop)
        if exact is not None:
            return exact
        nodes = self._as_nodes(aim, allowed, seed, stop)
        if nodes is not None:
            return nodes
        if first is None and len(self.worlds.works) > 1:
            first = self._in_likeliest_world(aim, allowed, seed, work, stop)
        best = self.everything(allowed, np.zeros(len(allowed), bool), rng)
        do_actions(self.worlds, self.state, best)
        floor = float(mean_largest(self.state))
        if 0 <= aim.limit < floor:  # not to be had: then as small as can be had, and no more cost than that takes
            return replace(
                self.choose(replace(aim, limit=floor), allowed, seed=seed, work=work, stop=stop), reached=False
            )
        _, reached = self._settle(aim, best, np.ones(len(allowed)))
        value = self._value(aim, best)
        if first is not None:
            other = self.closed(first & allowed)
            _, other_reached = self._settle(aim, other, np.ones(len(allowed)))
            other_value = self._value(aim, other)
            if (not other_reached, other_value) < (not reached, value):
                best, value, reached = other, other_value, other_reached
        rounds = min(ROUNDS, work // (len(self.worlds.works) * (len(self.worlds.near) + len(self.worlds.harm)) + 1))
        done = 0
        usable = np.flatnonzero(allowed)
        while done < rounds and len(usable) and not (stop is not None and stop()):
            done += 1
            trial = best.copy()
            self._stir(trial, allowed, int(rng.choice(usable)), rng)
            _, trial_reached = self._settle(aim, trial, rng.lognormal(0.0, NOISE[done % len(NOISE)], len(allowed)))
            trial_value = self._value(aim, trial)
            if (not trial_reached, trial_value) <= (not reached, value + 1e-15):
                best, value, reached = trial, trial_value, trial_reached
        return Choice(best, value, reached, proven=False, rounds=done)

    def _as_nodes(self, aim: Aim, allowed: Chosen, seed: int, stop: Stop | None) -> Choice | None:
        """The choice of the node-level engine, where every action is sure and takes one node: it is far stronger."""
        g = self.worlds
        single = allowed & (np.diff(g.target_start) == 1)
        sure = len(g.works) == 1 and bool(g.works.all()) and bool(g.stands.all())
        if aim.limit < 0 or not sure or (single != allowed).any() or len(g.need) or any(self.excluded):
            return None
        chosen = cheapest_nodes(g, np.flatnonzero(single), int(aim.limit), seed, stop)
        if chosen is None:
            return None
        do_actions(g, self.state, chosen)
        return Choice(chosen, self._value(aim, chosen), reached=True, proven=False, rounds=0)

    def _in_likeliest_world(self, aim: Aim, allowed: Chosen, seed: int, work: int, stop: Stop | None) -> Chosen:
        """What would be chosen if nothing were uncertain: as many rounds cost a fraction, and it is a good start."""
        sure = Chooser(self.problem, likeliest(self.worlds))
        share = int(work * SURE_WORK)
        return sure.choose(replace(aim, caution=0.0), allowed, seed=seed, work=share, stop=stop).chosen

    def residuals(self, chosen: Chosen) -> NDArray[np.float64]:
        """Residual capability in each world when exactly these actions are done."""
        do_actions(self.worlds, self.state, chosen)
        return shares(self.worlds, self.state)

    def _settle(self, aim: Aim, chosen: Chosen, noise: NDArray[np.float64]) -> tuple[float, bool]:
        cost, _ = sweep(self.worlds, self.state, chosen, noise, aim.budget, aim.limit)
        return cost, aim.limit < 0 or mean_largest(self.state) <= aim.limit

    def _value(self, aim: Aim, chosen: Chosen) -> float:
        """Of the choice that the state is set to."""
        if aim.limit >= 0:
            return float(total_cost(self.worlds, chosen))
        if aim.caution <= 0:
            return float(mean_share(self.worlds, self.state))
        values = np.sort(shares(self.worlds, self.state))
        worst = values[-max(1, round(TAIL * len(values))) :]
        return float((1 - aim.caution) * values.mean() + aim.caution * worst.mean())

    def closed(self, allowed: Chosen) -> Chosen:
        """Allowed actions whose prerequisites are allowed too."""
        closed = allowed.copy()
        changed = True
        while changed:
            changed = False
            for action in np.flatnonzero(closed):
                if not all(closed[other] for other in self.needed[action]):
                    closed[action] = False
                    changed = True
        return closed

    def everything(self, allowed: Chosen, first: Chosen, rng: np.random.Generator) -> Chosen:
        """`first` and all other allowed actions; of those that exclude each other, the one with most for its cost."""
        chosen = first.copy()
        targets = np.diff(self.worlds.target_start)
        worth = (targets + 1) * self.worlds.works.mean(axis=0) / (self.worlds.cost + FREE)
        for action in np.lexsort((rng.random(len(allowed)), -worth)):
            if allowed[action] and not chosen[action]:
                self._add(chosen, int(action), force=False)
        return chosen

    def _add(self, chosen: Chosen, action: int, *, force: bool) -> None:
        """Adds an action with what it needs. What it excludes goes (`force`) or keeps it out."""
        wanted = [action]
        for one in wanted:
            wanted.extend(other for other in self.needed[one] if not chosen[other] and other not in wanted)
        rivals = {other for one in wanted for other in self.excluded[one] if chosen[other] or other in wanted}
        if rivals & set(wanted) or (rivals and not force):
            return
        for other in rivals:
            chosen[other] = False
        chosen[wanted] = True
        if rivals:
            chosen[:] = self.closed(chosen)

    def _stir(self, chosen: Chosen, allowed: Chosen, centre: int, rng: np.random.Generator) -> None:
        """Adds up to a dozen actions from around one, or from anywhere; sometimes gives some up first."""
        most = int(rng.integers(1, 13))
        if rng.random() < 0.4 and chosen.any():
            chosen[rng.choice(np.flatnonzero(chosen), int(rng.integers(1, 4)))] = False
            chosen[:] = self.closed(chosen)
        anywhere = rng.random() < 0.4
        line = rng.choice(np.flatnonzero(allowed), most).tolist() if anywhere else self._around(centre, 4 * most)
        added = 0
        for action in line:
            if allowed[action] and not chosen[action]:
                self._add(chosen, action, force=bool(rng.random() < 0.5))
                added += 1
                if added >= most:
                    return

    def _around(self, centre: int, most: int) -> list[int]:
        """Actions whose targets are those of the centre or next to them, and so on outwards."""
        g = self.worlds
        seen_places: set[int] = set()
        line: dict[int, None] = {centre: None}  # a dictionary keeps the order of arrival
        waiting = [centre]
        for action in waiting:
            if len(line) > most:
                break
            for node in g.target[g.target_start[action] : g.target_start[action + 1]][:64].tolist():
                places = {node, *g.near[g.start[node] : g.start[node + 1]][:32].tolist()} - seen_places
                seen_places |= places
                for place in sorted(places):
                    fresh = self.hit_by[self.hit_start[place] : self.hit_start[place + 1]].tolist()
                    waiting.extend(other for other in fresh if other not in line)
                    line.update(dict.fromkeys(fresh))
        return list(line)

    def _enumerate(self, aim: Aim, allowed: Chosen, stop: Stop | None) -> Choice | None:
        """Tries every set when there are few enough; None when stopped meanwhile."""
        usable = np.flatnonzero(allowed)
        sets = 1 << len(usable)
        size = len(self.worlds.works) * (len(self.worlds.near) + len(self.worlds.harm))
        if len(usable) > EXACT_ACTIONS or sets * size > EXACT_WORK:
            return None
        best, best_key = np.zeros(len(allowed), bool), (True, np.inf, np.inf)
        for number in range(sets):
            if stop is not None and number % 256 == 0 and stop():
                return None
            chosen = np.zeros(len(allowed), bool)
            chosen[usable[[bit for bit in range(len(usable)) if number >> bit & 1]]] = True
            if not self.lawful(chosen):
                continue
            cost = float(total_cost(self.worlds, chosen))
            if aim.limit < 0 and cost > aim.budget + FREE:
                continue
            do_actions(self.worlds, self.state, chosen)
            reached = aim.limit < 0 or mean_largest(self.state) <= aim.limit
            value = self._value(aim, chosen) if reached or aim.limit < 0 else float(mean_largest(self.state))
            key = (not reached, round(value, 12), cost)
            if key < best_key:
                best, best_key = chosen, key
        do_actions(self.worlds, self.state, best)
        return Choice(best, self._value(aim, best), not best_key[0], proven=True, rounds=sets)

    def lawful(self, chosen: Chosen) -> bool:
        """Whether each chosen action has what it needs, and none that it excludes."""
        return all(
            all(chosen[other] for other in self.needed[action])
            and not any(chosen[other] for other in self.excluded[action])
            for action in np.flatnonzero(chosen)
        )
