"""A node on a database of its own and on an external one: the same, but for the URL."""

from __future__ import annotations

import contextlib

import pytest

from accord.adapters.database import EmbeddedServer
from accord.bootstrap import open_node
from accord.model.errors import NodeError
from accord.model.handling import Handling
from accord.settings import read_settings
from accord.store import audiences
from accord.store.engine import node_transaction


@pytest.fixture(params=["embedded", "external"])
def settings(request, server, tmp_path):
    data_dir = tmp_path / "node"
    if request.param == "embedded":
        with EmbeddedServer(data_dir, durable=False):  # made here, since it is made without waiting for the disk
            pass
        yield read_settings(data_dir=data_dir)
        EmbeddedServer.discard(data_dir)
        return
    name = request.getfixturevalue("empty_database")
    yield read_settings(
        data_dir=data_dir,
        database_url=server.of("accord_app", name),
        owner_database_url=server.of("accord_owner", name),
    )


def test_what_a_node_kept_is_there_when_it_is_opened_again(settings):
    with open_node(settings) as node:
        digest = node.blobs.put(b"as received")
        with node_transaction(node.engine) as connection:
            number = audiences.intern(connection, Handling())
    with open_node(settings) as node, node_transaction(node.engine) as connection:
        assert audiences.intern(connection, Handling()) == number
        assert node.blobs.read(digest) == b"as received"
    assert (settings.data_dir / "server.users").exists() is (settings.database_url is None)


def test_two_nodes_share_one_database(settings):
    with open_node(settings) as first, open_node(settings) as second:
        with node_transaction(first.engine) as connection:
            number = audiences.intern(connection, Handling())
        with node_transaction(second.engine) as connection:
            assert audiences.intern(connection, Handling()) == number


def test_an_external_database_without_its_schema_says_what_to_set(server, empty_database, tmp_path):
    without_owner = read_settings(data_dir=tmp_path / "node", database_url=server.of("accord_app", empty_database))
    with pytest.raises(NodeError, match="ACCORD_OWNER_DATABASE_URL"), contextlib.ExitStack() as stack:
        stack.enter_context(open_node(without_owner))
