"""A home of accounts on a database of its own; and one that stands still, for properties."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .home import Accounts


@pytest.fixture
def home(database: Any) -> Accounts:
    return Accounts(database)


@pytest.fixture
def rosa(home: Accounts) -> Any:
    return home.come("Rosa Lind")


@pytest.fixture(scope="module")
def still_home(server: Any, template: str) -> Iterator[Accounts]:
    """`copied` of tests/conftest.py, which pytest has loaded under a name of its own."""
    path = str(Path(__file__).parents[1] / "conftest.py")
    copied: Any = next(m.copied for m in list(sys.modules.values()) if getattr(m, "__file__", "") == path)
    with copied(server, template) as database:
        yield Accounts(database)
