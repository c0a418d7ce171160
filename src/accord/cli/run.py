"""`accord run`: the main job on a folder of members' shares."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table

from accord.adapters.folder import MemberFolder, strays, walk
from accord.bootstrap import jobs_of, open_node
from accord.cli.options import Data, Json
from accord.cli.show import PARTIAL, Both, console, plain, print_json, stages
from accord.cli.timings import Timings
from accord.disruption.assumed import Power, common_powers, read_powers
from accord.jobs.tracked import tracked
from accord.model.errors import InputError, NodeError, UnreadableError
from accord.model.ports import Progress
from accord.services import outputs
from accord.services import run as job
from accord.services.contribute import SharedFile
from accord.services.derived import begun, until_kept
from accord.services.node import Node
from accord.services.reports import keep
from accord.settings import read_settings


def run(
    folder: Path,
    *,
    out: Path = Path("out"),
    data: Data = None,
    budget: float | None = None,
    powers: str = "",
    title: str = "",
    pdf: bool = True,
    as_json: Json = False,
) -> int:
    """Read what members share; find leads, draw the map, plan, and write the Insight Report.

    Exit code 0 when everything was read, 8 when some file could not be read, or not to its end (the rest of the work
    was done).

    Parameters
    ----------
    folder
        One sub-folder a member, with member.toml (optional) and whatever that member shares.
    out
        Where the results go; made when it does not exist, results of the same names are replaced.
    data
        Folder of the node's database and files. Without it each FOLDER has a node of its own.
    budget
        Working days that the plan may cost; without it the plan takes every act that helps.
    powers
        Also plan with powers that no member has stated: `common` for the directory that comes with Accord, or a TOML
        file of that form. Everything that rests on them is marked as an assumption.
    title
        Title of the report.
    pdf
        Also typeset the report as PDF.
    """
    folders = list(walk(folder))
    if not folders:
        raise InputError(f"{folder} holds no member.", action="Give each member a sub-folder with its files.")
    with stages(quiet=as_json) as bars, open_node(read_settings(data_dir=data or data_dir_of(folder))) as node:
        summary = carry_out(
            node, folders, out, bars, budget=budget, powers=powers_of(powers), title=title or titled(folder), pdf=pdf
        )
        summary["strays"] = strays(folder)
    if as_json:
        print_json(summary)
    else:
        show(summary, out)
        console.print(
            f"To work on it in the browser: accord serve --links --data {data or data_dir_of(folder)}", soft_wrap=True
        )
    return PARTIAL if summary["unreadable"] or summary["partial"] or summary["unread"] else 0


def carry_out(
    node: Node,
    folders: list[MemberFolder],
    out: Path,
    progress: Progress,
    *,
    budget: float | None,
    title: str,
    pdf: bool,
    powers: Sequence[Power] = (),
) -> dict[str, Any]:
    """The whole job with its files in `out`; gives the summary. Raises `NodeError` when `out` cannot be written."""
    with tracked(jobs_of(node), "run", f"{title}: the whole job", job.audience_of_members(node)) as shown:
        return _carry_out(node, folders, out, Both(progress, shown), budget=budget, title=title, pdf=pdf, powers=powers)


def _carry_out(
    node: Node,
    folders: list[MemberFolder],
    out: Path,
    progress: Progress,
    *,
    budget: float | None,
    title: str,
    pdf: bool,
    powers: Sequence[Power] = (),
) -> dict[str, Any]:
    timings = Timings()
    total = sum(len(folder.shares) for folder in folders)
    unread = [f"{folder.member.slug}/{text}" for folder in folders for text in folder.unread]
    with timings.stage("intake"):
        intake = job.take_in(node, (_shares(folder, unread) for folder in folders), progress, total=total)
    with timings.reported(progress, "leads") as watched:
        begun_at, (chart, plan) = until_kept(
            lambda: (begun(node), job.find_and_plan(node, watched, budget=budget, powers=powers))
        )
    with timings.stage("report"):
        facts = job.facts_of(node, chart, plan, title)
        for name, content in outputs.written(intake, facts, job.lead_rows(node)):
            progress.report("report", len(outputs.NAMES[: outputs.NAMES.index(name)]), len(outputs.NAMES), name)
            write(out / name, content)
    report = outputs.report_of(facts)
    typeset = None
    if pdf:
        with timings.stage("report as PDF"):
            typeset = node.typesetter.typeset(report)
            write(out / "report.pdf", typeset)
    keep(node, report, typeset, begun_at)
    progress.report("report", len(outputs.NAMES), len(outputs.NAMES), "")
    write(out / "timings.json", orjson.dumps(timings.stages, option=orjson.OPT_INDENT_2))
    return {**outputs.summary(intake, facts), "unread": unread}


def data_dir_of(folder: Path) -> Path:
    """Data folder of the node that belongs to this FOLDER, so that two folders never mix."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return read_settings().data_dir / "runs" / name


def powers_of(named: str) -> Sequence[Power]:
    """The assumed powers of `--powers`: none, the common ones, or those of a file. Raises `InputError`."""
    if not named:
        return ()
    if named == "common":
        return common_powers()
    try:
        content = Path(named).read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"{named} cannot be read: {error.strerror}.", action="Name a TOML file, or `common`.", path=named
        ) from None
    return read_powers(content, path=named)


GENERIC = frozenset({"data", "in", "input", "members", "shares", "tmp", "work", "out"})
"""Names of folders that tell a reader nothing."""


def titled(folder: Path) -> str:
    """What the report is called when nobody says: after the folder, or the one above a folder called members."""
    resolved = folder.resolve()
    name = resolved.parent.name if resolved.name == "members" else resolved.name
    words = name.replace("_", " ").replace("-", " ").strip()
    if not words or words.lower() in GENERIC:
        return "Insight Report"
    return f"Insight Report: {words[:1].upper()}{words[1:]}"


def write(path: Path, content: bytes) -> None:
    """Replaces a file in one step. Raises `NodeError`."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):  # the folder itself may be what is wrong
            fresh.unlink(missing_ok=True)
        raise NodeError(
            f"{path} cannot be written ({error.strerror}).",
            action="What was taken in is kept: choose another folder with --out and run the same command again.",
        ) from error


def show(summary: dict[str, Any], out: Path) -> None:
    """The summary as a table, and where the results lie."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in (
        ("Members", summary["members"]),
        ("Files read", summary["files"]),
        ("Files that could not be read", summary["unreadable"] + len(summary["unread"])),
        ("Files read in part", summary["partial"]),
        ("Claims", summary["claims"]),
        ("Distinct selectors, by member", summary["selectors"]),
        ("Lines or objects dropped, each with its reason", summary["dropped"]),
        ("Leads between members", summary["leads"]),
        ("Things on the map", summary["map"]["nodes"]),
        ("Actions planned", summary["plan"]["actions"]),
    ):
        table.add_row(name, f"{value:,}".replace(",", "\u202f"))
    console.print(table)
    for stray in summary.get("strays", ()):  # the demonstration has none
        console.print(f"Not read: {plain(stray)}")
    console.print(summary["plan"]["sentence"], style="bold")
    console.print(f"Read first: {out / 'report.html'}", soft_wrap=True)


def _shares(folder: MemberFolder, unread: list[str]) -> job.Shares:
    noted = list(folder.noted)

    def files() -> Iterator[SharedFile]:
        for share in folder.shares:
            try:
                yield SharedFile(share.path, share.read())
            except InputError as error:
                noted.append(f"{share.path}: {error.message}")
                unread.append(f"{folder.member.slug}/{share.path}: {error.message}")

    return job.Shares(folder.member, files(), len(folder.shares), noted, [share.path for share in folder.shares])
