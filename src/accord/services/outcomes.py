"""What the report says of effects: the newest measurement of each declaration, and what is still promised."""

from __future__ import annotations

from typing import Any

from accord.report.facts import OutcomeFacts
from accord.report.text import day
from accord.services.effects import DeclarationView, every
from accord.store.engine import Connection


def outcomes_of(connection: Connection) -> tuple[tuple[OutcomeFacts, ...], tuple[str, ...]]:
    """(measured, promised in words), in the order in which they were declared; what this transaction sees."""
    views = every(connection)
    measured = tuple(_outcome(view, view.finding) for view in views if view.finding is not None)
    promised = tuple(_promise(view) for view in views if view.finding is None)
    return measured, promised


def _outcome(view: DeclarationView, finding: dict[str, Any]) -> OutcomeFacts:
    given, change = view.declaration, finding["changes"][0]
    newest = next(one for one in view.measurements if one.document is finding)
    when = "after the fact" if given.retrospective else "in advance"
    return OutcomeFacts(
        title=given.metric,
        difference=change["percent"],
        low=change["low"],
        high=change["high"],
        unit="%",
        method=(
            f"Negative binomial interrupted time series, {given.comparison}; {len(finding['placebos']['changes'])} "
            f"placebo dates; declared {when}"
        ),
        null=bool(finding["null"]),
        rung=given.rung.value,
        retrospective=given.retrospective,
        population=given.population,
        declared_at=given.declared_at,
        digest=view.digest,
        query=newest.query,
        document=finding,
        survival=view.survival,
    )


def _promise(view: DeclarationView) -> str:
    given = view.declaration
    return f"{given.metric} ({given.population}), from {day(given.interventions[0].day)}; digest {view.digest[:16]}…"
