"""Measures the disruption engine against published and earlier figures (issue 5, notes on disruption, section 9).

    python -m benchmarks disruption --goal 1 --seconds 60 --seeds 3    area    area under the curve to 10 %
    python -m benchmarks disruption --goal 2 --seconds 8 --seeds 3     cost    cost to LCC <= 1 %, 42 rows
    python -m benchmarks disruption --goal 3 --seconds 60 --seeds 5    critical  critical nodes and component limits
    python -m benchmarks disruption --goal 4 --seconds 30              bounds  lower bounds
    python -m benchmarks disruption --goal 5 --seconds 60              speed   curve and plan of large networks
    python -m benchmarks disruption --goal 6                           actions planted instances against the optimum
    python -m benchmarks disruption --goal 7 --seeds 3                 hidden  plans with 20 % of edges hidden

Seconds are CPU seconds, since the machine is shared. Networks and evaluator lie beside the project and are not part of
it; nothing here is run without them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import json
import math
import statistics
import time
from pathlib import Path

import numpy as np

from accord.disruption import Action, Asset, Link, Problem, choose, plan
from accord.disruption.bounds import lower_bound
from accord.disruption.critical import critical_nodes
from accord.disruption.dismantle import dismantle
from accord.disruption.edges import read_edges
from accord.disruption.network import build, largest_along
from accord.disruption.parts import all_gone, stand

CHEAP = ("HDA", "HDA+R", "CoreHD+R", "GND", "GND+R", "CND+R", "RA2+R", "EI")
"""Methods of `baseline.csv` that take a few seconds at most."""
DATA = Path(__file__).resolve().parents[1] / "../shared/data/networks"


def evaluator():
    spec = importlib.util.spec_from_file_location("evaluate", DATA / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def network(name: str):
    return read_edges(gzip.decompress((DATA / f"{name}.txt.gz").read_bytes())).network


def adjacency(net) -> list[list[int]]:
    return [net.near[net.start[v] : net.start[v + 1]].tolist() for v in range(net.size)]


def clock(seconds: float):
    began = time.process_time()
    return lambda: (time.process_time() - began) / seconds


def mean(values) -> float:
    return math.exp(statistics.fmean(math.log(max(v, 1e-12)) for v in values))


def cost(args) -> None:
    judge, base = evaluator(), {(r["network"], r["cost"], r["method"]): r for r in table("baseline.csv")}
    ratios: dict[str, list[tuple[float, float]]] = {}
    for name in args.only or json.loads((DATA / "nodes.json").read_text()):
        net = network(name)
        adj = adjacency(net)
        for kind in ("unit", "degree", "rand"):
            prices = judge.make_costs(kind, adj)
            found = [
                judge.evaluate(
                    adj,
                    net.size,
                    dismantle(net, np.array(prices), seed=s, pace=clock(args.seconds)).order.tolist(),
                    prices,
                )["cost_1pct"]
                for s in range(args.seeds)
            ]
            middle = statistics.median(found)
            port = float(base[name, kind, "PORT+ILS8s"]["cost_pct_to_1pct"])
            gnd = float(base[name, kind, "GND+R"]["cost_pct_to_1pct"])
            cheap = min(float(base[name, kind, method]["cost_pct_to_1pct"]) for method in CHEAP)
            ratios.setdefault(kind, []).append((middle / port, middle / gnd, middle / cheap))
            print(
                f"{name:20} {kind:7} {middle:9.4f} % / PORT+ILS {middle / port:.4f} / GND+R {middle / gnd:.4f} "
                f"/ best cheap method {middle / cheap:.4f}",
                flush=True,
            )
    for kind, rows in ratios.items():
        good = sum(port <= 1.0002 for port, _, _ in rows)
        print(
            f"{kind}: / PORT+ILS {mean(port for port, _, _ in rows):.4f} (not worse on {good} of {len(rows)}), "
            f"/ GND+R {mean(gnd for _, gnd, _ in rows):.4f}, / best cheap method at most "
            f"{max(cheap for _, _, cheap in rows):.4f}"
        )


def area(args) -> None:
    judge = evaluator()
    info = json.loads((DATA / "nodes.json").read_text())
    ratios = []
    for row in table("published.csv"):
        if row["metric"] != "auc" or (args.only and row["network"] not in args.only):
            continue
        net = network(row["network"])
        adj = adjacency(net)
        found = []
        for seed in range(args.seeds):
            order = dismantle(net, np.ones(net.size), seed=seed, pace=clock(args.seconds), by_area=True).order
            found.append(judge.evaluate(adj, info[row["network"]]["n_raw"], order.tolist())["auc"])
        ratios.append(statistics.median(found) / float(row["value"]))
        print(f"{row['network']:20} {statistics.median(found):9.2f} / published {ratios[-1]:.4f}", flush=True)
    print(f"geometric mean {mean(ratios):.4f}, at most 1 on {sum(r <= 1 for r in ratios)} of {len(ratios)}")


def critical(args) -> None:
    judge = evaluator()
    best = {(r["network"], r["metric"]): float(r["value"]) for r in table("published.csv")}
    gaps, excess = [], []
    warm = build(60, np.random.default_rng(1).integers(0, 60, (150, 2)))
    critical_nodes(warm, 9)
    dismantle(warm, np.ones(60), target=9.0)
    for name, info in json.loads((DATA / "cnp/nodes.json").read_text()).items():
        if args.only and name not in args.only:
            continue
        net = network(f"cnp/{name}")
        adj, pairs, removed = adjacency(net), [], []
        for seed in range(args.seeds):
            found = critical_nodes(net, info["K"], seed=seed, pace=clock(args.seconds))
            pairs.append(judge.pair_connectivity(adj, found.nodes.tolist()))
            limit, unit = float(info["L"]), np.ones(net.size)
            removed.append(len(dismantle(net, unit, target=limit, seed=seed, pace=clock(args.seconds)).order))
        value, order = statistics.median(pairs), statistics.median(removed)
        gaps.append(value / best[f"cnp/{name}", "cnp"] - 1)
        excess.append(order - best[f"cnp/{name}", "limit"])
        print(
            f"{name:24} pairs {value} of {sorted(pairs)} ({100 * gaps[-1]:+.2f} %), component limit {order} of "
            f"{sorted(removed)} ({excess[-1]:+.0f})",
            flush=True,
        )
    rest = [g for g in gaps if g > 0]
    print(
        f"critical nodes: best known on {sum(g <= 0 for g in gaps)} of {len(gaps)}, mean gap of the rest "
        f"{100 * statistics.fmean(rest) if rest else 0:.2f} %; limit: best known on {sum(e <= 0 for e in excess)}, "
        f"excess {sum(max(0, e) for e in excess):.0f} nodes"
    )


def bounds(args) -> None:
    judge, good, proven = evaluator(), 0, 0
    rows = [r for r in table("bounds.csv") if not args.only or r["network"] in args.only]
    for row in rows:
        net = network(row["network"])
        prices = np.array(judge.make_costs(row["cost"], adjacency(net)))
        began = time.process_time()
        bound = lower_bound(net, prices, int(row["max_component"]), pace=clock(args.seconds))
        share = 100 * bound.cost / prices.sum()
        ok = share >= float(row["lower_bound_pct"]) - 2e-3
        good += ok
        proven += bound.proven is not None
        print(
            f"{row['network']:18} {row['cost']:7} {row['fraction']:5} {share:8.4f} (table {row['lower_bound_pct']}, "
            f"{row['status']}) {'proven' if bound.proven is not None else ''} {time.process_time() - began:.1f} s"
            f"{'' if ok else ' WORSE'}",
            flush=True,
        )
    print(f"not worse than the table on {good} of {len(rows)}, optimum proven on {proven}")


def power_law(size: int, edges: int, hub: int):
    """Degrees fall as a power of 2.1; the ends of edges are drawn by them. One more node is next to `hub` others."""
    rng = np.random.default_rng(1)
    weight = np.cumsum((np.arange(size) + 10.0) ** (-1 / 1.1))
    drawn = np.searchsorted(weight, weight[-1] * rng.random((int(1.6 * edges), 2))).clip(0, size - 1)
    low, high = drawn.min(axis=1), drawn.max(axis=1)
    _, first = np.unique(low * size + high, return_index=True)
    first = np.sort(first[low[first] != high[first]])[: edges - hub]
    ends = np.stack([low[first], high[first]], axis=1)
    spokes = np.stack([np.full(hub, size - 1), rng.permutation(size - 1)[:hub]], axis=1)
    return build(size, rng.permutation(size)[np.concatenate([ends, spokes])])


def speed(args) -> None:
    rng = np.random.default_rng(1)
    for size, edges, hub in (
        (35_000, 108_000, 0),
        (191_000, 608_000, 0),
        (191_000, 608_000, 150_000),
        (330_000, 10**6, 0),
    ):
        net = power_law(size, edges, hub)
        order = rng.permutation(size).astype(np.int32)
        largest_along(net.start, net.near, order)
        began = time.process_time()
        largest_along(net.start, net.near, order)
        curve = time.process_time() - began
        began = time.process_time()
        found = dismantle(net, np.ones(size), pace=clock(args.seconds))
        print(
            f"{size} nodes, {len(net.near) // 2} edges, degrees to {np.diff(net.start).max()}: "
            f"curve {1000 * curve:.1f} ms, dismantled in "
            f"{time.process_time() - began:.1f} s ({100 * found.cost / size:.2f} % of nodes)",
            flush=True,
        )


def hit(rng) -> list[int]:
    return sorted(set(rng.integers(0, 80, rng.integers(1, 9)).tolist()))


def planted(seed: int) -> Problem:
    """Few enough actions to enumerate: overlaps, requirements and conflicts on a clustered graph."""
    rng = np.random.default_rng(seed)
    assets = tuple(Asset(f"a{v}", "host", float(rng.exponential())) for v in range(80))
    links = [Link(v, int(rng.integers(max(0, v - 9), v))) for v in range(1, 80)]
    links += [Link(int(a), int(b)) for a, b in rng.integers(0, 80, (40, 2)) if a != b]
    actions = tuple(
        Action(
            f"x{k}",
            f"m{k % 5}",
            "block",
            tuple(f"a{v}" for v in hit(rng)),
            cost=float(rng.integers(1, 9)),
            success=1.0,
            requires=(f"x{k - 2}",) if k % 6 == 5 else (),
            conflicts=(f"x{k - 3}",) if k % 7 == 6 else (),
        )
        for k in range(15)
    )
    return Problem(assets, tuple(links), actions)


def actions(args) -> None:
    gaps = []
    for seed in range(max(20, args.seeds)):
        problem = planted(seed)
        best = plan(problem, budget=20)
        assert best.gap == 0
        few, choose.EXACT_ACTIONS = choose.EXACT_ACTIONS, 0
        found = plan(problem, budget=20)
        choose.EXACT_ACTIONS = few
        gaps.append(found.residual.mean / best.residual.mean - 1)
    print(
        f"{len(gaps)} planted instances: mean gap {100 * statistics.fmean(gaps):.2f} %, "
        f"worst {100 * max(gaps):.2f} %, "
        f"optimal on {sum(g <= 1e-9 for g in gaps)}"
    )


def hidden(args) -> None:
    """Plans made on 80 % of the edges, judged on all: believing in unseen links against believing what is seen."""
    wins, losses, names = 0, 0, args.only or list(json.loads((DATA / "nodes.json").read_text()))
    for name in names:
        net = network(name)
        owner = np.repeat(np.arange(net.size), np.diff(net.start))
        ends = np.stack([owner, net.near], axis=1)[owner < net.near]
        effects = {0.0: [], 0.25: []}
        for seed in range(args.seeds):
            seen = ends[np.random.default_rng(seed).random(len(ends)) >= 0.2]
            for unseen, into in effects.items():
                into.append(true_residual(net, seen, unseen))
        point, sampled = (statistics.fmean(effects[key]) for key in (0.0, 0.25))
        wins, losses = wins + (sampled < point - 1e-9), losses + (sampled > point + 1e-9)
        print(
            f"{name:20} true residual: point plan {point:.4f}, sampled plan {sampled:.4f}; medians "
            f"{statistics.median(effects[0.0]):.4f}, {statistics.median(effects[0.25]):.4f}; "
            f"not worse in {sum(s <= p + 1e-9 for p, s in zip(*effects.values(), strict=True))} of {args.seeds}",
            flush=True,
        )
    print(f"the sampled plan is better on {wins}, equal on {len(names) - wins - losses}, worse on {losses}")


def true_residual(net, seen, unseen: float) -> float:
    assets = tuple(Asset(str(v), "host") for v in range(net.size))
    links = tuple(Link(int(a), int(b)) for a, b in seen)
    acts = tuple(Action(str(v), "m", "block", (str(v),), success=1.0) for v in range(net.size))
    problem = Problem(assets, links, acts, unseen_links=unseen)
    made = plan(problem, budget=max(1, net.size // 20), worlds=16, seconds=3)
    gone = np.array([int(step.action) for step in made.steps], np.int32)
    return sum(s * s for s in parts(net, gone)) / net.size**2


def parts(net, gone) -> list[int]:
    state, mask = all_gone(net), np.zeros(net.size, bool)
    mask[gone] = True
    stand(state, mask)
    return state.size[state.size > 0].tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    goals = (area, cost, critical, bounds, speed, actions, hidden)
    parser.add_argument("name", nargs="?", choices=[f.__name__ for f in goals])
    parser.add_argument("--goal", type=int, choices=range(1, 8), help="its number in the notes instead of the name")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of networks")
    args = parser.parse_args()
    if (args.name is None) == (args.goal is None):
        parser.error("name one goal, by its name or with --goal")
    goal = goals[args.goal - 1] if args.goal else next(f for f in goals if f.__name__ == args.name)
    goal(args)


if __name__ == "__main__":
    main()
