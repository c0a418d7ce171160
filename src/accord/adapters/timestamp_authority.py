"""A time-stamp authority over HTTP: RFC 3161, section 3.4."""

from __future__ import annotations

from accord.adapters.witness_http import post
from accord.custody.timestamps import MAX_STAMP_BYTES, Authority
from accord.model.errors import NodeError


class HttpAuthority:
    """`custody.outside.AuthorityLink`."""

    def __init__(self, authority: Authority, url: str) -> None:
        self.authority = authority
        self._url = url

    def stamp(self, request: bytes) -> bytes:
        """The answer to a TimeStampReq, unchecked. Raises `NodeError`."""
        who = f"The time-stamp authority {self.authority.name}"
        status, answer = post(self._url, request, "application/timestamp-query", limit=MAX_STAMP_BYTES, who=who)
        if status != 200:
            raise NodeError(f"{who} answers with status {status}.", action="Try later, or choose another.")
        return answer
