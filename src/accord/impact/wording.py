"""The sentence for a minister: what changed, how sure that is, and what may not be concluded."""

from __future__ import annotations

from datetime import date

from accord.impact.change import Change
from accord.impact.declaration import Declaration
from accord.impact.displacement import Displacement
from accord.impact.finding import Verdict
from accord.impact.placebo import Placebos

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def sentence(
    declaration: Declaration, change: Change, verdict: Verdict, placebos: Placebos, moved: Displacement | None
) -> str:
    """Some short sentences of plain text; the first holds the result and its interval."""
    parts = [_first(declaration, change, verdict)]
    if verdict is Verdict.NOT_CREDIBLE:
        parts.append(
            f"The same method also finds effects before anything was done (at {placebos.found} of "
            f"{len(placebos.changes)} placebo dates), so this figure must not be used."
        )
    elif verdict is Verdict.NOT_SHOWN:
        parts.append(
            f"This does not show that there was none: a drop of less than about {_whole(change.visible)} % would most "
            "likely not be seen in these figures."
        )
    else:
        parts.append(_events(declaration, change))
        parts.append(
            "The operation may have contributed to this; whatever else happened in that time is in the figure too."
        )
    if moved is not None:
        parts.append(_moved(moved))
    if declaration.retrospective:
        parts.append("The measure was chosen after the day: exploratory, to be confirmed by one declared in advance.")
    return " ".join(parts)


def _first(declaration: Declaration, change: Change, verdict: Verdict) -> str:
    what = f"{declaration.metric} ({declaration.population})"
    since = f"in the {change.periods} {declaration.frequency.value}s after “{change.name}” on {written(change.day)}"
    if verdict is Verdict.NOT_SHOWN:
        return f"No effect shown: {what} changed by {signed(change.percent)} {since}, {interval(change)}."
    if change.observed == 0:
        return f"{what}: none at all {since}, {interval(change)}."
    direction = "lower" if change.percent < 0 else "higher"
    return f"{what}: {signed(abs(change.percent))[1:]} {direction} than expected {since}, {interval(change)}."


def _events(declaration: Declaration, change: Change) -> str:
    fewer = change.averted > 0
    low, high = (change.averted_low, change.averted_high) if fewer else (change.averted_high, change.averted_low)
    amount = f"{abs(change.averted):,.0f} {'fewer' if fewer else 'more'} {declaration.unit}"
    if low is None or high is None:
        return f"That is about {amount}."
    return f"That is about {amount} (95 % interval {abs(low):,.0f} to {abs(high):,.0f})."


def _moved(moved: Displacement) -> str:
    names = ", ".join(gain.column for gain in moved.gains)
    rest = f"together with the substitutes ({names}) the change is {signed(moved.net.percent)}, {interval(moved.net)}"
    if not moved.shown:
        return f"No displacement shown; {rest}."
    grown = ", ".join(f"{gain.column} {signed(gain.change.percent)}" for gain in moved.gains if gain.change.low > 0)
    of_it = f", about {_whole(100 * moved.share)} % of what the target lost" if moved.share and moved.share > 0 else ""
    return f"Some of it moved: {grown}{of_it}; {rest}."


def written(day: date) -> str:
    """`29 Jun 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def interval(change: Change) -> str:
    return f"95 % interval {signed(change.low)} to {signed(change.high)}"


def signed(percent: float) -> str:
    """Like −31 % or +4 %, with a true minus sign; one decimal below ten."""
    decimals = 0 if abs(percent) >= 9.95 else 1
    written = f"{abs(percent):,.{decimals}f}"
    if float(written.replace(",", "")) == 0:
        return "0 %"
    return f"{'−' if percent < 0 else '+'}{written} %"


def _whole(value: float) -> str:
    return f"{value:,.0f}"
