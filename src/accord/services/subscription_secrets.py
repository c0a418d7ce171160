"""Secrets of foreign servers, sealed with the node's own key: a copy of the database alone opens nothing there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accord.model.errors import NodeError
from accord.services.custody_room import Keys
from accord.services.node import Node
from accord.store import subscriptions
from accord.store.engine import node_transaction


def seal(node: Node, secret: str, number: UUID) -> bytes | None:
    """A subscription's secret as it is kept; None for none. Raises `NodeError` on a node without keys."""
    return _keys(node).seal(secret.encode(), _about(number)) if secret else None


def opened(node: Node, row: Any) -> str:
    """The secret of a subscription. Raises `NodeError` when another node sealed it, or it was changed or moved."""
    return _keys(node).open(bytes(row.sealed), _about(row.id)).decode() if row.sealed else ""


def seal_those_in_clear(node: Node) -> int:
    """Seals what an earlier version kept in clear; how many there were."""
    with node_transaction(node.engine) as connection:
        rows = subscriptions.in_clear(connection)
        for number, secret in rows:
            subscriptions.change(connection, number, sealed=seal(node, secret, number), secret=None)
    return len(rows)


def _keys(node: Node) -> Keys:
    if node.custody is None:
        raise NodeError(
            "This node has no key to seal secrets with.", action="Open it with a data folder (ACCORD_DATA)."
        )
    return node.custody.keys


def _about(number: UUID) -> str:
    return f"subscription {number}"
