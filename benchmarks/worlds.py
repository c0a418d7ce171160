"""The worlds that are measured: generated mentions as members would share them."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.services.contribute import SharedFile
from accord.services.run import Shares

SHARED = Path(__file__).resolve().parents[2] / "shared"
SCALE = SHARED / "data/scale.py"
MEMBERS = 200


class Silent:
    """Progress that nobody watches."""

    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        pass


def make(count: int, folder: Path) -> Path:
    """`count` generated mentions of 200 members in `folder`; made once, the same for everybody."""
    if not SCALE.exists():
        sys.exit(f"The generator {SCALE} is not there: nothing to measure.")
    if not (folder / "summary.json").exists():
        command = [sys.executable, str(SCALE), "--observations", str(count), "--members", str(MEMBERS), "--seed", "1"]
        subprocess.run([*command, "--format", "csv", "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder


def shares(folder: Path) -> Iterator[Shares]:
    """Each member with one CSV file a week, as feeds come; made in memory when it is asked for."""
    for place in sorted((folder / "members").iterdir()):
        files = list(weekly(place))
        member = Member(derived_id("member", place.name), place.name, place.name, MemberKind.CERT)
        yield Shares(member, iter(files), len(files), ())


def weekly(place: Path) -> Iterator[SharedFile]:
    weeks: dict[str, list[list[str]]] = defaultdict(list)
    head: list[str] = []
    for part in sorted(place.glob("*.csv.gz")):
        with gzip.open(part, "rt", newline="") as file:
            rows = csv.reader(file)
            head = next(rows)
            for row in rows:
                day = row[0][:10]
                weeks[f"{day[:7]}-{int(day[8:]) // 7}"].append(row)
    for week, rows_of in sorted(weeks.items()):
        out = io.StringIO()
        csv.writer(out).writerows([head, *rows_of])
        yield SharedFile(f"feed-{week}.csv", out.getvalue().encode())
