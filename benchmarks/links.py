"""Leads over generated mentions: CPU seconds, peak memory, and how both grow.

    python -m benchmarks.links [FOLDER...]        each FOLDER as made by ../shared/data/scale.py (csv.gz)
    python -m benchmarks.links                    makes 10⁵ and 10⁶ mentions in a temporary folder first
    python -m benchmarks.links --json
    python -m benchmarks.links --truth ../shared/data [--extra] [--strike-names] [--flat]    quality instead of speed

One report of a member is one contribution. Reading and canonicalising are not timed. `group` is the limit: numpy's
sort of the same rows by selector, what a GROUP BY must do at the least. `--truth` reads real files under neutral names
with Accord's own readers, and hands the pairs to the evaluation that lies beside the data. Folders have neutral names
too, but files that lie in one folder still do; `--flat` takes even that away.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from accord.links import Corpus, Ref, find_leads, score_pairs
from accord.model.errors import InputError
from accord.model.ids import derived_id
from accord.model.selectors import NAME_KINDS, Selector, SelectorKind
from accord.selectors import canonical, common

ENDINGS = (".csv", ".tsv", ".txt", ".text", ".md", ".adoc", ".json", ".yaml", ".yml", ".ioc")
TOGETHER = 4
"""Generated reports in one folder, about as many as real members put there."""

SCALE = Path(__file__).resolve().parents[2] / "shared/data/scale.py"


def read(folder: Path) -> Corpus:
    """The corpus of a generated folder; rows whose value cannot be read are left out."""
    refs: dict[tuple[int, str], int] = {}
    selectors: dict[tuple[SelectorKind, str], int] = {}
    written: dict[tuple[str, str], int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for number, member in enumerate(sorted((folder / "members").iterdir())):
        for part in sorted(member.glob("*.csv.gz")):
            with gzip.open(part, "rt", newline="") as file:
                for line in csv.DictReader(file):
                    contribution = refs.setdefault((number, line["report"]), len(refs))
                    for kind, value in ((line["type"], line["value"]), ("malware", line["tag"].removeprefix("#"))):
                        column = written.get((kind, value))
                        if column is None:
                            column = written[kind, value] = identify(kind, value, selectors)
                        if column >= 0:
                            rows.append(contribution)
                            columns.append(column)
    return Corpus(
        [Ref(derived_id("benchmark", str(m), r), m, f"member {m}, report {r}") for m, r in refs],
        np.array(rows, dtype=np.int32),
        np.array(columns, dtype=np.int32),
        [kind for kind, _ in selectors],
        [value for _, value in selectors],
        [common(Selector(kind, value)) for kind, value in selectors],
        together=(np.arange(len(refs)) // TOGETHER).astype(np.int32),
    )


def identify(kind: str, value: str, selectors: dict[tuple[SelectorKind, str], int]) -> int:
    """The index of a written value; −1 when it is none."""
    if not value:
        return -1
    if kind == "malware":
        key = (SelectorKind.MALWARE, value)
    else:
        try:
            found = canonical(SelectorKind(kind), value)
        except InputError:
            return -1
        key = (found.kind, found.value)
    return selectors.setdefault(key, len(selectors))


def measure(folder: Path) -> dict[str, float]:
    corpus = read(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    order = np.argsort(corpus.rows_selector, kind="stable")
    np.unique(corpus.rows_selector[order], return_counts=True)
    group = time.process_time() - start
    start = time.process_time()
    pairs = score_pairs(corpus)
    bulk = time.process_time() - start
    start = time.process_time()
    leads = find_leads(corpus)
    whole = time.process_time() - start
    return {
        "mentions": len(corpus.rows_selector),
        "contributions": len(corpus.contributions),
        "selectors": len(corpus.values),
        "pairs": len(pairs.a),
        "leads": len(leads),
        "group_cpu_s": round(group, 3),
        "score_pairs_cpu_s": round(bulk, 2),
        "find_leads_cpu_s": round(whole, 2),
        "corpus_mib": round(before),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def read_members(roots: list[Path], *, strike_names: bool, flat: bool) -> tuple[Corpus, list[tuple[str, str]]]:
    """The corpus of real members' files, each read under a number for a name; and (member, path) of every file."""
    from accord.formats import read as read_file  # noqa: PLC0415 - speed is measured without readers
    from accord.formats.shares import folder_of  # noqa: PLC0415

    files = [(root.name, p.relative_to(root).as_posix(), p) for root in roots for p in sorted(root.rglob("*"))]
    files = [f for f in files if f[2].is_file() and not f[2].name.startswith("LICENSE") and f[2].name != "SOURCE.md"]
    members = sorted({member for member, _, _ in files})
    selectors: dict[tuple[SelectorKind, str], int] = {}
    rows: list[tuple[int, int]] = []
    for number, (_, _, path) in enumerate(files):
        neutral = f"f{number:05d}{path.suffix if path.suffix.lower() in ENDINGS else ''}"
        for reading in read_file(neutral, path.read_bytes()):
            rows += [
                (number, selectors.setdefault((m.kind, m.value), len(selectors)))
                for m in reading.mentions
                if not (strike_names and m.kind in NAME_KINDS)
            ]
    table = np.array(rows, dtype=np.int32).reshape(-1, 2)
    folders = [(member, "" if flat else folder_of(path)) for member, path, _ in files]
    numbers = {place: number for number, place in enumerate(dict.fromkeys(folders))}
    corpus = Corpus(
        [Ref(derived_id("file", str(i)), members.index(m), f"{m}, file {i}") for i, (m, _, _) in enumerate(files)],
        table[:, 0],
        table[:, 1],
        [kind for kind, _ in selectors],
        [value for _, value in selectors],
        [common(Selector(kind, value)) for kind, value in selectors],
        together=np.array([numbers[place] if place[1] else -1 for place in folders], dtype=np.int32),
    )
    return corpus, [(member, path) for member, path, _ in files]


def judge(data: Path, *, extra: bool, strike_names: bool, flat: bool) -> None:
    """Prints the evaluation of all pairs against the labels in `data`."""
    roots = sorted(p for p in (data / "members").iterdir() if p.is_dir())
    roots += [data / "extra/maltrail"] if extra else []
    corpus, files = read_members(roots, strike_names=strike_names, flat=flat)
    pairs = score_pairs(corpus)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("member_a", "path_a", "member_b", "path_b", "score"))
        for a, b, score in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.score.tolist(), strict=True):
            out.writerow((*files[a], *files[b], score))
        file.flush()
        command = [sys.executable, str(data / "evaluate_links.py"), file.name]
        subprocess.run([*command, "--dir", str(data / "extra" if extra else data)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--truth", type=Path, metavar="DATA")
    parser.add_argument("--extra", action="store_true")
    parser.add_argument("--strike-names", action="store_true")
    parser.add_argument("--flat", action="store_true")
    args = parser.parse_args()
    if args.truth:
        judge(args.truth, extra=args.extra, strike_names=args.strike_names, flat=args.flat)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folders = args.folders or made(Path(scratch))
        if len(folders) == 1:
            results = [measure(folders[0])]
        else:  # one process each, so that peak memory is its own
            command = [sys.executable, "-m", "benchmarks.links", "--json"]
            results = [json.loads(subprocess.check_output([*command, str(f)]))[0] for f in folders]
    if args.json:
        print(json.dumps(results))
        return
    for name in results[0]:
        print(f"{name:>20}" + "".join(f"{result[name]:>14,}" for result in results))


def made(scratch: Path) -> list[Path]:
    if not SCALE.exists():
        sys.exit(f"Name folders made by scale.py: {SCALE} is not there.")
    folders = []
    for count in (100_000, 1_000_000):
        folder = scratch / str(count)
        command = [sys.executable, str(SCALE), "--observations", str(count), "--members", "200", "--seed", "1"]
        subprocess.run([*command, "--format", "csv", "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
        folders.append(folder)
    return folders


if __name__ == "__main__":
    main()
