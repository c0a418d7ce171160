"""A served world for real browsers: its own database and port, and sign-in links for its people."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemIds
from accord.adapters.database import EmbeddedServer
from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.adapters.vault import Vault
from accord.custody.events import EventType
from accord.model.members import Member, MemberKind
from accord.services import sign_in
from accord.services.custody_drain import begin_log
from accord.services.custody_facts import CustodyFacts
from accord.services.custody_room import CustodyRoom
from accord.services.members import enrol, register
from accord.services.node import Node
from accord.services.record import record
from accord.store import people, provision, schema
from accord.store.engine import make_engine, node_transaction
from accord.web.app import create_app

sys.path.insert(0, str(Path(__file__).resolve().parent))

from talk import documents_kept, talk

TESTS = Path(__file__).resolve().parents[1]


def _package(name: str) -> Any:
    """A module of tests/web, however the tests were started (as a script, or by pytest without packages)."""
    if "accord_web_tests" not in sys.modules:
        folder = TESTS / "web"
        spec = importlib.util.spec_from_file_location(
            "accord_web_tests", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules["accord_web_tests"] = module
        spec.loader.exec_module(module)
    return importlib.import_module(f"accord_web_tests.{name}")


world = _package("world")
measured = _package("measured")
plain_verbs = _package("plain_verbs")
evidence_world = _package("evidence_world")
exchanges = _package("exchanges")


class StandingClock:
    """The world's time, so that pictures are the same every day."""

    def now(self) -> Any:
        return world.NOW


@dataclass(frozen=True)
class Stage:
    url: str
    node: Any
    world: Any
    entry: Any = None
    """An event of an item in the custody log."""
    room: Any = None
    declared: Any = ()
    """Ids of measures: shown, null, after the fact, waiting, early."""
    alone: uuid.UUID | None = None
    """The one person of a node that holds nothing."""

    def link(self, slug: str) -> str:
        """A fresh sign-in address for the person of a member."""
        person = self.alone or self.world.people[slug]
        return self.url + sign_in.make_link(self.node, person)


@contextlib.contextmanager
def stage(*, crowd: int = 240, seeded: bool = True) -> Iterator[Stage]:
    """Serves a seeded world, or a node that holds nothing yet, on a free port until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="accord-stage-"))
    server = EmbeddedServer(folder / "n", durable=False)
    urls = server.join()
    try:
        provision.provision(urls.superuser)
        schema.migrate(urls.owner)
        engine = make_engine(urls.app)
        blobs = Blobs(folder / "blobs")
        blobs.prepare()
        (folder / "custody").mkdir(mode=0o700)
        room = CustodyRoom(TileFolder(folder / "custody" / "log"), open_keys(folder / "custody"))
        port = _free_port()
        home = f"http://localhost:{port}"
        vault = Vault(folder / "evidence")
        vault.prepare()
        outside = {"custody": room, "public_url": home, "vault": vault}
        node = Node(urls.app, engine, blobs, StandingClock(), SystemIds(), typesetter, **outside)
        begin_log(node)
        made = world.seed(engine, blobs=blobs, crowd=crowd) if seeded else None
        entry = _record(node, made) if made else None
        if made:
            exchanges.fill(node, "ncu-a")
        kept = evidence_world.fill(node, made) if made else None
        if made:
            with documents_kept(node):
                talk(node, made)
        declared = measured.seed(engine, blobs) if seeded else []
        alone = None if seeded else _first_person(node)
        with _served(create_app(node, plain_verbs.VERBS), port) as url:
            yield Stage(url, node, made, entry, kept, declared, alone)
        engine.dispose()
    finally:
        server.leave()
        EmbeddedServer.discard(folder / "n")


def _first_person(node: Any) -> uuid.UUID:
    """One member of a fresh node, and its one person."""
    first = Member(world.member_id("ncu-a"), "ncu-a", "National Cybercrime Unit (A)", MemberKind.LAW_ENFORCEMENT, "AA")
    register(node, first)
    return enrol(node, first, "Rosa Lind", role="investigator+steward", title="Lead investigator")


def _record(node: Any, made: Any) -> uuid.UUID:
    """An item's chain, and a contribution, in the custody log; an overseer to read its state."""
    item = uuid.UUID(int=7, version=4)
    made.people["overseer"] = uuid.UUID(int=8, version=4)
    with node_transaction(node.engine) as connection:
        home = world.member_id("ncu-a")
        people.put(
            connection, made.people["overseer"], home, "Iris Holm", role="overseer", title="", created_at=world.NOW
        )
        who = {"person_id": made.people["ncu-a"], "member_id": world.member_id("ncu-a")}
        digests = {"sha256": "5d" * 32}
        for verb, kind, reason in (
            ("evidence acquired", EventType.ACQUIRE, "warrant 12/2026"),
            ("evidence accessed", EventType.ACCESS, "to extract the panel's configuration"),
            ("evidence checked out", EventType.CHECK_OUT, "laboratory"),
        ):
            facts = CustodyFacts(kind, item, digests, reason=reason, place="evidence room 2", authority="court order")
            detail = {"reason": reason, "title": "Laptop of a reseller"}
            last = record(node, connection, verb, str(item), **who, custody=facts, detail=detail)
    return last


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def _served(app: Any, port: int) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def main() -> None:
    """Serves until interrupted: `python tests/browser/stage.py [NODES ON THE MAP]`."""
    with stage(crowd=int(sys.argv[1]) if len(sys.argv) > 1 else 240) as stood:
        for slug in stood.world.people:
            print(slug, stood.link(slug), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while os.getppid() > 0:
                time.sleep(1)


if __name__ == "__main__":
    main()
