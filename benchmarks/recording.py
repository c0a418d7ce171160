"""What the custody log adds to intake: the same small files, handed in with the log and without it, alternating.

    python -m benchmarks recording [FILES]        400 unless given, of 50 rows each

CPU seconds of this process and PostgreSQL together, the median of the rounds; one entry a file: made, signed, put into
the outbox, appended under a signed head on the disk, its place noted.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from accord.bootstrap import open_node
from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.services.contribute import SharedFile, submit
from accord.services.members import register
from accord.settings import read_settings
from benchmarks.clocks import measured, postmaster_of
from benchmarks.worlds import Silent

ROUNDS = 5
ROWS = 50
BAR = 1.05


def files(count: int, tag: str) -> Iterator[SharedFile]:
    chance = random.Random(tag)
    for number in range(count):
        rows = (f"h{chance.getrandbits(40):x}.example,198.51.100.{chance.randrange(256)}\n" for _ in range(ROWS))
        yield SharedFile(f"{tag}-{number}.csv", ("domain,ip\n" + "".join(rows)).encode())


def main(count: int = 400) -> None:
    spent: dict[str, list[float]] = {"without the log": [], "with the log": []}
    with tempfile.TemporaryDirectory() as folder, open_node(read_settings(data_dir=Path(folder) / "n")) as node:
        member = Member(derived_id("member", "a"), "a", "A", MemberKind.CERT)
        register(node, member)
        for number in range(ROUNDS):
            for name, used in zip(spent, (replace(node, custody=None), node), strict=True):
                shared = list(files(count, f"{number}{name[:4].strip()}{len(name)}"))
                with measured(postmaster_of(Path(folder) / "n")) as cost:
                    for _ in submit(used, member, shared, Silent()):
                        pass
                spent[name].append(cost.cpu_s)
    middle = {name: median(each) for name, each in spent.items()}
    for name, seconds in middle.items():
        print(f"{name:18} {seconds:6.3f} CPU s for {count} files")
    ratio = middle["with the log"] / middle["without the log"]
    print(f"{'ratio':18} {ratio:6.3f} (bar {BAR})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
