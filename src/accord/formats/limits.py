"""Bounds on what one file may cost. Beyond a bound the reader stops, says so, and keeps what it has."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """All bounds are inclusive."""

    max_file_bytes: int = 256 * MIB
    """A single file; the largest real contribution seen has 1 MB, a year of a busy feed about 100."""
    max_line_bytes: int = MIB
    """Characters of one line of text; longer ones are dropped whole (a log line has some kB)."""
    max_structured_bytes: int = 64 * MIB
    """JSON, YAML and XML, which are held in memory as a tree of about ten times their size."""
    max_depth: int = 64
    """Nesting of JSON, YAML and XML."""
    max_objects: int = 1_000_000
    """Claims of one file."""
    max_archive_bytes: int = 512 * MIB
    """All that one archive unpacks to."""
    max_archive_ratio: int = 200
    """Unpacked to packed size of one member; text rarely passes 30, a bomb reaches 1,000."""
    max_members: int = 10_000
    """Files in one archive."""
    max_drops_a_reason: int = 1_000
    """Drops that are listed one by one; the rest of the same reason is counted in one more."""
    max_reasons: int = 1_000
    """Different reasons for dropping in one file; beyond, they are counted together."""


DEFAULT = Limits()
