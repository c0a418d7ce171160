"""What a running Accord is made of; put together in `bootstrap`, handed to every service."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from uuid import UUID

from accord.model.errors import NodeError
from accord.model.evidence import Sealed
from accord.model.ports import Clock, Ids, Openid
from accord.report.document import Document
from accord.services.custody_room import CustodyRoom
from accord.store.engine import Engine


class Blobs(Protocol):
    def put(self, content: bytes) -> bytes:
        """Keeps bytes durably and returns their SHA-256, which is their address; the same bytes are kept once."""
        ...

    def read(self, digest: bytes) -> bytes:
        """The bytes at an address. Raises `AbsentError`."""
        ...


class Vault(Protocol):
    """Bytes of evidence; what each method promises stands in `adapters.vault`."""

    def check_room(self, size: int) -> None: ...
    def size(self, upload: UUID) -> int: ...
    def append(self, upload: UUID, offset: int, data: bytes) -> int: ...
    def seal(self, upload: UUID) -> Sealed: ...
    def release(self, upload: UUID) -> None: ...
    def open(self, digest: bytes) -> AbstractContextManager[BinaryIO]: ...
    def measure(self, digest: bytes) -> Sealed: ...
    def remove(self, digest: bytes) -> None: ...
    def sweep(self, *, needed: Callable[[], Collection[bytes]], uploads: Callable[[], Collection[UUID]]) -> int: ...


class Typesetter(Protocol):
    def typeset(self, document: Document) -> bytes:
        """A document as a tagged PDF (PDF/UA-1)."""
        ...


@dataclass(frozen=True, slots=True)
class Node:
    """One running Accord, owned by one organisation."""

    database_url: str
    """A libpq URI of the application's role, for the job queue; may hold a secret."""
    engine: Engine
    blobs: Blobs
    clock: Clock
    ids: Ids
    typesetter: Typesetter
    custody: CustodyRoom | None = None
    """The custody log; None only where no log is kept (tests of other rooms): events are kept in the database then."""
    public_url: str = "http://localhost:8400"
    """Where people reach its pages: scheme, host and port. Passkeys are made for it, and links lead to it."""
    openid: Openid | None = None
    """Where people may have an account by which they come in; None: nowhere."""
    vault: Vault | None = None
    """Where evidence lies; None: this node keeps none."""


def vault_of(node: Node) -> Vault:
    """The node's vault. Raises `NodeError` when it keeps no evidence."""
    if node.vault is None:
        raise NodeError("This node keeps no evidence.", action="Open it with a data folder (ACCORD_DATA).")
    return node.vault
