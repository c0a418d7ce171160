"""What a running Accord is made of; put together in `bootstrap`, handed to every service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
