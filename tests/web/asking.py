"""What tests of pages do again and again: send a form, read the words of an answer."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from accord.model.handling import Handling
from accord.services.node import Node
from accord.store import audiences
from accord.store.engine import node_transaction
from accord.store.tables import contribution


def post(client: Any, address: str, **data: Any) -> Any:
    return client.post(address, data={"csrf": client.csrf, **data}, follow_redirects=False)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def without_ids(answer: Any) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", answer.text)


def handling_of(node: Node, number: UUID) -> Handling:
    """Of a contribution, as it stands."""
    with node_transaction(node.engine) as connection:
        kept = connection.scalar(select(contribution.c.audience).where(contribution.c.id == number))
        return audiences.handling(connection, kept)
