"""Whom a log's keeper asks and answers: witnesses, time-stamp authorities, and the logs it witnesses itself. Ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from accord.custody.quorum import Policy
from accord.custody.timestamps import Authority


class WitnessLink(Protocol):
    """A witness that can be reached (adapters.witness_http)."""

    @property
    def name(self) -> str: ...
    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """C2SP tlog-witness: status and body of the answer. Raises `NodeError` when there is none."""
        ...


class AuthorityLink(Protocol):
    """A time-stamp authority that can be reached (adapters.timestamp_authority)."""

    @property
    def authority(self) -> Authority: ...
    def stamp(self, request: bytes) -> bytes:
        """RFC 3161: the answer to a request, in DER. Raises `NodeError` when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom the node asks and answers. `policy`: None when nobody configured witnesses; `witnessed`: logs by origin."""

    policy: Policy | None = None
    policy_text: bytes = b""
    witnesses: tuple[WitnessLink, ...] = ()
    authorities: tuple[AuthorityLink, ...] = ()
    witnessed: Policy | None = None
