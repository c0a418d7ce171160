"""What the vault says of an item's bytes."""

from __future__ import annotations

from typing import NamedTuple


class Sealed(NamedTuple):
    """Digests of 32 bytes each, and the size in bytes."""

    sha256: bytes
    blake3: bytes
    size: int
