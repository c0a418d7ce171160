"""`accord disrupt`: plans over actions, and the research face of the engine (networks as edge lists)."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from cyclopts import App, Parameter

from accord.disruption import curve, plan
from accord.disruption.critical import critical_nodes
from accord.disruption.dismantle import dismantle
from accord.disruption.edges import MAX_BYTES, Named, read_costs, read_edges
from accord.disruption.reading import plan_json, read_problem
from accord.disruption.worlds import DEFAULT_WORLDS
from accord.model.errors import InputError, LimitError, NodeError, UnreadableError

app = App(name="disrupt")


@app.command(name="plan")
def plan_command(
    problem: Path,
    *,
    budget: float | None = None,
    target: float | None = None,
    caution: float = 0.0,
    unseen: float | None = None,
    regrowth: float | None = None,
    worlds: int = DEFAULT_WORLDS,
    seed: int = 0,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
) -> None:
    """Choose actions for PROBLEM.json and print the plan and its curve as JSON.

    Parameters
    ----------
    problem
        Assets, links and actions (docs/explanation/disruption.md has the form).
    budget
        Working days; within it the least capability is sought. Overrides the file's.
    target
        Share (below 1) or number of assets that the largest surviving part may have; then the least cost is sought.
    caution
        0 plans for the mean of the sampled worlds, 1 for the worst tenth of them.
    unseen
        Links that may exist unseen, as a share of those known; worlds add up to so many. Overrides the file's.
    regrowth
        Chance that an asset that was hit is rebuilt before the effect is counted. Overrides the file's.
    worlds
        How many worlds are sampled: links that may not exist, actions that may fail, assets that come back.
    seed
        The same seed gives the same plan.
    out
        Where to write it, instead of the standard output.
    """
    asked = read_problem(_bytes(problem), path=str(problem))
    if budget is None and target is None:
        budget, target = asked.budget, asked.target
    believed = replace(
        asked.problem,
        unseen_links=asked.problem.unseen_links if unseen is None else unseen,
        regrowth=asked.problem.regrowth if regrowth is None else regrowth,
    )
    made = plan(believed, budget=budget, target=target, seed=seed, caution=caution, worlds=worlds)
    _write(out, plan_json(made, curve(believed, made)))


@app.command(name="dismantle")
def dismantle_command(
    edges: Path,
    *,
    costs: Path | None = None,
    target: float = 0.01,
    seconds: float | None = None,
    seed: int = 0,
    by: Literal["cost", "area"] = "cost",
    order: Annotated[Path | None, Parameter(name="--order")] = None,
) -> None:
    """Write the order to take nodes of EDGES away in until the largest part is at most the target, one id a line.

    Parameters
    ----------
    edges
        Lines of two node ids, plain or .gz; undirected.
    costs
        One cost a line (node 0 first), or lines of a node and its cost; without it each node costs 1.
    target
        Share of all nodes (below 1), or number of nodes, that the largest part may have.
    seconds
        Search for so long. Without it the amount of work is fixed and the same seed gives the same order.
    seed
        Of the search.
    by
        `cost`: least total cost. `area`: the largest part falls as soon as it can, though the end may cost more.
    order
        Where to write it, instead of the standard output.
    """
    pace = _pace(seconds)
    named = _network(edges)
    size = named.network.size
    cost = np.ones(size) if costs is None else read_costs(_bytes(costs), named.names, path=str(costs))
    found = dismantle(named.network, cost, target=target, seed=seed, pace=pace, by_area=by == "area")
    _write(order, "".join(f"{named.names[node]}\n" for node in found.order.tolist()).encode())
    share = found.cost / found.total if found.total else 0.0
    _say(
        f"{len(found.order)} of {size} nodes, {share:.3%} of the cost, leave no part over {found.limit} nodes"
        f" ({found.trials} trials)."
    )


@app.command(name="critical-nodes")
def critical_command(
    edges: Path,
    *,
    count: Annotated[int, Parameter(name=["-k", "--count"])],
    seconds: float | None = None,
    seed: int = 0,
    order: Annotated[Path | None, Parameter(name="--order")] = None,
) -> None:
    """Write the COUNT nodes of EDGES without which the fewest pairs of nodes can reach each other, one id a line.

    Parameters
    ----------
    edges
        Lines of two node ids, plain or .gz; undirected.
    count
        How many nodes.
    seconds
        Search for so long. Without it the amount of work is fixed and the same seed gives the same nodes.
    seed
        Of the search.
    order
        Where to write them, instead of the standard output.
    """
    pace = _pace(seconds)
    named = _network(edges)
    found = critical_nodes(named.network, count, seed=seed, pace=pace)
    _write(order, "".join(f"{named.names[node]}\n" for node in found.nodes.tolist()).encode())
    _say(f"{found.pairs} pairs of nodes still reach each other ({found.trials} trials).")


def _pace(seconds: float | None) -> Callable[[], float] | None:
    """The share of the time that is over: starting (at most a twentieth), reading and writing are part of it."""
    if seconds is None:
        return None
    if not seconds > 0:
        raise InputError(f"{seconds} seconds is no time to search.", action="Give a number above 0.")
    began, allowed = time.monotonic() - min(time.process_time(), 0.05 * seconds), 0.98 * seconds
    return lambda: (time.monotonic() - began) / allowed


def _network(path: Path) -> Named:
    return read_edges(_bytes(path), path=str(path))


def _bytes(path: Path) -> bytes:
    """The bytes of a file, unpacked when it is gzip; never more than MAX_BYTES."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error) or "it is damaged"
        raise UnreadableError(
            f"{path} cannot be read: {why}.", action="Name a file that you may read.", path=str(path)
        ) from None
    if len(data) > MAX_BYTES:
        raise LimitError(f"{path} is larger than {MAX_BYTES} bytes.", action="Split it.", path=str(path))
    return data


def _write(path: Path | None, data: bytes) -> None:
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NodeError(f"{path} cannot be written: {error.strerror}.", action="Name another place.") from None


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
