"""Pages in process: a node on a database of its own, a clock that stands, browsers of signed-in people."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar.testing import TestClient

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemIds
from accord.adapters.vault import Vault
from accord.services import sign_in
from accord.services.node import Node
from accord.store import provision
from accord.store.engine import make_engine, node_transaction
from accord.web import assets
from accord.web.app import create_app
from accord.web.limits import Limits

from . import plain_verbs, world


@dataclass
class StandingClock:
    """Stands until a test moves it."""

    moment: datetime = world.NOW

    def now(self) -> datetime:
        return self.moment


def _name_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Page tests do not wait for Node: names of assets are made up where none are built."""
    if not (assets.FOLDER / "manifest.json").is_file():
        plain = {name: name for name in ("app.js", "map.js", "plan.js", "door.js", "styles.css", "icons.svg")}
        monkeypatch.setattr(assets, "manifest", lambda: plain)


@pytest.fixture(autouse=True)
def _assets_need_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    _name_assets(monkeypatch)


@pytest.fixture
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Node:
    """A node on a database of its own: a copy of the seeded one for who asks for `seeded`, else an empty one."""
    wants_world = "seeded" in request.fixturenames
    database = request.getfixturevalue("world_copy" if wants_world else "database")
    blobs, vault = Blobs(tmp_path / "blobs"), Vault(tmp_path / "evidence", reserve_bytes=0)
    blobs.prepare()
    vault.prepare()
    return Node(database.app, database.engine, blobs, StandingClock(), SystemIds(), typesetter, vault=vault)


@pytest.fixture(scope="session")
def world_template(server: Any, template: str) -> Iterator[tuple[str, world.World]]:
    """A seeded database to copy: seeding takes a second, a copy some milliseconds."""
    with server_copies(server, template) as database:
        made = world.seed(database.engine)
        database.engine.dispose()
        yield database.name, made


@pytest.fixture
def world_copy(server: Any, world_template: tuple[str, world.World]) -> Iterator[Any]:
    with server_copies(server, world_template[0]) as database:
        yield database


@pytest.fixture
def seeded(world_template: tuple[str, world.World]) -> world.World:
    return world_template[1]


@pytest.fixture
def mine(seeded: world.World) -> UUID:
    """A contribution of the investigator's member that every member sees."""
    return seeded.contributions[0]


@pytest.fixture
def host(enter: Callable[[UUID], TestClient[Any]], seeded: world.World) -> TestClient[Any]:
    """Another member's browser."""
    return enter(seeded.people["upland"])


@pytest.fixture
def third(enter: Callable[[UUID], TestClient[Any]], seeded: world.World) -> TestClient[Any]:
    """A browser of yet another."""
    return enter(seeded.people["stonebridge"])


@pytest.fixture
def people(node: Node) -> dict[str, UUID]:
    """Members and people, and nothing else."""
    with node_transaction(node.engine) as connection:
        return world.seed_people(connection)


@pytest.fixture
def app(node: Node) -> Any:
    return create_app(node, plain_verbs.VERBS, limits=Limits(scale=0))


@pytest.fixture
def stranger(app: Any) -> TestClient[Any]:
    client = TestClient(app, base_url="http://accord.test")
    client.headers["accept"] = "text/html"
    return client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Two test clients of one app at once: the framework's portal leaves a stream for the garbage collector to close.
    quiet = "ignore:Exception ignored in.*MemoryObject:pytest.PytestUnraisableExceptionWarning"
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.filterwarnings(quiet))


def use_link(client: TestClient[Any], link: str) -> Any:
    """Signs in by a link, as its page's form does; the answer."""
    answer = client.post("/enter/use", data={"token": link.rpartition("#")[2]}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer


def browser_of(app: Any, node: Node, person_id: UUID) -> TestClient[Any]:
    """A browser in which this person is signed in. Not entered as a context: two such of one app block each other."""
    client = TestClient(app, base_url="http://accord.test")
    client.headers["accept"] = "text/html"
    use_link(client, sign_in.make_link(node, person_id))
    page = client.get("/me").text
    client.csrf = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]  # type: ignore[attr-defined]
    return client


@dataclass(frozen=True)
class Still:
    """A world for tests that change nothing: made once a run."""

    node: Node
    app: Any
    made: Any
    client: TestClient[Any]


@contextlib.contextmanager
def _still(server: Any, template: str, folder: Path, fill: Callable[[Node], Any]) -> Iterator[Still]:
    maker = pytest.MonkeyPatch()
    _name_assets(maker)
    blobs = Blobs(folder / "blobs")
    blobs.prepare()
    with server_copies(server, template) as database:
        node = Node(database.app, database.engine, blobs, StandingClock(), SystemIds(), typesetter)
        made = fill(node)
        people = made.people if isinstance(made, world.World) else made
        app = create_app(node, plain_verbs.VERBS, limits=Limits(scale=0))
        client = browser_of(app, node, people["ncu-a"])
        yield Still(node, app, made, client)
    maker.undo()


@contextlib.contextmanager
def server_copies(server: Any, template: str) -> Iterator[Any]:
    """A database of one's own, for longer than a test."""
    name = f"w_{uuid4().hex}"
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        provision.make_database(admin, name, template=template)
        engine = make_engine(server.of("accord_app", name), pool_size=4)
        try:
            yield SimpleNamespace(engine=engine, app=server.of("accord_app", name), name=name)
        finally:
            engine.dispose()
            admin.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def filled(server: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Still]:
    with _still(server, template, tmp_path_factory.mktemp("f"), lambda n: world.seed(n.engine, blobs=n.blobs)) as still:
        yield still


def _only_people(node: Node) -> dict[str, UUID]:
    with node_transaction(node.engine) as connection:
        return world.seed_people(connection)


@pytest.fixture(scope="session")
def bare(server: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Still]:
    with _still(server, template, tmp_path_factory.mktemp("b"), _only_people) as still:
        yield still


@pytest.fixture
def reader(filled: Still) -> TestClient[Any]:
    """The investigator in a filled world that no test changes."""
    return filled.client


@pytest.fixture
def early_reader(bare: Still) -> TestClient[Any]:
    """The investigator in a world where nothing has happened yet, and nothing will."""
    return bare.client


@pytest.fixture
def passer_by(bare: Still) -> TestClient[Any]:
    client = TestClient(bare.app, base_url="http://accord.test")
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
def enter(app: Any, node: Node) -> Callable[[UUID], TestClient[Any]]:
    """Signs a person in and gives their browser; `client.csrf` is what its forms carry."""

    def _enter(person_id: UUID) -> TestClient[Any]:
        return browser_of(app, node, person_id)

    return _enter


@pytest.fixture
def investigator(enter: Callable[[UUID], TestClient[Any]], seeded: world.World) -> TestClient[Any]:
    return enter(seeded.people["ncu-a"])


@pytest.fixture
def newcomer(enter: Callable[[UUID], TestClient[Any]], people: dict[str, UUID]) -> TestClient[Any]:
    """Somebody in an alliance where nothing has happened yet."""
    return enter(people["ncu-a"])
