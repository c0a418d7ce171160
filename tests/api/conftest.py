"""The API in process, over the small world of the page tests; tokens of made-up programs."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemIds
from accord.model.ids import derived_id
from accord.services import sign_in, tokens
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.record import own
from accord.store import audiences
from accord.store.engine import node_transaction
from accord.store.tables import person
from accord.web import assets
from accord.web.app import create_app

from .misp_server import serving


def _world() -> Any:
    spec = importlib.util.spec_from_file_location("api_world", Path(__file__).parents[1] / "web/world.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


world = _world()


class StandingClock:
    moment = world.NOW

    def now(self) -> Any:
        return self.moment


@pytest.fixture(autouse=True)
def _assets_need_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {name: name for name in ("app.js", "map.js", "plan.js", "styles.css", "icons.svg")}
    monkeypatch.setattr(assets, "manifest", lambda: plain)


@pytest.fixture
def node(database: Any, tmp_path: Path) -> Node:
    blobs = Blobs(tmp_path / "blobs")
    blobs.prepare()
    return Node(database.app, database.engine, blobs, StandingClock(), SystemIds(), typesetter)


@pytest.fixture
def made(node: Node) -> Any:
    seeded = world.seed(node.engine, blobs=node.blobs)
    with node_transaction(node.engine) as connection:  # as registering a member leaves it
        for slug in seeded.people:
            audiences.intern(connection, own(derived_id("member", slug)))
    return seeded


def signed_as(node: Node, person_id: Any) -> Signed:
    """A person in a browser of theirs."""
    link = sign_in.make_link(node, person_id)
    signed = sign_in.who(node, sign_in.enter(node, link.rsplit("#", 1)[1], "test"))
    assert signed is not None
    return signed


@pytest.fixture
def app(node: Node, made: Any) -> Any:
    return create_app(node)


@pytest.fixture
def call(app: Any, node: Node, made: Any) -> Any:
    """`call("ncu-a")` gives a client whose token is that member's person's."""

    def client(slug: str = "ncu-a", *scopes: str) -> TestClient[Any]:
        made_client = TestClient(app, base_url="http://accord.test", raise_server_exceptions=False)
        if slug:
            signed = signed_as(node, made.people[slug])
            token = tokens.make_token(node, signed, "a program", scopes or ("api", "read", "write"))
            made_client.headers["authorization"] = f"Bearer {token}"
        return made_client

    return client


@pytest.fixture
def api(call: Any) -> TestClient[Any]:
    return call()


@pytest.fixture
def steward(node: Node, made: Any) -> Signed:
    """Somebody whose duty exchange is."""
    with node_transaction(node.engine) as connection:
        connection.execute(update(person).where(person.c.id == made.people["ncu-a"]).values(role="steward"))
    return signed_as(node, made.people["ncu-a"])


@pytest.fixture
def misp() -> Iterator[Any]:
    """A simulated MISP server on a real socket, without events."""
    with serving() as simulated:
        yield simulated
