"""Reading filters out of an address: bounded, and without what no database text may hold."""

from __future__ import annotations

from accord.web.render import PageRequest

MAX_CHARACTERS = 2_000


def text_of(request: PageRequest, name: str) -> str:
    """A filter's text, empty when absent."""
    value: str = request.query_params.get(name, "")
    return value.replace("\x00", "").strip()[:MAX_CHARACTERS]


def number_of(request: PageRequest, name: str, low: float, high: float) -> float | None:
    """A filter's number within bounds, None when it is none."""
    try:
        value = float(request.query_params.get(name, ""))
    except ValueError:
        return None
    return value if low <= value <= high else None
