"""A node with a custody log on a database of its own: people, a clock that moves when told, faults on demand."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

from accord.adapters.clock import SystemIds
from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.custody.outside import Outside
from accord.model.members import Member, MemberKind
from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.store import members, people
from accord.store.engine import node_transaction

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


class MovingClock:
    """`model.ports.Clock` that stands until it is moved."""

    def __init__(self):
        self.at = START

    def now(self):
        return self.at


class Stage:
    """`node` is one running node; `reopened()` another process on the same folder and database."""

    def __init__(self, database, folder: Path, outside: Outside | None = None, origin="node-a.example/custody"):
        self.origin = origin
        self.database, self.folder, self.clock = database, folder, MovingClock()
        self.storages = []
        folder.mkdir(mode=0o700, exist_ok=True)
        self.node = self.open(outside)
        self.member = Member(uuid.uuid4(), "alpha", "Alpha", MemberKind.LAW_ENFORCEMENT, "NL")
        with node_transaction(self.node.engine) as connection:
            members.put(connection, self.member, START)
        self.ana, self.ben = self.person("Ana", "investigator"), self.person("Ben", "liaison")

    def open(self, outside=None, *, at=None, begin=True):
        storage = TileFolder(self.folder / "log", at=at)
        self.storages.append(storage)
        room = CustodyRoom(storage, open_keys(self.folder, self.origin), outside)
        node = Node(self.database.app, self.database.engine, None, self.clock, SystemIds(), None, room)
        if begin:
            begin_log(node)
        return node

    def reopened(self, outside=None, **more):
        return self.open(outside, **more)

    def person(self, name, role):
        number = uuid.uuid4()
        with node_transaction(self.node.engine) as connection:
            people.put(connection, number, self.member.id, name, role=role, title="", created_at=START)
        return number

    def signed(self, person):
        """A signed-in person, as pages have it."""
        viewer = Viewer(member_id=self.member.id, role="investigator", country="NL")
        return Signed(
            person, "Name", "investigator", "", self.member.id, "alpha", "Alpha", "law-enforcement", "TLP:AMBER",
            viewer, "", b"", START,
        )  # fmt: skip

    def close(self):
        for storage in self.storages:
            storage.close()


__all__ = ["START", "MovingClock", "Stage"]
