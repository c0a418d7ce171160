"""What is posted is read by few at a time and worked on by fewer: a large envelope takes some ten times its size.

Who waits holds a connection, and no content: that is read once there is room. A token has a share of the room, so that
one program's uploads, or its slow ones, do not keep out everybody else's.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from anyio import CapacityLimiter, fail_after, to_thread
from anyio.lowlevel import current_token

from accord.web.limits import TooManyError

P = ParamSpec("P")
T = TypeVar("T")
WORKED_ON = 2
IN_MEMORY, OF_A_TOKEN = 12, 4
"""Contents that are read or wait to be worked on: at most 120 MB, 40 of it one token's."""
ARRIVES_S = 120.0
"""A content that takes longer to arrive is given up: 85 kB/s are enough for the largest."""


@dataclass(slots=True)
class _Lanes:
    work: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(WORKED_ON))
    room: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(IN_MEMORY))
    shares: WeakValueDictionary[bytes, CapacityLimiter] = field(default_factory=WeakValueDictionary)


_of_loops: WeakKeyDictionary[Any, _Lanes] = WeakKeyDictionary()


@asynccontextmanager
async def room_for(token_hash: bytes) -> AsyncIterator[None]:
    """Room for the content of one request of this token; waits until there is."""
    lanes = _lanes()
    share = lanes.shares.get(token_hash)
    if share is None:
        share = lanes.shares[token_hash] = CapacityLimiter(OF_A_TOKEN)
    async with share, lanes.room:
        yield


async def in_time(content: Awaitable[bytes]) -> bytes:
    """The content, once it is there. Raises `TooManyError` when it trickles in."""
    try:
        with fail_after(ARRIVES_S):
            return await content
    except TimeoutError:
        raise TooManyError(int(ARRIVES_S)) from None


async def in_turn(call: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Calls in a thread, once fewer than `WORKED_ON` of these calls are under way."""
    return await to_thread.run_sync(functools.partial(call, *given, **named), limiter=_lanes().work)


def _lanes() -> _Lanes:
    loop = current_token()
    return _of_loops.get(loop) or _of_loops.setdefault(loop, _Lanes())
