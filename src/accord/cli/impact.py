"""`accord impact`: seal a declaration, measure what was declared, compare how long things stayed away."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from accord.cli.options import Json
from accord.cli.show import console, print_json
from accord.impact import (
    Finding,
    kaplan_meier,
    log_rank,
    measure,
    plain,
    plain_survival,
    read_declaration,
    read_series,
    read_spells,
)
from accord.impact.wording import signed
from accord.model.errors import UnreadableError

app = App(name="impact")


@app.command
def seal(declaration: Path) -> None:
    """Print the digest of DECLARATION, to be kept where nobody can change it before the day.

    Parameters
    ----------
    declaration
        A TOML file (docs/explanation/impact.md has the form).
    """
    sys.stdout.write(read_declaration(_bytes(declaration), path=str(declaration)).digest + "\n")


@app.command(name="measure")
def measure_command(
    series: Path,
    *,
    declaration: Path,
    digest: str | None = None,
    as_json: Json = False,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
) -> None:
    """Measure SERIES.csv as DECLARATION says and print the finding.

    Parameters
    ----------
    series
        CSV: the first day of each period, then one column of counts a series. An empty cell was not recorded.
    declaration
        The TOML file written before the day.
    digest
        The sealed digest; another declaration is refused.
    as_json
        Print the whole finding as JSON, chart and assumptions included.
    out
        Write that JSON to a file as well.
    """
    asked = read_declaration(_bytes(declaration), path=str(declaration))
    table = read_series(_bytes(series), asked.frequency, path=str(series))
    finding = measure(table, asked, sealed_digest=digest)
    if out is not None:
        _write(out, finding)
    if as_json:
        print_json(plain(finding))
    else:
        _show(finding)


@app.command
def survival(spells: Path, *, as_json: Json = False) -> None:
    """How long until they were back: SPELLS.csv has the columns group, days, returned (yes or no).

    Parameters
    ----------
    spells
        One row a site, server or seller taken down; `days` until it was back, or watched in vain.
    as_json
        Print the curves as JSON.
    """
    groups = read_spells(_bytes(spells), path=str(spells))
    curves, p = [kaplan_meier(group) for group in groups], log_rank(groups)
    if as_json:
        print_json(plain_survival(curves, p))
        return
    table = Table("group", "taken down", "back", "median days until back", "95 % interval")
    for curve in curves:
        limits = f"{_days(curve.median_low)} to {_days(curve.median_high)}"
        table.add_row(curve.name, str(curve.n), str(curve.returned), _days(curve.median), limits)
    Console(markup=False, emoji=False).print(table)
    if len(groups) > 1:
        sys.stdout.write(f"Log-rank test that all groups are alike: p = {p:.3f}\n")


def _show(finding: Finding) -> None:
    out = Console(highlight=False, markup=False, emoji=False)
    out.print(finding.sentence)
    out.print()
    table = Table("intervention", "change", "95 % interval", "fewer events", "p")
    for change in finding.result.changes:
        limits = f"{signed(change.low)} to {signed(change.high)}"
        table.add_row(change.name, signed(change.percent), limits, f"{change.averted:,.0f}", f"{change.p:.3f}")
    out.print(table)
    for assumption in finding.assumptions:
        out.print(f"{assumption.name}: ", end="", style="bold")
        out.print(assumption.text)
    if not finding.sealed:
        console.print("No sealed digest was given: nothing shows that this was declared before the day.")


def _days(days: float | None) -> str:
    return "not reached" if days is None else f"{days:g}"


def _write(path: Path, finding: Finding) -> None:

    try:
        path.write_bytes(orjson.dumps(plain(finding), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be written: {error.strerror}.", action="Name another file.", path=str(path)
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be read: {error.strerror}.", action="Name a file that you may read.", path=str(path)
        ) from None
