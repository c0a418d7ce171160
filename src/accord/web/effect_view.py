"""What the pages of measured effects show: wording and geometry of what the services gave. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from accord.impact import Declaration
from accord.report import effects as told
from accord.report.text import day, sentence
from accord.services.effects import DeclarationView
from accord.web.show import number, word
from accord.web.texts import _, _n

WIDE, NARROW = 860.0, 380.0
"""Pixels."""
NONE = ("", "")


class Row(NamedTuple):
    """One measure in the list. `state`: fewer, more, null, unbelievable, waiting, early."""

    view: DeclarationView
    state: str
    said: str
    interval: str
    retrospective: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure on its own page. Pictures are SVG of our own making."""

    title: str
    state: str
    retrospective: bool
    finding: dict[str, Any] | None
    number: str
    interval: str
    picture: tuple[str, str]
    comparison: tuple[str, str]
    estimates: tuple[Any, ...]
    survival: dict[str, Any] | None
    survival_title: str
    survival_picture: tuple[str, str]
    declared: tuple[tuple[str, str], ...]
    today: date
    passed: bool
    credit: str


def shown(view: DeclarationView, now: datetime) -> Shown:
    finding, survival = view.finding, view.survival
    passed = view.declaration.interventions[0].day <= now.date()
    return Shown(
        title=told.headline(finding) if finding else _waiting(view.declaration, passed=passed),
        state=_state(view, now),
        retrospective=view.declaration.retrospective,
        finding=finding,
        number=told.difference(finding) if finding else "",
        interval=told.interval(finding) if finding else "",
        picture=_both(lambda key, width: told.picture(finding, key, width=width).svg, "effect") if finding else NONE,
        comparison=_both(lambda key, width: told.comparison(finding, key, width=width).svg, "held-against")
        if finding
        else NONE,
        estimates=told.estimates(finding) if finding else (),
        survival=survival,
        survival_title=told.survival_headline(survival) if survival else "",
        survival_picture=_both(lambda key, width: told.survival_picture(survival, key, width=width).svg, "stay")
        if survival
        else NONE,
        declared=tuple(declared_rows(view.declaration, view.watches_return)),
        today=now.date(),
        passed=passed,
        credit=told.CREDIT,
    )


def _both(draw: Callable[[str, float], str], key: str) -> tuple[str, str]:
    """A picture for wide and one for narrow screens; the sheet shows one of them."""
    return draw(key, WIDE), draw(f"{key}-narrow", NARROW)


def row(view: DeclarationView, now: datetime) -> Row:
    finding, state = view.finding, _state(view, now)
    if finding:
        said, interval = told.difference(finding), told.interval(finding)
    else:
        first = day(view.declaration.interventions[0].day)
        said = _("waits for its figures") if state == "waiting" else _("to be measured after {day}").format(day=first)
        interval = ""
    return Row(view, state, said, interval, view.declaration.retrospective)


def title_of(views: Sequence[DeclarationView], now: datetime) -> str:
    """The answer first: how much was declared, what came out."""
    if not views:
        return _("Nothing has been declared to be measured")
    states = [_state(view, now) for view in views]
    done = sum(state not in ("waiting", "early") for state in states)
    effects = sum(state in ("fewer", "more") for state in states)
    if not done:
        return _n(
            "{n} measure is declared; nothing has been measured yet",
            "{n} measures are declared; nothing has been measured yet",
            len(views),
        ).format(n=sentence(word(len(views))))
    measured = _n("{n} measurement", "{n} measurements", done).format(n=sentence(word(done)))
    return _n("{m}: {n} shows an effect, {k} none", "{m}: {n} show an effect, {k} none", effects).format(
        m=measured, n=word(effects), k=word(done - effects)
    )


def declared_rows(given: Declaration, watches_return: bool) -> list[tuple[str, str]]:
    """The declaration in words, as a list of names and values."""
    rows = [
        (_("What is measured"), f"{given.metric}, {given.unit} a {given.frequency.value}"),
        (_("What it is"), RUNGS[given.rung.value][0]),
        (_("Counted in"), given.population),
        (_("Column"), given.column),
        (_("Window"), f"{day(given.window_first)} – {day(given.window_last)}"),
        (_("Action days"), "; ".join(_intervention(one) for one in given.interventions)),
        (_("Compared with"), given.comparison),
        (_("Expected effect"), _expected(given.expected_percent)),
        (_("Method"), _method(given)),
    ]
    if given.substitutes:
        rows.append((_("May have moved to"), ", ".join(given.substitutes)))
    if given.donors:
        rows.append((_("Untreated, for comparison"), ", ".join(given.donors)))
    if watches_return:
        rows.append((_("Also"), _("how long until what was taken down was back (Kaplan–Meier, log-rank)")))
    when = _("after the fact") if given.retrospective else _("before the action day")
    rows.append((_("Declared"), f"{day(given.declared_at)}, {when}"))
    return rows


RUNGS = {
    "output": (_("Output"), _("What members did: servers seized, arrests, domains suspended.")),
    "intermediate": (_("Intermediate result"), _("What it did to the business: days offline, cost of rebuilding.")),
    "outcome": (_("Outcome"), _("What it did for people: victims, losses.")),
}


def _state(view: DeclarationView, now: datetime) -> str:
    finding = view.finding
    if finding is None:
        return "waiting" if view.declaration.interventions[0].day <= now.date() else "early"
    if told.NOT_CREDIBLE in finding["verdict"]:
        return "unbelievable"
    if finding["null"]:
        return "null"
    return "fewer" if finding["changes"][0]["percent"] < 0 else "more"


def _waiting(given: Declaration, *, passed: bool) -> str:
    if passed:
        return _("{metric}: declared, waits for its figures").format(metric=given.metric)
    return _("{metric}: declared, to be measured after {day}").format(
        metric=given.metric, day=day(given.interventions[0].day)
    )


def _intervention(one: Any) -> str:
    until = _(", until {day}").format(day=day(one.until)) if one.until else ""
    return f"{one.name}, {day(one.day)}{until}"


def _expected(percent: float | None) -> str:
    if percent is None:
        return _("nobody stated one")
    return f"{number(abs(percent), 0 if percent == int(percent) else 1)} % {_('fewer') if percent < 0 else _('more')}"


def _method(given: Declaration) -> str:
    trend = _("with a trend") if given.trend else _("without a trend")
    waves = _("season by rule") if given.harmonics is None else _("{n} waves over the year").format(n=given.harmonics)
    return _("negative binomial interrupted time series, {shape}, {trend}, {waves}").format(
        shape=given.shape.value, trend=trend, waves=waves
    )
