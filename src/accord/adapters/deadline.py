"""Network calls that end: one instant for connecting, TLS, sending and the answer together.

Timeouts of HTTP clients are for each read; a server that sends a byte now and then is never late by them.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


class Deadline(httpcore.NetworkBackend):
    """Connections of which nothing goes on after `ends_s` (of `time.monotonic`): timeouts of `httpcore` are raised."""

    def __init__(self, ends_s: float) -> None:
        self.ends_s = ends_s
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.left(timeout, httpcore.ConnectTimeout)
        return _Ending(self._network.connect_tcp(host, port, left, local_address, socket_options), self)

    def left(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        """How long a step may take that was given a timeout of its own. Raises `late` when nothing is left."""
        left = self.ends_s - time.monotonic()
        if left <= 0:
            raise late("the deadline of the call has passed")
        return left if timeout is None else min(left, timeout)


class _Ending(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _Ending(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class InTime(httpx.HTTPTransport):
    """For a client that asks one thing at a time: each request, with its answer, ends after so many seconds."""

    def __init__(self, each_s: float, *, verify: bool = True) -> None:
        super().__init__(trust_env=False)
        self._each_s = each_s
        self._deadline = Deadline(0.0)
        # httpx has no door for a network of one's own; its pool is what everything goes through.
        self._pool = httpcore.ConnectionPool(
            httpx.create_ssl_context(verify=verify, trust_env=False), network_backend=self._deadline
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._deadline.ends_s = time.monotonic() + self._each_s
        return super().handle_request(request)
