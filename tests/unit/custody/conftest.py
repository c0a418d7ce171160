"""A small world for custody tests: people with keys and passkeys, a log, witnesses, an authority, a bundle."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[3] / "../shared/vectors"


def _load(name):
    """A module beside this file (pytest's importlib mode puts no folder on the path)."""
    full = f"custody_tests_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        sys.modules[full] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[full]


worlds = _load("worlds")


@pytest.fixture
def world():
    return worlds.World()


@pytest.fixture(scope="session")
def exported():
    """A finished world and its bundle, items included: not to be changed."""
    return worlds.finished()


@pytest.fixture
def vectors():
    if not VECTORS.exists():
        pytest.skip("the reference data is not beside the project")
    return VECTORS
