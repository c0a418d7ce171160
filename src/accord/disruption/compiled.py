"""Compiled kernels: numba, which keeps what it compiled in a folder beside the source or, failing that, the user's.

Numba notices a change of the file a kernel stands in, but not of kernels that it calls from other files. The folder
is therefore named by a digest of that file and of all that it imports here: code and cache can never be of different
versions, and a change elsewhere costs nobody a second compilation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])
IMPORT = re.compile(rb"^from accord\.disruption\.(\w+) import", re.MULTILINE)


@cache
def _folder(module: str) -> str:
    digest = hashlib.sha256()
    for name in sorted(_behind(module)):
        digest.update(_source(name))
    return str(Path(__file__).parent / "__pycache__" / f"kernels-{digest.hexdigest()[:12]}")


def _behind(module: str) -> set[str]:
    """The module and all of this package that it imports, directly or not."""
    found, waiting = {module}, [module]
    for one in waiting:
        fresh = {name.decode() for name in IMPORT.findall(_source(one))} - found
        found |= fresh
        waiting.extend(fresh)
    return found


@cache
def _source(module: str) -> bytes:
    return files("accord.disruption").joinpath(f"{module}.py").read_bytes()


def kernel(function: F) -> F:
    """Compiles at the first call with given types (0.2–3 s), from then on ready in milliseconds.

    Where no folder can be written, it is compiled anew in each process.
    """
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = before or _folder(function.__module__.rpartition(".")[2])
    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[return-value] # numba is untyped
    except RuntimeError:
        return numba.njit(nogil=True)(function)  # type: ignore[return-value] # numba is untyped
    finally:
        settings.CACHE_DIR = before
