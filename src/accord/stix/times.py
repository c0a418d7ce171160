"""STIX timestamps: compared as text where that is exact, parsed only where a date is needed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

TIMES = frozenset(
    {
        "created", "modified", "first_seen", "last_seen", "valid_from", "valid_until", "first_observed",
        "last_observed", "published", "start_time", "stop_time", "submitted", "analysis_started", "analysis_ended",
        "start", "end", "date", "ctime", "mtime", "atime", "created_time", "modified_time", "account_created",
        "account_expires",
        "account_first_login", "account_last_login", "credential_last_changed", "validity_not_before",
        "validity_not_after",
    }
)  # fmt: skip
ORDERED = (
    ("created", "modified"),
    ("first_seen", "last_seen"),
    ("first_observed", "last_observed"),
    ("start_time", "stop_time"),
    ("start", "end"),
    ("analysis_started", "analysis_ended"),
)
_MAX_REMEMBERED = 40  # characters; a hostile one may have millions of decimals
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def order_key(text: str) -> str:
    """A key that sorts valid STIX timestamps of any precision by time."""
    return text.rstrip("Z").rstrip("0") if "." in text else text.rstrip("Z")


def exists(text: str) -> bool:
    """Whether the day of a well-formed timestamp exists in its year (30 February does not)."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _DAYS[month - 1] and (leap or month != 2 or day <= 28)


def to_datetime(text: str) -> datetime | None:
    """The instant, aware, UTC; None when it lies outside 1970 to 2100 or does not exist: then it tells nothing."""
    return _known_instant(text) if len(text) <= _MAX_REMEMBERED else _instant(text)


@lru_cache(maxsize=4_096)  # the objects of a bundle were often made or seen at once
def _known_instant(text: str) -> datetime | None:
    return _instant(text)


def _instant(text: str) -> datetime | None:
    if not "1970" <= text[:4] <= "2100":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Rules(NamedTuple):
    """What of an object's properties is compared (the first is not after the last), and which have a day to look at."""

    ordered: tuple[tuple[str, str], ...]
    days: tuple[str, ...]


def rules_of(version: str, names: Collection[str]) -> Rules:
    """For objects that have these properties. STIX 2.0 asks for the order of `created` and `modified` alone."""
    pairs = ORDERED if version == "2.1" else ORDERED[:1]
    ordered = tuple(pair for pair in pairs if pair[0] in names and pair[1] in names)
    return Rules(ordered, tuple(sorted(TIMES.intersection(names))))


def faults(obj: Mapping[str, Any], rules: Rules) -> list[str]:
    """Rule 1 and its like, on an object that passed its schema: ends are not before beginnings, days exist."""
    found: list[str] = []
    for first, last in rules.ordered:
        a, b = obj[first], obj[last]
        if a != b and isinstance(a, str) and isinstance(b, str) and order_key(b) < order_key(a):
            found.append(f"{last} is before {first}")
    for name in rules.days:
        value = obj[name]
        if isinstance(value, str) and value[8:10] > "28" and not _safe_exists(value):
            found.append(f"{name} is a day that does not exist")
    return found


def _safe_exists(text: str) -> bool:
    try:
        return exists(text)
    except (ValueError, IndexError):
        return True  # not a timestamp: the schema's business
