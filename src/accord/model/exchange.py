"""What other servers answer, and the port to them."""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from accord.model.errors import NodeError


class PeerError(NodeError):
    """Another server cannot be reached, or answers otherwise than its specification says.

    `status`: its HTTP status, 0 without; `wait_s`: how long it asked to be left alone, seconds, 0 without.
    """

    def __init__(self, message: str, *, status: int = 0, wait_s: int = 0) -> None:
        super().__init__(message, action="It is tried again later; if it stays, ask whoever runs the other server.")
        self.status = status
        self.wait_s = wait_s


class RemotePage(NamedTuple):
    """`envelope`: the objects as they came, in `{"objects":[…]}`; `size`: how many.

    `place`: the server's `next`, empty: it gave none. `last`: when the last of them was added there, as the server
    writes it, empty: it did not say.
    """

    envelope: bytes
    size: int
    place: str
    last: str
    more: bool


class Peer(Protocol):
    """A collection at another TAXII server. Every method raises `PeerError`."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def page(self, added_after: str, place: str, limit: int) -> RemotePage: ...

    def push(self, envelope: bytes) -> dict[str, Any]: ...

    def status(self, number: str) -> dict[str, Any]: ...
