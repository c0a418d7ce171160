"""Handlers that read the database run in threads, so that one slow page does not hold up the others.

The framework's own `sync_to_thread` wraps a handler twice when two share a path (seen in 2.25), hence this one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from anyio import to_thread

T = TypeVar("T")


def threaded(handler: Callable[..., T]) -> Callable[..., Coroutine[Any, Any, T]]:
    """The same handler, called in a thread; its parameters and annotations stay as they are."""

    @functools.wraps(handler)
    async def called(**given: Any) -> T:
        return await to_thread.run_sync(functools.partial(handler, **given))

    return called
