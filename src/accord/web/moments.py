"""Times that people write: a local date and time, and the zone in which it was taken down."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accord.model.errors import InputError
from accord.services.cases import zone_name

ZONES = (
    "UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Argentina/Buenos_Aires",
    "America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City",
    "America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta",
    "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore",
    "Asia/Tokyo", "Australia/Sydney", "Europe/Athens", "Europe/Berlin", "Europe/Bucharest", "Europe/Helsinki",
    "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Moscow",
    "Europe/Paris", "Europe/Rome", "Europe/Warsaw", "Pacific/Auckland",
)  # fmt: skip
"""Proposed to who writes; any other of the IANA database can be typed."""


def moment_of(text: str, zone: str) -> datetime | None:
    """An aware instant from `2026-11-20T09:30` and a zone's name; None for an empty text. Raises `InputError`."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone_name(zone.strip() or "UTC")))
        found - timedelta(days=1), found + timedelta(days=1)  # years 1 and 9999 have no other zones
    except (ValueError, OverflowError):
        raise InputError(f"{text[:40]!r} is no date and time.", action="Write it as 2026-11-20T09:30.") from None
    return found
