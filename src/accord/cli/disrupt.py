"""`accord disrupt`: plans over actions, and the research face of the engine (networks as edge lists)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from accord.disruption import curve, plan
from accord.disruption.reading import plan_json, read_problem
from accord.model.errors import UnreadableError

app = App(name="disrupt", help="Plan the disruption of a network: actions, removal orders, critical nodes.")


@app.command(name="plan")
def plan_command(
    problem: Path,
    *,
    budget: float | None = None,
    target: float | None = None,
    caution: float = 0.0,
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
    seed
        The same seed gives the same plan.
    out
        Where to write it, instead of the standard output.
    """
    asked = read_problem(_bytes(problem), path=str(problem))
    budget = asked.budget if budget is None else budget
    target = asked.target if target is None else target
    made = plan(asked.problem, budget=budget, target=target, seed=seed, caution=caution)
    text = plan_json(made, curve(asked.problem, made))
    if out is None:
        sys.stdout.buffer.write(text)
    else:
        out.write_bytes(text)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be read: {error.strerror}.", action="Name a file that you may read.", path=str(path)
        ) from None
