"""The checks that `make check` runs, as tests: the layers always, the slow ones with `make test-all`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tree

BIN = Path(sys.executable).parent


def _passes(*command: str) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]


def test_imports_point_downwards():
    _passes("lint-imports", "--no-cache")


@pytest.mark.slow
@pytest.mark.parametrize("command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)])
def test_tool_has_nothing_to_say(command):
    _passes(*command)
