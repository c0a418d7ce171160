from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import calling


class FirstRun(NamedTuple):
    members: Path
    data: Path
    out: Path
    done: calling.Done


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder of a test's own."""
    yield tmp_path / "node"
    calling.discard(tmp_path / "node")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRun]:
    """One run on a small exercise, with its PDF; tests look and do not change."""
    folder = tmp_path_factory.mktemp("first")
    members = calling.write_exercise(folder / "exercise", seed=3)
    done = calling.call("run", members, "--out", folder / "out", "--data", folder / "node", "--json")
    yield FirstRun(members, folder / "node", folder / "out", done)
    calling.discard(folder / "node")
