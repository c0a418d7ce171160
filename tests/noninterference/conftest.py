"""A full world and, for each viewer, the world without what that viewer may not see."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from accord.model.handling import Handling
from accord.services import browse_plans
from accord.services.node import Node
from accord.web import assets

from . import worlds
from .asking import Asked, Leak, asked, leaks
from .probes import probes
from .worlds import World


@pytest.fixture(autouse=True)
def _assets_need_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {name: name for name in ("app.js", "map.js", "plan.js", "door.js", "styles.css", "icons.svg")}
    monkeypatch.setattr(assets, "manifest", lambda: plain)
    monkeypatch.setattr(
        browse_plans, "WAIT_S", 120.0
    )  # a page that says "wait" would depend on how busy the machine is


@pytest.fixture(scope="session")
def drawings() -> Any:
    """The maps and plans of the page tests."""
    path = Path(__file__).parents[1] / "web/world.py"
    spec = importlib.util.spec_from_file_location("noninterference_drawings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def search(server: Any, template: str, drawings: Any) -> Callable[..., tuple[int, list[Leak]]]:
    """Compares viewers' two worlds of one seed; how many probes it took, and the leaks.

    `spoil` is done to the full world's database before it is filled; `first` stops at the first viewer with a leak.
    `most`: of the fillings of a route, as many as this, chosen by the seed; 0 for all.
    """
    copied = _copied()

    def one(
        seed: int,
        *,
        viewers: int,
        each: int,
        spoil: Callable[[Any], None] = lambda _database: None,
        fill: Callable[[Node], None] = lambda _node: None,
        first: bool = False,
        only: str = "",
        circles: bool = False,
        most: int = 0,
    ) -> tuple[int, list[Leak]]:
        world, asked_ = worlds.make(seed, circles=circles), 0
        found: list[Leak] = []
        for member in range(viewers):
            may = worlds.allowed(world, member)
            # Both anew for each viewer: reading leaves traces (exports, copies) that others may lawfully see.
            with filled(world, spoil, lambda _handling: True, fill) as full:
                questions = list(probes(full.app, world, seed * 100 + member, each=each, only=only, most=most))
                with filled(world, lambda _database: None, may, fill) as without:
                    found += leaks(full, without, world.token(member), questions)
            asked_ += len(questions)
            if first and found:
                break
        return asked_, found

    @contextmanager
    def filled(
        world: World, spoil: Callable[[Any], None], keep: Callable[[Handling], bool], fill: Callable[[Node], None]
    ) -> Iterator[Asked]:
        with copied(server, template) as database, asked(database) as one:
            spoil(database)
            worlds.write(world, one.node, drawings, keep)
            fill(one.node)
            one.begin()
            yield one

    return one


def _copied() -> Any:
    """`copied` of tests/conftest.py, which pytest has loaded under a name of its own."""
    return next(
        module.copied
        for module in list(sys.modules.values())
        if getattr(module, "__file__", "") == str(Path(__file__).parents[1] / "conftest.py")
    )
