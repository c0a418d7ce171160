"""A node with a vault, three members with people, and items; what tests of the evidence room and of cases share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemIds
from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.adapters.vault import Vault
from accord.custody.item import Act
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.services import evidence, evidence_uploads
from accord.services.acting import act_as
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.store import members
from accord.store.engine import node_transaction
from accord.store.tables import person

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE = {"amber": ("Ada", "Ben", "Cleo"), "birch": ("Dora", "Emil"), "cedar": ("Finn",)}


@dataclass
class MovingClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **by: float) -> None:
        self.moment += timedelta(**by)


def make_node(database, folder: Path, *, log: str = "") -> Node:
    """Members and people as above, nothing else. `log`: the origin of its custody log; empty: it keeps none."""
    blobs, vault = Blobs(folder / "blobs"), Vault(folder / "evidence", reserve_bytes=0)
    blobs.prepare()
    vault.prepare()
    node = Node(database.app, database.engine, blobs, MovingClock(), SystemIds(), typesetter, vault=vault)
    if log:
        room = CustodyRoom(TileFolder(folder / "log"), open_keys(folder, log))
        node = replace(node, custody=room)
        begin_log(node)
    with node_transaction(node.engine) as connection:
        for slug, names in PEOPLE.items():
            given = Member(derived_id("member", slug), slug, slug.title(), MemberKind.LAW_ENFORCEMENT, "AA")
            members.put(connection, given, NOW)
            for name in names:
                row = {"id": derived_id("person", name), "member_id": given.id, "name": name}
                connection.execute(insert(person).values(**row, role="investigator", title="", created_at=NOW))
    return node


def who(node: Node, name: str):
    slug = next(slug for slug, names in PEOPLE.items() if name in names)
    return act_as(node, slug, name)


def upload(node: Node, signed, content: bytes, name: str = "disk.img") -> UUID:
    begun = evidence_uploads.begin(node, signed, name, len(content))
    if not begun.offset:
        evidence_uploads.put(node, signed, begun.id, 0, content)
    return begun.id


def register(node: Node, signed, content: bytes | None = b"bytes of a disk", **given) -> UUID:
    values = {
        "kind": "image" if content else "thing", "title": "Disk of a server", "authority": "Code, section 94",
        "acquired_at": node.clock.now() - timedelta(hours=1), "how": Act.ACQUIRE,
        "handling": Handling(tlp=Tlp.RED, originators=frozenset({signed.member_id})),
    }  # fmt: skip
    said = evidence.Registration(**{**values, **given})
    return evidence.register(node, signed, said, upload(node, signed, content) if content else None)
