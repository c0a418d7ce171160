"""What the C library keeps of memory that was freed: little, where threads take and give back many large pieces."""

from __future__ import annotations

import ctypes
import sys

# malloc.h of glibc; see mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
ARENAS = 2
LARGE_BYTES = 128 * 1024


def keep_little() -> bool:
    """For a server of many threads, before it begins; whether it took effect (glibc alone has this).

    By default each thread may have a heap of its own, and none shrinks: 32 clients that post and page made the server
    some 70 MB larger than with this.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    wanted = ((_M_ARENA_MAX, ARENAS), (_M_MMAP_THRESHOLD, LARGE_BYTES), (_M_TRIM_THRESHOLD, LARGE_BYTES))
    taken = [mallopt(option, value) == 1 for option, value in wanted]  # each is asked, whatever became of the others
    return all(taken)
