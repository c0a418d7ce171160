"""The server keeps little of what it freed."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Blocks between the default threshold's bounds go back to the system one by one only when each is mapped for itself.
HELD = """
import ctypes, re
from accord.adapters.allocator import keep_little
told = {told} and keep_little()
c = ctypes.CDLL(None)
c.malloc.restype, c.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
blocks = [c.malloc(1_000_000) for _ in range(2)]
c.free(blocks[0])  # by default the next blocks of this size come from a heap
blocks = [c.malloc(1_000_000) for _ in range(60)]
for block in blocks:
    ctypes.memset(block, 1, 1_000_000)
for block in blocks[:-1]:
    c.free(block)
status = open("/proc/self/status").read()
print(told, re.search(r"VmRSS:\\s+(\\d+)", status)[1])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux")
def test_freed_memory_goes_back():
    told, held = _run(told=True)
    if told != "True":
        pytest.skip("this C library has no such settings")
    assert held + 40_000 < _run(told=False)[1]


def _run(*, told: bool) -> tuple[str, int]:
    done = subprocess.run([sys.executable, "-c", HELD.format(told=told)], capture_output=True, text=True, check=True)
    said, held_kb = done.stdout.split()
    return said, int(held_kb)
