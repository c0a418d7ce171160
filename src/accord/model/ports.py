"""Ports: what leaves the process, as one small method each."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The present time, aware, UTC."""
        ...


class Ids(Protocol):
    def new(self) -> UUID:
        """An id that tells nothing about any other."""
        ...


class Progress(Protocol):
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """Says how far a stage is. Raises `CancelledWorkError` when a person asked to stop."""
        ...


class Account(NamedTuple):
    """Who a provider says somebody is: its own address, and its name for them, which it gives to nobody else."""

    issuer: str
    subject: str


class Openid(Protocol):
    """A provider of OpenID Connect: the code flow with PKCE. Each raises `NodeError` when it cannot be used."""

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent; it comes back to `back`."""
        ...

    def account(self, code: str, back: str, nonce: str, verifier: str) -> Account:
        """Whose code this is, from a signed token. Raises `RefusedError` for what does not verify."""
        ...
