"""The court bundle of an item: taking it out is an act in the item's own chain when the person may."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from evidence_room import make_node, register, who

from accord.cli import custody as custody_commands
from accord.cli import evidence as evidence_commands
from accord.custody.audit import audit
from accord.custody.item import Act
from accord.model.ids import derived_id
from accord.services.custody_export import digests_wanted
from accord.store import evidence
from accord.store.engine import node_transaction


@pytest.fixture
def node(database, tmp_path):
    node = make_node(database, tmp_path, log="log.example/custody")
    yield node
    node.custody.storage.close()


def acts(node, item):
    with node_transaction(node.engine) as connection:
        return [link.act for link in evidence.chain(connection, item)]


def export(node, item, out, person):
    openers = custody_commands.openers_of(node)
    return custody_commands.write_out(node, item, out, openers=openers, person_id=person, reason="For the court")


def test_the_export_stands_in_the_chain_and_in_the_bundle(node, tmp_path):
    item = register(node, ada := who(node, "Ada"), b"bytes of a disk")
    made = export(node, item, tmp_path / "bundle", ada.person_id)
    assert acts(node, item) == [Act.ACQUIRE, Act.EXPORT]
    assert (tmp_path / "bundle/items/1").read_bytes() == b"bytes of a disk"
    assert made.entries == 2
    assert len(digests_wanted(node, item)) == 1
    room = node.custody
    assert audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts == ()


def test_who_does_not_see_the_item_adds_nothing_to_its_chain(node, tmp_path):
    item = register(node, who(node, "Ada"))
    export(node, item, tmp_path / "theirs", derived_id("person", "Dora"))
    export(node, item, tmp_path / "nodes", None)
    assert acts(node, item) == [Act.ACQUIRE]


def test_evidence_export_is_the_same_command():
    command = evidence_commands.app["export"]
    assert command.default_command is custody_commands.export
