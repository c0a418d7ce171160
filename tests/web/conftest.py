"""Pages in process: a node on a database of its own, a clock that stands, browsers of signed-in people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemIds
from accord.services import sign_in
from accord.services.node import Node
from accord.store.engine import node_transaction
from accord.web import assets
from accord.web.app import create_app

from . import plain_verbs, world


@dataclass
class StandingClock:
    """Stands until a test moves it."""

    moment: datetime = world.NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture(autouse=True)
def _assets_need_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Page tests do not wait for Node: names of assets are made up where none are built."""
    if not (assets.FOLDER / "manifest.json").is_file():
        plain = {name: name for name in ("app.js", "map.js", "plan.js", "styles.css", "icons.svg")}
        monkeypatch.setattr(assets, "manifest", lambda: plain)


@pytest.fixture
def node(database: Any, tmp_path: Path) -> Node:
    blobs = Blobs(tmp_path / "blobs")
    blobs.prepare()
    return Node(database.app, database.engine, blobs, StandingClock(), SystemIds(), typesetter)


@pytest.fixture
def seeded(node: Node) -> world.World:
    return world.seed(node.engine, blobs=node.blobs)


@pytest.fixture
def people(node: Node) -> dict[str, UUID]:
    """Members and people, and nothing else."""
    with node_transaction(node.engine) as connection:
        return world.seed_people(connection)


@pytest.fixture
def app(node: Node) -> Any:
    return create_app(node, plain_verbs.VERBS)


@pytest.fixture
def stranger(app: Any) -> Iterator[TestClient[Any]]:
    with TestClient(app, base_url="http://accord.test") as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.fixture
def enter(app: Any, node: Node) -> Iterator[Callable[[UUID], TestClient[Any]]]:
    """Signs a person in and gives their browser; `client.csrf` is what its forms carry."""
    opened = []

    def _enter(person_id: UUID) -> TestClient[Any]:
        client = TestClient(app, base_url="http://accord.test")
        client.headers["accept"] = "text/html"
        client.__enter__()
        opened.append(client)
        link = sign_in.make_link(node, person_id)
        assert client.post(link, follow_redirects=False).status_code == 303
        page = client.get("/me").text
        client.csrf = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]  # type: ignore[attr-defined]
        return client

    yield _enter
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def investigator(enter: Callable[[UUID], TestClient[Any]], seeded: world.World) -> TestClient[Any]:
    return enter(seeded.people["ncu-a"])


@pytest.fixture
def newcomer(enter: Callable[[UUID], TestClient[Any]], people: dict[str, UUID]) -> TestClient[Any]:
    """Somebody in an alliance where nothing has happened yet."""
    return enter(people["ncu-a"])
