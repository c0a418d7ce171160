"""Times as the exchange formats write them."""

from __future__ import annotations

from datetime import UTC, datetime


def to_milliseconds(moment: datetime) -> str:
    """RFC 3339 in UTC with exactly three decimals (STIX 2.1, section 3.2; CACAO 2.0, section 3.1)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
