"""Nodes with members and tokens for TAXII tests: in process, or served on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from sqlalchemy import insert

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.store import members
from accord.store.engine import node_transaction
from accord.store.tables import person
from accord.web.app import create_app
from accord.web.taxii.face import Face

TAXII = "application/taxii+json;version=2.1"
SLUGS = ("amber", "birch", "cedar")


def member_id(slug: str) -> UUID:
    return derived_id("member", slug)


def signed(slug: str) -> Signed:
    """A person of a member, as a token of theirs is admitted."""
    now = SystemClock().now()
    return Signed(
        person_id=derived_id("person", slug),
        name=f"Person {slug}",
        role="analyst",
        title="Analyst",
        member_id=member_id(slug),
        member_slug=slug,
        member_name=slug.title(),
        member_kind=str(MemberKind.CERT),
        member_tlp="TLP:AMBER",
        viewer=Viewer(member_id(slug), role="analyst", country="AA"),
        csrf="",
        token_hash=b"",
        last_seen=now,
    )


@dataclass
class Tokens:
    """Stands for the node's API tokens: `token-of-SLUG`, unless it was ended."""

    ended: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)

    def admit(self, _node: Node, token: str) -> Signed | None:
        slug = self.others.get(token) or token.removeprefix("token-of-")
        known = token in self.others or (token.startswith("token-of-") and slug in SLUGS)
        return signed(slug) if known and slug not in self.ended else None


def make_node(database: Any, folder: Path, clock: Any = None) -> Node:
    """A node with three members, each with one person."""
    folder.mkdir(exist_ok=True)
    blobs = Blobs(folder / "blobs")
    blobs.prepare()
    node = Node(database.app, database.engine, blobs, clock or SystemClock(), SystemIds(), typesetter)
    settle(node)
    return node


def settle(node: Node) -> None:
    now = node.clock.now()
    with node_transaction(node.engine) as connection:
        for slug in SLUGS:
            members.put(connection, Member(member_id(slug), slug, slug.title(), MemberKind.CERT, "AA"), now)
            row = {"id": derived_id("person", slug), "member_id": member_id(slug), "name": f"Person {slug}"}
            connection.execute(insert(person).values(**row, role="analyst", title="Analyst", created_at=now))


@contextmanager
def with_keys(node: Node, folder: Path) -> Iterator[Node]:
    """The same node with keys, and a log of its own."""
    folder.mkdir(mode=0o700)
    storage = TileFolder(folder / "log")
    try:
        keyed = replace(node, custody=CustodyRoom(storage, open_keys(folder)))
        begin_log(keyed)
        yield keyed
    finally:
        storage.close()


@contextmanager
def served(node: Node, face: Face, *, port: int = 0) -> Iterator[str]:
    """The node's application on a loopback address, in a thread; its URL."""
    # With its protocol named, as asyncio asks of a socket before it sends small answers at once (TCP_NODELAY).
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    door.listen(128)
    config = uvicorn.Config(create_app(node, taxii=face), log_level="error", access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        door.close()
