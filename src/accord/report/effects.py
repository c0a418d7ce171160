"""A finding (`impact.plain`) told: its headline, its one number with the interval, and its pictures.

The same for the page and the report. Findings are read as documents, so that old ones stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from accord.report.charts.drawing import Drawing
from accord.report.charts.effect import Happening, Period, effect
from accord.report.charts.intervals import Estimate, intervals
from accord.report.charts.staying_away import Curve, staying_away
from accord.report.text import day, number, plain, sentence

Document = Mapping[str, Any]

CREDIT = (
    "This is what happened after the operation, against what would have been expected. It may have contributed; "
    "whatever else happened in the same time is in the figure too, and nobody may claim it alone."
)
AFTER_THE_FACT = "Declared after the fact"
NOT_CREDIBLE = "not credible"


def headline(document: Document) -> str:
    """`Phishing pages reported: 31 % fewer than expected`."""
    return f"{sentence(metric(document))}: {difference(document)}{_than(document)}"


def metric(document: Document) -> str:
    return plain(str(document["declaration"]["metric"]), 200)


def difference(document: Document) -> str:
    """The verdict as a number in words: `31 % fewer`, or that nothing is shown."""
    if NOT_CREDIBLE in document["verdict"]:
        return "figures that cannot be believed"
    if document["null"]:
        return "no effect shown"
    change = document["changes"][0]
    return f"{_share(change['percent'])} {'fewer' if change['percent'] < 0 else 'more'}"


def interval(document: Document) -> str:
    """The 95 % interval in words: `between 22 % and 40 % fewer`."""
    change = document["changes"][0]
    low, high = change["low"], change["high"]
    if high < 0:
        return f"between {_share(high)} and {_share(low)} fewer"
    if low > 0:
        return f"between {_share(low)} and {_share(high)} more"
    return f"between {_share(low)} fewer and {_share(high)} more"


def retrospective(document: Document) -> bool:
    return bool(document["declaration"]["retrospective"])


def picture(document: Document, key: str, *, width: float = 720, height: float = 300) -> Drawing:
    """Counted, expected, and what lies between them."""
    rows = [
        Period(date.fromisoformat(row["day"]), row["observed"], row["expected"], row["low"], row["high"])
        for row in document["chart"]
    ]
    days = [Happening(str(c["name"]), date.fromisoformat(c["day"])) for c in document["changes"]]
    unit = f"{document['declaration']['unit']} a {document['declaration']['frequency']}"
    said = "" if NOT_CREDIBLE in document["verdict"] else difference(document)
    return effect(key, headline(document), rows, days, unit=unit, difference=said, width=width, height=height)


def estimates(document: Document) -> tuple[Estimate, ...]:
    """The change, then what it must be held against: other interventions, placebo dates, substitutes, other methods."""
    first, *others = document["changes"]
    rows = [_estimate(str(first["name"]), first, main=True), *(_estimate(str(o["name"]), o) for o in others)]
    rows += [_estimate(f"Placebo date {day(date.fromisoformat(c['day']))}", c) for c in document["placebos"]["changes"]]
    moved = document.get("displacement")
    if moved:
        rows += [_estimate(f"Substitute: {gain['column']}", gain["change"]) for gain in moved["gains"]]
        rows.append(_estimate("Target and substitutes together", moved["net"]))
    synthetic = document.get("synthetic")
    if synthetic:
        rows.append(_estimate(f"Synthetic control ({synthetic['level'] * 100:.0f} % interval)", synthetic))
    other = document.get("another_method")
    if other:
        rows.append(_estimate("Negative binomial, Newey–West", other))
    return tuple(rows)


def comparison(document: Document, key: str, *, width: float = 720) -> Drawing:
    """The estimates side by side."""
    return intervals(key, "The change beside what it must be held against", estimates(document), width=width)


def survival_headline(document: Document) -> str:
    """`Half were back after 21 days`, or that fewer than half were."""
    curves: Sequence[Document] = document["curves"]
    total, back = sum(c["n"] for c in curves), sum(c["returned"] for c in curves)
    if len(curves) == 1 and curves[0]["median"] is not None:
        return f"Half of {number(total)} were back after {curves[0]['median']:g} days"
    return f"{number(back)} of {number(total)} taken down were seen again"


def survival_picture(document: Document, key: str, *, width: float = 720) -> Drawing:
    """How long things stayed away, by group."""
    curves = [
        Curve(plain(str(c["name"]), 60), tuple(c["days"]), tuple(c["away"]), tuple(c["low"]), tuple(c["high"]))
        for c in document["curves"]
    ]
    watched = document.get("watched_for") or {}
    end = max([1.0, *watched.values(), *(day for curve in curves for day in curve.days)])
    return staying_away(key, survival_headline(document), curves, end=end, width=width)


def _estimate(name: str, change: Document, *, main: bool = False) -> Estimate:
    return Estimate(plain(name, 80), change["percent"], change["low"], change["high"], main)


def _share(percent: float) -> str:
    return f"{number(abs(percent), 0 if abs(percent) >= 9.95 else 1)}\u202f%"


def _than(document: Document) -> str:
    return "" if document["null"] else " than expected"
