"""Ports: what leaves the process, as one small method each."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
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
