"""What is posted is worked on by few at a time: a large envelope takes some ten times its size while it is read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import current_token

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 2
_limiters: WeakKeyDictionary[Any, CapacityLimiter] = WeakKeyDictionary()


async def in_turn(call: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Calls in a thread, once fewer than `AT_ONCE` of these calls are under way."""
    loop = current_token()
    limiter = _limiters.get(loop) or _limiters.setdefault(loop, CapacityLimiter(AT_ONCE))
    return await to_thread.run_sync(functools.partial(call, *given, **named), limiter=limiter)
