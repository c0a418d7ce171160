"""The time where something happened, beside the one in UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(moment: datetime, zone: str) -> str:
    """`20 Nov 2026, 10:30 Europe/Paris (+01:00)`; empty in UTC, where it says nothing new. `zone`: an IANA name."""
    if not zone or zone == "UTC":
        return ""
    there = moment.astimezone(ZoneInfo(zone))
    offset = there.strftime("%z")
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}, {there:%H:%M} {zone} ({offset[:3]}:{offset[3:]})"
