"""`python -m benchmarks [NAME…]`: each measurement in a process of its own, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NOT_ONE = {"taxii_server", "__init__", "__main__", "clocks", "worlds"}
QUICK = ("intake", "run", "scale")
"""What runs without a name; the others take arguments of their own (see README.md)."""


def names() -> list[str]:
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in NOT_ONE)


def main() -> None:
    asked, arguments = [], []
    for word in sys.argv[1:]:
        (asked if word in names() else arguments).append(word)
    if arguments and len(asked) != 1:
        sys.exit(f"usage: python -m benchmarks [NAME…] | NAME ARGUMENT…   (names: {', '.join(names())})")
    for name in asked or QUICK:
        print(f"== {name}", flush=True)
        call = f"import sys, benchmarks.{name} as b; sys.argv[0] = {name!r}; b.main(*map(int, sys.argv[1:]))"
        own = [sys.executable, "-c", call] if name in QUICK else [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run([*own, *arguments], cwd=Path(__file__).parents[1], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
