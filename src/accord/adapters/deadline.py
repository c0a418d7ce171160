"""Network calls that end: one instant for connecting, TLS, sending and the answer together.

Timeouts of HTTP clients are for each read; a server that sends a byte now and then is never late by them.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore


class Deadline(httpcore.NetworkBackend):
    """Connections of which nothing goes on after `ends_s` (of `time.monotonic`): timeouts of `httpcore` are raised."""

    def __init__(self, ends_s: float) -> None:
        self._ends_s = ends_s
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the port names its arguments
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._ends_s, httpcore.ConnectTimeout)
        return _Ending(self._network.connect_tcp(host, port, left, local_address, socket_options), self._ends_s)


class _Ending(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, ends_s: float) -> None:
        self._stream = stream
        self._ends_s = ends_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  the port names it
        return self._stream.read(max_bytes, _left(self._ends_s, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  the port names it
        self._stream.write(buffer, _left(self._ends_s, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  the port names it
    ) -> httpcore.NetworkStream:
        left = _left(self._ends_s, httpcore.ConnectTimeout)
        return _Ending(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_s)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends_s: float, late: type[httpcore.TimeoutException]) -> float:
    left = ends_s - time.monotonic()
    if left <= 0:
        raise late("the deadline of the call has passed")
    return left
