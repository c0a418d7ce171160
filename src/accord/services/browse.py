"""What reading services share: the person who asks, their transaction, a page of anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from accord.model.handling import Handling
from accord.policy.decide import Viewer
from accord.policy.duties import JOINED, Role
from accord.services.node import Node
from accord.store.audiences import from_document
from accord.store.engine import Connection, begin

T = TypeVar("T")
OVERSEES = Role.OVERSEER.value
PURPOSE = ""
"""The purpose requests name until people choose one."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed-in person, the member they act for, and their session's secrets for this request."""

    person_id: UUID
    name: str
    role: str
    title: str
    member_id: UUID
    member_slug: str
    member_name: str
    member_kind: str
    member_tlp: str
    viewer: Viewer
    csrf: str
    token_hash: bytes
    last_seen: datetime
    scopes: frozenset[str] | None = None
    """Those of the token by which a program acts; None: a person in a session, with all that their role may."""
    how: str = "link"
    """How they came in: link, passkey, recovery, openid, token."""
    began_at: datetime | None = None
    """When the session or token began."""
    claimed: bool = False
    """Somebody asks to be let in again as this person, who is told so on every page."""

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the key from which the next page goes on; None when these are the last."""

    rows: list[T]
    more: tuple[Any, ...] | None = None


@contextmanager
def reading(node: Node, signed: Signed) -> Iterator[Connection]:
    """A transaction that sees what this person may see now, and lets an overseer change nothing."""
    changes = OVERSEES not in signed.role.split(JOINED)
    with begin(node.engine, signed.viewer, node.clock.now(), purpose=PURPOSE, changes=changes) as connection:
        yield connection


def handling_of(document: dict[str, Any]) -> Handling:
    """The handling of a row's audience."""
    return from_document(document)
