"""Somebody at work: the node, their transaction in its database, and who they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accord.custody.item import Act, Deed
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.record import record
from accord.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Acting:
    """What an act is done with. Ends with its transaction."""

    node: Node
    connection: Connection
    signed: Signed

    def deed(self, act: Act, **more: Any) -> Deed:
        """An act on an item, by the member of this person."""
        return Deed(act, str(self.signed.member_id), **more)

    def record(self, verb: str, subject: object, audience: int, detail: dict[str, Any], **more: Any) -> UUID:
        """Puts it on record as done by this person for their member, seen by `audience`. As `services.record`."""
        return record(
            self.node,
            self.connection,
            verb,
            str(subject),
            person_id=self.signed.person_id,
            member_id=self.signed.member_id,
            detail=detail,
            audience=audience,
            **more,
        )


@contextmanager
def acting(node: Node, signed: Signed) -> Iterator[Acting]:
    """A transaction that sees what this person may see now, to act in. As `browse.reading`."""
    with reading(node, signed) as connection:
        yield Acting(node, connection, signed)
