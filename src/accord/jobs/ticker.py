"""Does something small again and again beside the application: looks whether anything is due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

_log = structlog.get_logger("accord.jobs")


@contextmanager
def ticking(every_s: float, look: Callable[[], None]) -> Iterator[None]:
    """Calls `look` in a thread, first at once, then every so often, until the block ends."""
    stopping = threading.Event()

    def run() -> None:
        while True:
            try:
                look()
            except Exception as error:  # noqa: BLE001  the database may be away for a while; the next look tells
                _log.warning("look_failed", error=type(error).__name__)
            if stopping.wait(every_s):
                return

    thread = threading.Thread(target=run, name="accord-ticker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(10)
