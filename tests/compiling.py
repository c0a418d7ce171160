"""Compiles the engine's kernels beside the tests that come before those of the engine: once, instead of once a worker.

Run as a program. A worker that needs a kernel before it is ready compiles it for itself.
"""

from __future__ import annotations

import numpy as np

from accord.disruption import Action, Asset, Link, Problem, plan
from accord.disruption.bounds import lower_bound
from accord.disruption.critical import critical_nodes
from accord.disruption.dismantle import dismantle
from accord.disruption.network import build


def main() -> None:
    ends = np.random.default_rng(1).integers(0, 24, (40, 2))
    network, cost = build(24, ends), np.ones(24)
    assets = tuple(Asset(str(v), "host") for v in range(24))
    links = tuple(Link(int(a), int(b)) for a, b in {(min(pair), max(pair)) for pair in ends.tolist()} if a != b)
    actions = tuple(Action(f"x{v}", "m", "block", (str(v),)) for v in range(24))
    plan(Problem(assets, links, actions), target=4, seed=1)
    dismantle(network, cost, target=0.05, seed=1)
    dismantle(network, cost, target=0.05, seed=1, by_area=True)
    critical_nodes(network, 5)
    lower_bound(network, cost, 4)


if __name__ == "__main__":
    main()
