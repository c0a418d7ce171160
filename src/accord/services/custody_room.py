"""The node's custody log at work: the log itself, the node's keys, and one writer at a time for all who wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse, pseudonym
from accord.custody.log import Log, LogStorage
from accord.custody.note import SigningKey
from accord.custody.outside import Outside

NODE = "node"
"""Who acts when no person does; its pseudonym is the registrar's."""


class Keys(Protocol):
    """The node's own keys (adapters.keys)."""

    @property
    def origin(self) -> str: ...
    @property
    def log_key(self) -> SigningKey: ...
    @property
    def registrar(self) -> Ed25519PrivateKey: ...
    @property
    def registrar_secret(self) -> bytes: ...
    @property
    def witness_keys(self) -> Sequence[SigningKey]: ...
    def seal(self, secret: bytes, about: str) -> bytes: ...
    def open(self, sealed: bytes, about: str) -> bytes: ...
    def random(self, size: int) -> bytes: ...


class SideFiles(LogStorage, Protocol):
    def side_files(self) -> list[str]:
        """Paths of cosigned heads and time stamps that lie beside the log, sorted."""
        ...


class Turns:
    """Many threads want the same work done; whoever comes first does it for all who came before it began."""

    def __init__(self) -> None:
        self._working = threading.Lock()
        self._counting = threading.Lock()
        self._asked = 0
        self._done = 0

    def take(self, work: Callable[[], None]) -> None:
        """Returns when the work has been done wholly after this call began. Raises what the work raises."""
        with self._counting:
            self._asked += 1
            mine = self._asked
        with self._working:
            if self._done >= mine:
                return
            with self._counting:
                covers = self._asked
            work()
            self._done = covers

    def alone(self, work: Callable[[], None]) -> None:
        """Does what is nobody else's work while nobody works: it stands for no one who waits, and no one for it."""
        with self._working:
            work()


class CustodyRoom:
    """The node's log. `log` is for one thread at a time: within `turns`, or to read."""

    def __init__(self, storage: SideFiles, keys: Keys, outside: Outside | None = None) -> None:
        """Opens the log or begins it. Raises `MisconductError` when what lies there is not what was signed."""
        self.storage = storage
        self.keys = keys
        self.outside = outside or Outside()
        self.log = Log(storage, keys.log_key)
        self.turns = Turns()
        self.holder = pseudonym(keys.registrar_secret, NODE)

    @property
    def registrar_key(self) -> EnrolledKey:
        public = self.keys.registrar.public_key().public_bytes_raw()
        return EnrolledKey(KeyUse.SIGNING, KeyAlgorithm.ED25519, public, self.holder)
