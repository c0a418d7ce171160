"""Compiled kernels: numba, which keeps what it compiled in a folder beside the source or, failing that, the user's.

Numba notices a change of the file a kernel stands in, but not of kernels that it calls from other files. The folder
is therefore named by a digest of all kernel sources: code and cache can never be of different versions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def _folder() -> str:
    digest = hashlib.sha256()
    for source in sorted(files("accord.disruption").iterdir(), key=lambda one: one.name):
        if source.name.endswith(".py"):
            digest.update(source.read_bytes())
    return str(Path(__file__).parent / "__pycache__" / f"kernels-{digest.hexdigest()[:12]}")


_FOLDER = _folder()


def kernel(function: F) -> F:
    """Compiles at the first call with given types (0.2–3 s), from then on ready in milliseconds.

    Where no folder can be written, it is compiled anew in each process.
    """
    settings: Any = numba.config
    before, settings.CACHE_DIR = settings.CACHE_DIR, settings.CACHE_DIR or _FOLDER
    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[return-value] # numba is untyped
    except RuntimeError:
        return numba.njit(nogil=True)(function)  # type: ignore[return-value] # numba is untyped
    finally:
        settings.CACHE_DIR = before
