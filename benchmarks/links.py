"""Leads over generated mentions: CPU seconds, peak memory, and how both grow.

    python -m benchmarks.links [FOLDER...]        each FOLDER as made by ../shared/data/scale.py (csv.gz)
    python -m benchmarks.links                    makes 10⁵ and 10⁶ mentions in a temporary folder first
    python -m benchmarks.links --json

One report of a member is one contribution. Reading and canonicalising are not timed. `group` is the limit: numpy's
sort of the same rows by selector, what a GROUP BY must do at the least.
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
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, common

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
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
